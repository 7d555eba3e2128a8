/**
 * `tamis rules check`: compiles every rule, tries its samples, and prints each problem with its place.
 *
 * Exit status 0: no findings; 1: findings; 2: a rule set cannot be read.
 */

import type { Config } from "../config/config.ts"
import { checkRules, unreadable } from "../lint/check.ts"
import type { CheckedSet } from "../lint/checked-set.ts"
import { type Finding, formatFinding, severityOf } from "../lint/finding.ts"
import type { Level, Rule } from "../rules/rule.ts"
import { type LoadedRuleSet, loadRuleSet, loadShippedAlarms, ruleSetsIn } from "../rules/rule-set.ts"
import { isOfAlarms, rulesInForce } from "../rules/rules-in-force.ts"
import { FileLine } from "../scan/file-line.ts"
import { readLogs } from "../scan/read-logs.ts"
import { amount } from "../text/amount.ts"
import { printable } from "../text/printable.ts"
import { printableJson } from "../text/printable-json.ts"
import { configuration } from "./configuration.ts"
import type { Output } from "./output.ts"
import { junitReport } from "./rules-check-junit.ts"

export interface RulesCheckOptions {
  readonly config?: string
  /** Checks only the rules in force at this level; without a level, all rules. */
  readonly level?: Level
  readonly var?: ReadonlyMap<string, string>
  /**
   * Log files whose lines show which rules are shadowed where that cannot be proved, in addition to the lines that a
   * service keeps.
   */
  readonly lines?: readonly string[]
  readonly format?: "text" | "json" | "junit"
  readonly json?: boolean
}

export async function rulesCheck(
  names: readonly string[],
  options: RulesCheckOptions,
  output: Output,
): Promise<0 | 1 | 2> {
  const { config } = configuration(options.config)
  const kept = names.length === 0 ? await keptLines(config, output) : []
  const lines = [...(await linesOf(options.lines ?? [])), ...kept]
  const { ruleSet: shipped } = loadShippedAlarms(config.shippedAlarms)
  const sets = new Map<string, { loaded: LoadedRuleSet; rules: Set<Rule>; findings: Map<string, Finding> }>()
  const done = new Set<string>()
  for (const { directory, variables } of subjects(names, config, options.var)) {
    const set = sets.get(directory) ?? {
      loaded: loadRuleSet(directory, directory),
      rules: new Set(),
      findings: new Map(),
    }
    sets.set(directory, set)
    const { ruleSet, problems, warnings } = set.loaded
    const used = [...variables].filter(([name]) => ruleSet.rules.some(({ text }) => text.includes(`\${${name}}`)))
    const key = JSON.stringify([directory, used.sort()])
    if (done.has(key)) continue
    done.add(key)
    const inForce =
      options.level === undefined
        ? ruleSet.rules
        : [...rulesInForce([ruleSet], options.level, true), ...ruleSet.rules.filter(isOfAlarms)]
    for (const rule of inForce) set.rules.add(rule)
    const found = [
      ...unreadable(problems),
      ...warnings.map(({ code, ...problem }): Finding => ({ code, problem })),
      ...checkRules(inForce, variables, { lines, alarms: shipped.rules }),
    ]
    // Several hosts may use one rule: each finding is listed once.
    for (const finding of found) set.findings.set(formatFinding(finding), finding)
  }

  const checked = [...sets].map(([directory, { rules, findings }]) => {
    return { directory, rules, findings: [...findings.values()].sort(byPlace) }
  })
  output.stdout(render(checked, options))
  if (sets.values().some(({ loaded }) => loaded.problems.length > 0)) return 2
  return checked.some(({ findings }) => findings.length > 0) ? 1 : 0
}

interface Subject {
  readonly directory: string
  readonly variables: ReadonlyMap<string, string>
}

/**
 * The rule sets to check: those given by name, directory or parent directory; else all of the configuration, each with
 * the variables of the hosts that use it.
 */
function subjects(names: readonly string[], config: Config, given: ReadonlyMap<string, string> = new Map()): Subject[] {
  if (names.length > 0) {
    const directories = names.flatMap((name) => config.ruleSets.get(name) ?? ruleSetsIn(name))
    return directories.map((directory) => ({ directory, variables: given }))
  }
  return [...config.ruleSets].flatMap(([name, directory]) => {
    const users = config.hosts.filter((host) => host.rules.includes(name))
    const all = users.length > 0 ? users.map((host) => new Map([...host.variables, ...given])) : [given]
    return all.map((variables) => ({ directory, variables }))
  })
}

/** The lines that the service keeps. Loaded on demand: stores bring their drivers. */
async function keptLines(config: Config, output: Output): Promise<readonly Buffer[]> {
  const { retainedLines } = await import("./retained-lines.ts")
  return retainedLines(config, output)
}

async function linesOf(files: readonly string[]): Promise<Buffer[]> {
  const line = new FileLine()
  const lines: Buffer[] = []
  const keep = (bytes: Buffer, start: number, end: number) => {
    line.set(bytes, start, end)
    lines.push(Buffer.from(line.bytes))
  }
  await readLogs(files, { cursor: undefined, moveCursor: false }, keep, () => {})
  return lines
}

function byPlace({ problem: one }: Finding, { problem: other }: Finding): number {
  if (one.file !== other.file) return one.file < other.file ? -1 : 1
  return one.line - other.line || one.column - other.column
}

function render(checked: readonly CheckedSet[], { format = "text", json = false }: RulesCheckOptions): string {
  if (json || format === "json") return renderJson(checked)
  return format === "junit" ? junitReport(checked) : renderText(checked)
}

function totals(checked: readonly CheckedSet[]) {
  const rules = new Set(checked.flatMap((set) => [...set.rules]))
  const samples = rules.values().reduce((count, rule) => count + rule.samples.length, 0)
  return { ruleSets: checked.length, rules: rules.size, samples }
}

function renderText(checked: readonly CheckedSet[]): string {
  const { ruleSets, rules, samples } = totals(checked)
  const findings = checked.flatMap((set) => set.findings)
  const count = (severity: string) => findings.filter((finding) => severityOf(finding) === severity).length
  const subject = [amount(ruleSets, "rule set"), amount(rules, "rule"), amount(samples, "sample")].join(", ")
  const found =
    findings.length === 0 ? "no findings" : `${amount(count("error"), "error")}, ${amount(count("warning"), "warning")}`
  return `${[...findings.map(formatFinding), `${subject}: ${found}`].map(printable).join("\n")}\n`
}

function renderJson(checked: readonly CheckedSet[]): string {
  const findings = checked
    .flatMap((set) => set.findings)
    .map((finding) => ({ code: finding.code, severity: severityOf(finding), ...finding.problem }))
  return printableJson({ ...totals(checked), findings })
}
