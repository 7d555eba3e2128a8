import type { Rule } from "./rule.ts"
import { isAlarming } from "./rules-in-force.ts"

/** The lines that a rule must match, by its own samples. */
export function matchingSamples({ samples }: Rule): readonly string[] {
  return samples.filter(({ mustMatch }) => mustMatch).map(({ text }) => text)
}

/** The lines that rules of alarm.d must match, each once: lines that somebody should read. */
export function alarmingSamples(rules: Iterable<Rule>): readonly string[] {
  return [...new Set(Iterator.from(rules).filter(isAlarming).flatMap(matchingSamples))]
}
