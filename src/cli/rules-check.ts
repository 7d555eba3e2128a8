/**
 * `tamis rules check`: compiles every rule, tries its samples, and says what is wrong where.
 *
 * Exit status 0: nothing to report; 1: something was reported; 2: a rule set cannot be read.
 */
import { formatProblem } from "../problem.ts"
import { amount } from "../report/amount.ts"
import { printable } from "../report/printable.ts"
import { checkRules, errors, type Finding, warnings } from "../rules/check.ts"
import type { Level, Rule } from "../rules/rule.ts"
import { type LoadedRuleSet, loadRuleSet, ruleSetsIn } from "../rules/rule-set.ts"
import { rulesInForce } from "../rules/rules-in-force.ts"
import { configuration } from "./configuration.ts"
import type { Output } from "./output.ts"

export interface RulesCheckOptions {
  readonly config?: string
  /** Checks what this level puts in force; without one, everything. */
  readonly level?: Level
  readonly var?: ReadonlyMap<string, string>
  readonly json?: boolean
}

export async function rulesCheck(
  names: readonly string[],
  options: RulesCheckOptions,
  output: Output,
): Promise<0 | 1 | 2> {
  const sets = new Map<string, LoadedRuleSet>()
  const rules = new Set<Rule>()
  const findings = new Map<string, Finding>()
  for (const { directory, variables } of subjects(names, options)) {
    const set = sets.get(directory) ?? loadRuleSet(directory, directory)
    sets.set(directory, set)
    const inForce = options.level === undefined ? set.ruleSet.rules : rulesInForce([set.ruleSet], options.level, true)
    for (const rule of inForce) rules.add(rule)
    const found = [...errors(set.problems), ...warnings(set.warnings), ...checkRules(inForce, variables)]
    // A rule that several hosts use is wrong once.
    for (const finding of found) findings.set(formatProblem(finding.problem), finding)
  }

  const result = {
    ruleSets: sets.size,
    rules: rules.size,
    samples: [...rules].reduce((count, rule) => count + rule.samples.length, 0),
    findings: [...findings.values()],
  }
  output.stdout(options.json === true ? renderJson(result) : renderText(result))
  if (sets.values().some(({ problems }) => problems.length > 0)) return 2
  return findings.size > 0 ? 1 : 0
}

interface Subject {
  readonly directory: string
  readonly variables: ReadonlyMap<string, string>
}

/** The rule sets that are named, by name, directory or the directory that holds them; without any, all that the configuration knows, as its hosts use them. */
function subjects(names: readonly string[], options: RulesCheckOptions): Subject[] {
  const { config } = configuration(options.config)
  const given = [...(options.var ?? [])]
  if (names.length > 0) {
    const directories = names.flatMap((name) => config.ruleSets.get(name) ?? ruleSetsIn(name))
    return directories.map((directory) => ({ directory, variables: new Map(given) }))
  }
  return [...config.ruleSets].flatMap(([name, directory]) => {
    const users = config.hosts.filter((host) => host.rules.includes(name))
    const variables = users.length > 0 ? users.map((host) => [...host.variables, ...given]) : [given]
    return variables.map((each) => ({ directory, variables: new Map(each) }))
  })
}

interface CheckResult {
  readonly ruleSets: number
  readonly rules: number
  readonly samples: number
  readonly findings: readonly Finding[]
}

function renderText({ ruleSets, rules, samples, findings }: CheckResult): string {
  const lines = findings.map(({ severity, problem }) =>
    formatProblem(severity === "error" ? problem : { ...problem, message: `warning: ${problem.message}` }),
  )
  const count = (severity: Finding["severity"]) => findings.filter((finding) => finding.severity === severity).length
  const checked = [amount(ruleSets, "rule set"), amount(rules, "rule"), amount(samples, "sample")].join(", ")
  const found =
    findings.length === 0 ? "no findings" : `${amount(count("error"), "error")}, ${amount(count("warning"), "warning")}`
  return `${[...lines, `${checked}: ${found}`].map(printable).join("\n")}\n`
}

function renderJson({ findings, ...checked }: CheckResult): string {
  const flat = findings.map(({ severity, problem }) => ({ severity, ...problem }))
  return `${JSON.stringify({ ...checked, findings: flat }, undefined, 2)}\n`
}
