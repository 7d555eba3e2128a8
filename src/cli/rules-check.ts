/**
 * `tamis rules check`: compiles every rule, tries its samples, and says what is wrong where.
 *
 * Exit status 0: nothing to report; 1: something was reported; 2: a rule set cannot be read.
 */
import { formatProblem, type Problem } from "../problem.ts"
import { lintRule } from "../rules/lint.ts"
import type { Level } from "../rules/rule.ts"
import { type LoadedRuleSet, loadRuleSet } from "../rules/rule-set.ts"
import { failedSamples } from "../rules/samples.ts"
import type { Output } from "./output.ts"

export interface RulesCheckOptions {
  readonly config?: string
  /** Checks the rules that this level puts in force; without one, all. */
  readonly level?: Level
  readonly var?: ReadonlyMap<string, string>
  readonly json?: boolean
}

type Severity = "error" | "warning"

interface Finding extends Problem {
  readonly severity: Severity
}

export async function rulesCheck(
  names: readonly string[],
  options: RulesCheckOptions,
  _output: Output,
): Promise<0 | 1 | 2> {
  const sets = new Map<string, LoadedRuleSet>()
  const findings = new Map<string, Finding>()
  const report = (severity: Severity, problems: readonly Problem[]) => {
    // A rule that several hosts use is wrong once.
    for (const problem of problems) findings.set(formatProblem(problem), { severity, ...problem })
  }

  for (const { directory, variables } of subjects(names, options)) {
    const set = sets.get(directory) ?? loadRuleSet(directory, directory)
    sets.set(directory, set)
    const { rules, quarantined, compiled, engine } = compile(set, options.level, variables)
    report("error", set.problems)
    report(
      "error",
      quarantined.map(({ problem }) => problem),
    )
    report("error", failedSamples({ compiled, engine }).map(sampleProblem))
    report("warning", set.warnings)
    report("warning", compiled.filter(({ inForce }) => inForce).flatMap(lintRule))
  }
  return 0
}
