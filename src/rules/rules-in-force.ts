import { type Level, type Rule, type RuleDirectory, type RuleSet, rulePlace } from "./rule.ts"

/** Each level includes the levels before it. */
const LEVELS: readonly Level[] = ["paranoid", "server", "workstation"]

/**
 * Returns the rules that a level and the options put in force, in the order that a judge needs: raising, ignoring, then
 * cancelling rules. Files with the same name in several sets count as one file.
 */
export function rulesInForce(sets: readonly RuleSet[], level: Level, crackingIgnore: boolean): readonly Rule[] {
  const all = sets.flatMap((set) => set.rules)
  const of = (directory: RuleDirectory) => all.filter((rule) => rule.directory === directory).sort(byFile)
  return [
    ...of("cracking.d"),
    ...of("violations.d"),
    ...LEVELS.slice(0, LEVELS.indexOf(level) + 1).flatMap((each) => of(`ignore.d.${each}`)),
    ...(crackingIgnore ? of("cracking.ignore.d") : []),
    ...of("violations.ignore.d"),
  ]
}

/**
 * Returns the alarm rules of a host, in the order that `Alarms` needs: alarm.d in the C locale's order of topics, then
 * alarm.ignore.d. `shipped` has the alarm rules that apply to every host but those that turned them off: `apply` is false
 * then, and the host's own sets are without the shipped rules, even if one of them has these.
 */
export function alarmRules(
  sets: readonly RuleSet[],
  { shipped, apply }: { readonly shipped: RuleSet | undefined; readonly apply: boolean },
): readonly Rule[] {
  // A copy of a shipped rule is not tried twice.
  const key = apply ? ({ directory, file, text }: Rule) => JSON.stringify([directory, file, text]) : rulePlace
  const known = new Set(shipped?.rules.map(key))
  const own = sets.flatMap((set) => set.rules).filter((rule) => isOfAlarms(rule) && !known.has(key(rule)))
  const all = [...(apply ? (shipped?.rules ?? []) : []), ...own]
  return [
    ...all.filter(isAlarming).sort(byFile),
    ...all.filter((rule) => rule.directory === "alarm.ignore.d").sort(byFile),
  ]
}

/** Sorts in the C locale's order. The sort is stable: rules of one file stay in the order of the sets and lines. */
function byFile(one: Rule, other: Rule): number {
  return one.file < other.file ? -1 : one.file > other.file ? 1 : 0
}

/** Whether a rule puts lines into a layer. */
export function isRaising(rule: Rule): boolean {
  return rule.directory === "cracking.d" || rule.directory === "violations.d"
}

/** Whether a rule removes lines from the report that no rule raises. */
export function isIgnoring(rule: Rule): boolean {
  return rule.directory.startsWith("ignore.d.")
}

/** Whether a rule can keep a line out of the report: it ignores lines, or cancels what raises them. */
export function isHiding(rule: Rule): boolean {
  return !isRaising(rule) && !isOfAlarms(rule)
}

/** Whether a rule makes reported lines alarms. */
export function isAlarming(rule: Rule): boolean {
  return rule.directory === "alarm.d"
}

/** Whether a rule makes alarms or cancels them. It decides neither whether a line is reported nor where. */
export function isOfAlarms(rule: Rule): boolean {
  return isAlarming(rule) || rule.directory === "alarm.ignore.d"
}
