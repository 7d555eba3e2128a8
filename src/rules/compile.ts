/**
 * Compiles rules into an engine: replaces variables, and puts all rules of all layers in force into one engine.
 *
 * A rule that cannot be run is quarantined, with its place, the reason and a hint. All other rules stay in force.
 * (logcheck gives a whole file to one grep, which prints nothing if one pattern is invalid.)
 */

import { compileEngine, type Engine } from "../engine/engine.ts"
import { isIsoOnly } from "../engine/header-form.ts"
import { parseEre } from "../ere/parse.ts"
import type { Problem } from "../problem.ts"
import { Alarms } from "./alarms.ts"
import { BUILT_IN_VARIABLES } from "./built-in-variables.ts"
import type { Matcher } from "./hits.ts"
import { Judge } from "./judge.ts"
import { type Level, type Quarantined, type Rule, type RuleSet, rulePlace } from "./rule.ts"
import { alarmRules, isRaising, rulesInForce } from "./rules-in-force.ts"
import { type Expanded, expandVariables, type Scopes } from "./variables.ts"

export interface JudgeOptions {
  readonly level: Level
  readonly variables: ReadonlyMap<string, string>
  /** logcheck's SUPPORT_CRACKING_IGNORE: without it, cracking.ignore.d is not used. */
  readonly crackingIgnore: boolean
  /** Compiles the set for ISO headers and the alarm rules at once, not in the middle of traffic. */
  readonly prepareIso?: boolean
  /** The alarm rules that tamis ships. */
  readonly shippedAlarms?: RuleSet | undefined
  /** False for a host whose entry turns off the shipped alarm rules and alarms by severity. */
  readonly alarms?: boolean
  /** Alarm rules that other hosts have compiled: equal ones are compiled once. */
  readonly known?: Map<string, CompiledAlarms>
}

export interface CompiledJudge {
  readonly judge: Judge
  /** The judge's rules and engine, to find all rules that match a line, not only those that decide. */
  readonly rules: CompiledRules
  readonly alarming: Alarms
  /** Without the shipped alarm rules, unless they were compiled at once. */
  readonly quarantined: readonly Quarantined[]
}

/** A rule in the form that the engine runs. */
export interface CompiledRule {
  readonly rule: Rule
  /** With its variables replaced. */
  readonly pattern: string
  /** Converts a column of the pattern to a column of the rule, see Expanded. */
  readonly columnAsWritten: (column: number) => number
  /** A rule that is not in force matches nothing. */
  readonly inForce: boolean
}

export interface CompiledRules {
  /** In the order given, without rules whose variables are unknown. The engine's indices are indices of this list. */
  readonly compiled: readonly CompiledRule[]
  readonly engine: Engine
  readonly quarantined: readonly Quarantined[]
}

/** Compiles the judge for hosts that use these rule sets with these options. */
export function compileJudge(sets: readonly RuleSet[], options: JudgeOptions): CompiledJudge {
  const rules = rulesInForce(sets, options.level, options.crackingIgnore)
  const compiledRules = compileRules(rules, (rule) => variableScopes(rule, options.variables), options)
  const { compiled, engine, quarantined } = compiledRules
  const { alarms, ...ofAlarms } = compileAlarms(sets, options)
  const judge = new Judge({
    rules: compiled.map(({ rule }) => rule),
    ruleCount: compiled.filter(({ inForce }) => inForce).length,
    engine,
    isoRaising: compileIsoRaising(compiled),
    alarms,
  })
  return { judge, rules: compiledRules, alarming: alarms, quarantined: [...quarantined, ...ofAlarms.quarantined] }
}

export interface CompiledAlarms {
  readonly alarms: Alarms
  readonly quarantined: readonly Quarantined[]
}

/**
 * Compiles the alarm rules of a host: at once if it has some of its own, so that those that cannot be run are known, or
 * with `prepareIso`; otherwise when the first line is tried.
 */
