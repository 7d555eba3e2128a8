/** Keeps the history of rules as small as the rule base: forgets rules that are in no rule set any more. */
import type { RuleSet } from "../rules/rule.ts"
import { ruleKey } from "../rules/rule-key.ts"
import { namesProgram, programWords } from "../rules/rule-programs.ts"
import { FORGOTTEN_AFTER_DAYS } from "../store/rule-history.ts"
import type { TallyStore } from "../store/store.ts"
import { DAY_MS } from "../units.ts"

/** Forgets rules that are in none of these sets and programs that no rule names, FORGOTTEN_AFTER_DAYS after their last line. */
export async function forgetGoneRules(
  store: Pick<TallyStore, "ruleHistory" | "forgetRules">,
  ruleSets: Iterable<RuleSet>,
  nowMs: number,
): Promise<void> {
  const keys = new Set<string>()
  const words = new Set<string>()
  for (const { name, rules } of ruleSets) {
    for (const rule of rules) {
      keys.add(ruleKey(name, rule))
      for (const word of programWords(rule.text)) words.add(word)
    }
  }
  const beforeMs = nowMs - FORGOTTEN_AFTER_DAYS * DAY_MS
  const history = await store.ruleHistory()
  const rules = [...history.rules].filter(([key, { lastMs }]) => lastMs < beforeMs && !keys.has(key))
  const programs = [...history.programs].filter(([name, ms]) => ms < beforeMs && !namesProgram(words, name))
  if (rules.length + programs.length === 0) return
  const names = (entries: readonly (readonly [string, unknown])[]) => entries.map(([name]) => name)
  await store.forgetRules(names(rules), names(programs), beforeMs)
}
