/** Everything that can be said of a rule set without a log: rules that cannot run, samples that fail, likely mistakes. */
import type { Problem } from "../problem.ts"
import { compileRules, variableScopes } from "./compile.ts"
import { lintRule } from "./lint.ts"
import type { Rule } from "./rule.ts"
import { type FailedSample, failedSamples } from "./samples.ts"

export interface Finding {
  /** An error is a rule that does not do what it was written for; a warning, one that may not. */
  readonly severity: "error" | "warning"
  readonly problem: Problem
}

/** Checks rules with the variables of one host. */
export function checkRules(rules: readonly Rule[], variables: ReadonlyMap<string, string>): Finding[] {
  const { quarantined, compiled } = compileRules(rules, (rule) => variableScopes(rule, variables))
  return [
    ...errors(quarantined.map(({ problem }) => problem)),
    ...errors(failedSamples(rules, variables).map(sampleProblem)),
    ...warnings(compiled.filter(({ inForce }) => inForce).flatMap(lintRule)),
  ]
}

export function errors(problems: readonly Problem[]): Finding[] {
  return problems.map((problem) => ({ severity: "error", problem }))
}

export function warnings(problems: readonly Problem[]): Finding[] {
  return problems.map((problem) => ({ severity: "warning", problem }))
}

/** Width of `#+ `: the sample's text starts behind it. */
const SAMPLE_MARK_LENGTH = 3

function sampleProblem({ rule, sample }: FailedSample): Problem {
  return {
    file: rule.path,
    line: sample.line,
    column: SAMPLE_MARK_LENGTH + 1,
    message: sample.mustMatch ? "the rule does not match this sample" : "the rule matches this sample, and must not",
    hint: `the rule stands in line ${rule.line}`,
  }
}
