import type { Level, Rule, RuleDirectory, RuleSet } from "./rule.ts"

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
