/**
 * `tamis rules test`: logcheck-test. Prints the lines of a log that a rule file matches, or with -i the others; with
 * --coverage how many lines each rule matched.
 *
 * Exit status as grep: 0 lines were printed, 1 none were, 2 a rule cannot be run or a file cannot be read. With
 * --coverage: 0 every rule matched a line, 1 some did not, 2 as above.
 */
import { readFileSync } from "node:fs"
import { basename, dirname } from "node:path"
import { OperatorError, reasonOf } from "../errors.ts"
import { formatProblem } from "../problem.ts"
import { compileRules, variableScopes } from "../rules/compile.ts"
import { type Rule, rulePlace } from "../rules/rule.ts"
import { parseRuleFile } from "../rules/rule-file.ts"
import { RULE_DIRECTORIES } from "../rules/rule-set.ts"
import { FileLine } from "../scan/file-line.ts"
import { readLogs } from "../scan/read-logs.ts"
import { visibleLine } from "../scan/visible-line.ts"
import { amount, grouped } from "../text/amount.ts"
import { printable } from "../text/printable.ts"
import type { Output } from "./output.ts"

export interface RulesTestOptions {
  readonly invert?: boolean
  readonly coverage?: boolean
  readonly var?: ReadonlyMap<string, string>
}

export async function rulesTest(
  ruleFile: string,
  logFile: string,
  options: RulesTestOptions,
  output: Output,
): Promise<0 | 1 | 2> {
  const { rules } = parseRuleFile(readRuleFile(ruleFile), {
    directory: RULE_DIRECTORIES.find((layer) => layer === basename(dirname(ruleFile))) ?? "ignore.d.server",
    file: basename(ruleFile),
    path: ruleFile,
  })
  const variables = options.var ?? new Map()
  const { compiled, engine, quarantined } = compileRules(rules, (rule) => variableScopes(rule, variables))
  for (const { problem } of quarantined) output.stderr(`${formatProblem(problem)}\n`)

  const line = new FileLine()
  const counts = new Map(compiled.map(({ rule }) => [rule, 0]))
  let printed = false
  let unjudged = false
  const test = (bytes: Buffer, start: number, end: number) => {
    line.set(bytes, start, end)
    const hits = engine.match(line.bytes, line.ascii)
    if (hits === undefined) {
      unjudged = true
      output.stderr(
        `tamis: could not judge this line within the limits of memory and time: ${visibleLine(line.bytes)}\n`,
      )
    } else if (options.coverage === true) {
      for (const hit of hits) {
        const { rule } = compiled[hit]!
        counts.set(rule, (counts.get(rule) ?? 0) + 1)
      }
    } else if (hits.length > 0 !== (options.invert === true)) {
      printed = true
      output.stdout(`${visibleLine(line.bytes)}\n`)
    }
  }
  await readLogs([logFile], { cursor: undefined, moveCursor: false }, test, () => {})
  if (options.coverage === true) output.stdout(coverage(rules, counts))
  if (quarantined.length > 0 || unjudged) return 2
  if (options.coverage === true) return counts.values().every((count) => count > 0) ? 0 : 1
  return printed ? 0 : 1
}

/** One line for each rule, rules without a match first: number of matches, place, text. */
function coverage(rules: readonly Rule[], counts: ReadonlyMap<Rule, number>): string {
  const countOf = (rule: Rule) => counts.get(rule) ?? 0
  const unmatched = rules.filter((rule) => countOf(rule) === 0)
  const matched = rules.filter((rule) => countOf(rule) > 0)
  const width = Math.max(1, ...rules.map((rule) => String(countOf(rule)).length))
  const rows = [...unmatched, ...matched].map((rule) =>
    printable(`${String(countOf(rule)).padStart(width)} ${rulePlace(rule)}: ${rule.text}`),
  )
  const summary = `${amount(rules.length, "rule")}, ${grouped(matched.length)} of them matched a line`
  return `${[...rows, summary].join("\n")}\n`
}

function readRuleFile(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new OperatorError("TAMIS_RULE_FILE_UNREADABLE", `${path}: cannot be read (${reasonOf(error)})`)
  }
}
