/**
 * The key of a rule's history. It stays the same as long as the rule's text is in the same file of the same rule set:
 * across restarts and reloads, on any line of the file, and in any directory of the set.
 */
import { hash } from "node:crypto"
import type { Rule, RuleSet } from "./rule.ts"

// 128 bits, like a tally's fingerprint.
const KEY_LENGTH = 32

/** Returns 32 hex digits. Costs microseconds. */
export function ruleKey(ruleSet: string, { directory, file, text }: Rule): string {
  return hash("sha256", JSON.stringify([ruleSet, directory, file, text]), "hex").slice(0, KEY_LENGTH)
}

/** Returns the keys of all rules of these sets. */
export function ruleKeys(ruleSets: Iterable<RuleSet>): ReadonlyMap<Rule, string> {
  const keys = new Map<Rule, string>()
  for (const { name, rules } of ruleSets) for (const rule of rules) keys.set(rule, ruleKey(name, rule))
  return keys
}