export function compileAlarms(
  sets: readonly RuleSet[],
  {
    variables,
    shippedAlarms,
    alarms = true,
    prepareIso = false,
    known,
  }: Omit<JudgeOptions, "level" | "crackingIgnore">,
): CompiledAlarms {
  const rules = alarmRules(sets, { shipped: shippedAlarms, apply: alarms })
  const used = [...variables].filter(([name]) => rules.some(({ text }) => text.includes(`\${${name}}`)))
  const key = JSON.stringify([alarms, rules.map(rulePlace), used.sort()])
  const same = known?.get(key)
  if (same !== undefined) return same
  const differByForm = !rules.every((rule) => beginsWithHeader(rule, variables))
  const compile = () =>
    compileRules(rules, (rule) => variableScopes(rule, variables), { prepareIso: prepareIso && differByForm })
  const isAtOnce = prepareIso || rules.length > (alarms ? (shippedAlarms?.rules.length ?? 0) : 0)
  const atOnce = isAtOnce ? compile() : undefined
  const compiled = () => {
    const { compiled, engine } = atOnce ?? compile()
    return { rules: compiled.map(({ rule }) => rule), engine, differByForm }
  }
  const result = { alarms: new Alarms(compiled, alarms), quarantined: atOnce?.quarantined ?? [] }
  known?.set(key, result)
  return result
}

/** Whether a rule matches a line in both forms of its header or in none, because it begins with tamis's own ${HEAD}. */
function beginsWithHeader({ text, defaults }: Rule, variables: ReadonlyMap<string, string>): boolean {
  return text.startsWith("^${HEAD} ") && !variables.has("HEAD") && defaults?.has("HEAD") !== true
}

/** The scopes of a rule's variables, in order of precedence: the host's, the file's own, the built-in ones. */
export function variableScopes(rule: Rule, variables: ReadonlyMap<string, string>): Scopes {
  return rule.defaults === undefined ? [variables, BUILT_IN_VARIABLES] : [variables, rule.defaults, BUILT_IN_VARIABLES]
}

/** Compiles rules into one engine. */
export function compileRules(
  rules: readonly Rule[],
  scopesOf: (rule: Rule) => Scopes,
  { prepareIso = false }: Pick<JudgeOptions, "prepareIso"> = {},
): CompiledRules {
  const quarantined: Quarantined[] = []
  const quarantine = (rule: Rule, problem: Omit<Problem, "file" | "line">) =>
    quarantined.push({ rule, problem: { file: rule.path, line: rule.line, ...problem } })

  const expansions: { rule: Rule; expanded: Expanded }[] = []
  for (const rule of rules) {
    const expansion = expandVariables(rule.text, scopesOf(rule))
    if (expansion.ok) expansions.push({ rule, expanded: expansion.expanded })
    else quarantine(rule, expansion.problem)
  }
  const { engine, refused } = compileEngine(
    expansions.map(({ expanded }) => expanded.pattern),
    { prepareIso },
  )
  for (const { index, column, message, hint } of refused) {
    const { rule, expanded } = expansions[index]!
    quarantine(rule, { column: expanded.columnAsWritten(column), message, hint })
  }
  const outOfForce = new Set(refused.map(({ index }) => index))
  const compiled = expansions.map(({ rule, expanded }, index) => {
    const { pattern, columnAsWritten } = expanded
    return { rule, pattern, columnAsWritten, inForce: !outOfForce.has(index) }
  })
  return { compiled, engine, quarantined }
}

/** Compiles the raising rules that match only lines with an ISO header. The matcher returns indices of `compiled`. */
function compileIsoRaising(compiled: readonly CompiledRule[]): Matcher | undefined {
  const indices = [...compiled.keys()].filter((index) => {
    const { rule, pattern, inForce } = compiled[index]!
    const parsed = inForce && isRaising(rule) ? parseEre(pattern) : undefined
    return parsed?.ok && isIsoOnly(parsed.ere)
  })
  if (indices.length === 0) return undefined
  const { engine } = compileEngine(
    indices.map((index) => compiled[index]!.pattern),
    { prepareIso: true },
  )
  return {
    match: (line, ascii) => engine.match(line, ascii)?.map((hit) => indices[hit]!),
    get fallbacks() {
      return engine.fallbacks
    },
  }
}
