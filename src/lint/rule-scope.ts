/** Tells whether one rule can stand in for another: it is in force wherever the other is, with the same effect. */
import type { Rule, RuleDirectory } from "../rules/rule.ts"
import { isIgnoring } from "../rules/rules-in-force.ts"

const LEVELS: readonly RuleDirectory[] = ["ignore.d.paranoid", "ignore.d.server", "ignore.d.workstation"]

/** Whether `stand` is in force wherever `rule` is, and a match of it has the same effect. */
export function standsIn(stand: Rule, rule: Rule): boolean {
  if (isIgnoring(rule)) {
    const level = LEVELS.indexOf(stand.directory)
    return level !== -1 && level <= LEVELS.indexOf(rule.directory)
  }
  // The file decides the section of a line, and whose hits are cancelled.
  return stand.directory === rule.directory && stand.file === rule.file
}
