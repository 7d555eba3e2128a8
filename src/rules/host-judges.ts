/** Compiles the judges of all host entries. Entries with the same rule sets, level and variables share one. */
import { formatProblem } from "../problem.ts"
import { type CompiledAlarms, compileJudge } from "./compile.ts"
import type { Judge } from "./judge.ts"
import { type Level, type Quarantined, type RuleSet, SHIPPED_ALARMS } from "./rule.ts"

/** The part of a host entry that decides how its lines are judged. */
export interface Jurisdiction {
  /** Names of rule sets, in order. */
  readonly rules: readonly string[]
  readonly level: Level
  readonly variables: ReadonlyMap<string, string>
  readonly crackingIgnore: boolean
  /** Whether the shipped alarm rules and grave severities make its lines alarms. */
  readonly alarms: boolean
}

export interface HostJudges {
  /** By the entry's index. */
  readonly judges: readonly Judge[]
  /** Each problem of a rule once, however many hosts use the rule. */
  readonly quarantined: readonly Quarantined[]
  /** The number of rules in force, summed over the distinct judges, without alarm rules. */
  readonly rules: number
  /** How often so far rules ran out of memory on a line. */
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

/** Like compileHostJudges, but pauses after each judge, so that the thread can do other work in between. */
export function* compilingHostJudges(
  entries: readonly Jurisdiction[],
  ruleSets: ReadonlyMap<string, RuleSet>,
): Generator<void, HostJudges> {
  const shippedAlarms = ruleSets.get(SHIPPED_ALARMS)
  const compiledAlarms = new Map<string, CompiledAlarms>()
  const shared = new Map<string, Judge>()
  const judges: Judge[] = []
  const quarantined = new Map<string, Quarantined>()
  for (const entry of entries) {
    const { rules, level, variables, crackingIgnore, alarms } = entry
    const key = JSON.stringify([rules, level, [...variables].sort(), crackingIgnore, alarms])
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
    const compiled = compileJudge(sets, {
      level,
      variables,
      crackingIgnore,
      alarms,
      shippedAlarms,
      known: compiledAlarms,
      prepareIso: true,
    })
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
    fallbacks: () =>
      distinct.reduce((sum, judge) => sum + judge.fallbacks, 0) +
      compiledAlarms.values().reduce((sum, { alarms }) => sum + alarms.fallbacks, 0),
  }
}
