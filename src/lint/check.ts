/** Checks the rules of a rule set: finds rules that cannot run, samples that fail, likely mistakes. */
import type { Problem } from "../problem.ts"
import { compileRules, variableScopes } from "../rules/compile.ts"
import type { Rule } from "../rules/rule.ts"
import { alarmingSamples } from "../rules/samples.ts"
import { duplicates } from "./duplicates.ts"
import type { Finding } from "./finding.ts"
import { lintRule } from "./lint-rule.ts"
import { overBroad } from "./over-broad.ts"
import { type FailedSample, failedSamples } from "./samples.ts"
import { shadowed } from "./shadowed.ts"

export interface CheckOptions {
  /** Lines from a log help where no proof is possible. */
  readonly lines?: Iterable<Buffer>
  /** Alarm rules beside those of the set: no rule of the set should hide their samples. */
  readonly alarms?: readonly Rule[]
}

/** Checks the rules of one set with the variables of one host. */
export function checkRules(
  rules: readonly Rule[],
  variables: ReadonlyMap<string, string>,
  { lines = [], alarms = [] }: CheckOptions = {},
): Finding[] {
  const compiledRules = compileRules(rules, (rule) => variableScopes(rule, variables))
  const { quarantined, compiled } = compiledRules
  const expanded = new Set(compiled.map(({ rule }) => rule))
  const inForce = compiled.filter((each) => each.inForce)
  const twice = duplicates(inForce)
  return [
    ...quarantined.map(
      ({ rule, problem }) => ({ code: expanded.has(rule) ? "pattern" : "variable", problem }) as const,
    ),
    ...failedSamples(rules, variables).map(sampleFinding),
    ...inForce.flatMap(lintRule),
    ...overBroad(compiledRules, alarmingSamples([...alarms, ...rules])),
    ...twice.values(),
    ...shadowed(compiledRules, lines, new Set(twice.keys())),
  ]
}

/** Returns the findings for files that cannot be read. */
export function unreadable(problems: readonly Problem[]): Finding[] {
  return problems.map((problem) => ({ code: "unreadable", problem }))
}

/** Width of `#+ `, after which the sample's text starts. */
const SAMPLE_MARK_LENGTH = 3

function sampleFinding({ rule, sample }: FailedSample): Finding {
  const message = sample.mustMatch
    ? "the rule does not match this sample"
    : "the rule must not match this sample, but does"
  const place = { file: rule.path, line: sample.line, column: SAMPLE_MARK_LENGTH + 1 }
  return { code: "sample", problem: { ...place, message, hint: `the rule is in line ${rule.line}` } }
}
