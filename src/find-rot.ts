/** Looks for rules that began to fail, in what a store has of them and of the windows that are reported. */
import { mergedTallies } from "./report/summarize.ts"
import { type RottenRule, rottenRules } from "./rot/rotten-rules.ts"
import { type RuleUse, rulesByKey } from "./rules/rules-by-key.ts"
import type { PastWindow, TallyStore, WindowContents } from "./store/store.ts"

export async function findRot(
  store: Pick<TallyStore, "ruleHistory">,
  use: RuleUse,
  windows: readonly WindowContents[],
  past: readonly PastWindow[],
  nowMs: number,
): Promise<readonly RottenRule[]> {
  const tallies = mergedTallies(windows)
  if (tallies.length === 0) return []
  const history = await store.ruleHistory()
  const rules = [...rulesByKey(use)].flatMap(([key, { rule, scopes }]) => {
    const record = history.rules.get(key)
    return record === undefined ? [] : [{ rule, record, scopes }]
  })
  const atHand = new Set(windows.map(({ window }) => window.id))
  const before = past.filter(({ id }) => !atHand.has(id))
  return rottenRules({ rules, tallies, past: before, nowMs: windows.at(-1)?.window.closesAtMs ?? nowMs })
}
