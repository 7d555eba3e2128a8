/** Rules that stand in a set twice. */
import type { CompiledRule } from "../rules/compile.ts"
import { rulePlace } from "../rules/rule.ts"
import type { Finding } from "./finding.ts"
import { standsIn } from "./rule-scope.ts"

/** Finds the rules whose pattern another one has that could stand in for them; of two such, the later. */
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
      const where = twin.rule.path === file ? `line ${twin.rule.line}` : rulePlace(twin.rule)
      const message = `the same rule stands in ${where}`
      found.set(each, { code: "duplicate", problem: { file, line, column: 1, message, hint: "remove one of the two" } })
    }
  }
  return found
}
