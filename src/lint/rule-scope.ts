/** Whether one rule could stand in for another: wherever the one has a say, the other has the same. */
import type { Rule, RuleDirectory } from "../rules/rule.ts"
import { isIgnoring } from "../rules/rules-in-force.ts"

const LEVELS: readonly RuleDirectory[] = ["ignore.d.paranoid", "ignore.d.server", "ignore.d.workstation"]

/** Whether `stand` is in force wherever `rule` is, and a match of it does what a match of `rule` does. */
export function standsIn(stand: Rule, rule: Rule): boolean {
  if (isIgnoring(rule)) {
    const level = LEVELS.indexOf(stand.directory)
    return level !== -1 && level <= LEVELS.indexOf(rule.directory)
  }
  // The file says which section a line comes into, and whose hits are cancelled.
  return stand.directory === rule.directory && stand.file === rule.file
}
