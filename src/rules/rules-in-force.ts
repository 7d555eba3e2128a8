import type { Level, Rule, RuleDirectory, RuleSet } from "./rule.ts"

/** Each level takes what the ones before it take. */
const LEVELS: readonly Level[] = ["paranoid", "server", "workstation"]

/**
 * Selects the rules that a level and the options put in force, in the order that a judge wants: those that raise,
 * those that ignore, those that cancel. Same-named files of several sets are one file.
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

/** In the C locale's order. Sorting is stable: rules of one file stay in the order of the sets and of their lines. */
function byFile(one: Rule, other: Rule): number {
  return one.file < other.file ? -1 : one.file > other.file ? 1 : 0
}

/** Whether a rule puts lines into a layer. */
export function isRaising(rule: Rule): boolean {
  return rule.directory === "cracking.d" || rule.directory === "violations.d"
}

/** Whether a rule takes lines that no rule raises out of the report. */
export function isIgnoring(rule: Rule): boolean {
  return rule.directory.startsWith("ignore.d.")
}
