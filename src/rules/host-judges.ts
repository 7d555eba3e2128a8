/** Compiles the judges of all host entries; entries with the same rule sets, level and variables share one. */
import { formatProblem } from "../problem.ts"
import { compileJudge } from "./compile.ts"
import type { Judge } from "./judge.ts"
import type { Level, Quarantined, RuleSet } from "./rule.ts"

/** What of a host entry decides how its lines are judged. */
export interface Jurisdiction {
  /** Names of rule sets, in order. */
  readonly rules: readonly string[]
  readonly level: Level
  readonly variables: ReadonlyMap<string, string>
  readonly crackingIgnore: boolean
}

export interface HostJudges {
  /** By index of the entry. */
  readonly judges: readonly Judge[]
  /** Each rule once for each thing that is wrong with it, however many hosts use it. */
  readonly quarantined: readonly Quarantined[]
  /** Rules in force, summed over the distinct judges. */
  readonly rules: number
  /** How often rules ran out of memory on a line, so far. */
  fallbacks(): number
}

export function compileHostJudges(
  entries: readonly Jurisdiction[],
  ruleSets: ReadonlyMap<string, RuleSet>,
): HostJudges {
  const compiling = compilingHostJudges(entries, ruleSets)
  for (;;) {
    const step = compiling.next()
    if (step.done === true) return step.value
  }
}

/** The same, but pauses after each judge, for a thread that has something else to do as well. */
export function* compilingHostJudges(
  entries: readonly Jurisdiction[],
  ruleSets: ReadonlyMap<string, RuleSet>,
): Generator<void, HostJudges> {
  const shared = new Map<string, Judge>()
  const judges: Judge[] = []
  const quarantined = new Map<string, Quarantined>()
  for (const entry of entries) {
    const { rules, level, variables, crackingIgnore } = entry
    const key = JSON.stringify([rules, level, [...variables].sort(), crackingIgnore])
    const known = shared.get(key)
    if (known !== undefined) {
      judges.push(known)
      continue
    }
    const sets = rules.map((name) => {
      const set = ruleSets.get(name)
      if (set === undefined) throw new Error(`rule set ${name} was not loaded`)
      return set
    })
    const compiled = compileJudge(sets, { level, variables, crackingIgnore, prepareIso: true })
    for (const each of compiled.quarantined) quarantined.set(formatProblem(each.problem), each)
    shared.set(key, compiled.judge)
    judges.push(compiled.judge)
    yield
  }
  const distinct = [...shared.values()]
  return {
    judges,
    quarantined: [...quarantined.values()],
    rules: distinct.reduce((sum, judge) => sum + judge.ruleCount, 0),
    fallbacks: () => distinct.reduce((sum, judge) => sum + judge.fallbacks, 0),
  }
}
