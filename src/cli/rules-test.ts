/**
 * `tamis rules test`: logcheck-test. Prints the lines of a log that a rule file matches, or with -i the others.
 *
 * Exit status as grep: 0 lines were printed, 1 none were, 2 a rule cannot be run, or something cannot be read.
 */
import { readFileSync } from "node:fs"
import { basename, dirname } from "node:path"
import { OperatorError } from "../errors.ts"
import { formatProblem } from "../problem.ts"
import { compileRules, variableScopes } from "../rules/compile.ts"
import { parseRuleFile } from "../rules/rule-file.ts"
import { RULE_DIRECTORIES } from "../rules/rule-set.ts"
import { FileLine } from "../scan/file-line.ts"
import { readLogs } from "../scan/read-logs.ts"
import { visibleLine } from "../scan/visible-line.ts"
import type { Output } from "./output.ts"

export interface RulesTestOptions {
  readonly invert?: boolean
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
  const { engine, quarantined } = compileRules(rules, (rule) => variableScopes(rule, variables))
  for (const { problem } of quarantined) output.stderr(`${formatProblem(problem)}\n`)

  const line = new FileLine()
  let printed = false
  let unjudged = false
  const test = (bytes: Buffer, start: number, end: number) => {
    line.set(bytes, start, end)
    const hits = engine.match(line.bytes, line.ascii)
    if (hits === undefined) {
      unjudged = true
      output.stderr(`could not be judged: ${visibleLine(line.bytes)}\n`)
    } else if (hits.length > 0 !== (options.invert === true)) {
      printed = true
      output.stdout(`${visibleLine(line.bytes)}\n`)
    }
  }
  await readLogs([logFile], { cursor: undefined, moveCursor: false }, test, () => {})
  if (quarantined.length > 0 || unjudged) return 2
  return printed ? 0 : 1
}

function readRuleFile(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new OperatorError(`${path}: cannot be read (${error instanceof Error ? error.message : error})`)
  }
}
