/** Finds rules that a set has twice. */
import type { CompiledRule } from "../rules/compile.ts"
import { rulePlaceIn } from "../rules/rule.ts"
import type { Finding } from "./finding.ts"
import { standsIn } from "./rule-scope.ts"

/**
 * Finds rules for which another rule with the same pattern can stand in. If each can stand in for the other, the later.
 */
export function duplicates(compiled: readonly CompiledRule[]): Map<CompiledRule, Finding> {
  const found = new Map<CompiledRule, Finding>()
  for (const equal of Map.groupBy(compiled, ({ pattern }) => pattern).values()) {
    if (equal.length === 1) continue
    for (const [index, each] of equal.entries()) {
      const { rule } = each
      const stands = (other: CompiledRule, place: number) =>
        place !== index && standsIn(other.rule, rule) && (place < index || !standsIn(rule, other.rule))
      const twin = equal.find(stands)
      if (twin === undefined) continue
      const { path: file, line } = rule
      const message = `the same rule is in ${rulePlaceIn(file, twin.rule)}`
      found.set(each, { code: "duplicate", problem: { file, line, column: 1, message, hint: "remove one of the two" } })
    }
  }
  return found
}
