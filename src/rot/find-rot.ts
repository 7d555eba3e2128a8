/** Finds rules that stopped matching, from their history in the store and the windows that are reported. */

import { type RuleUse, rulesByKey } from "../rules/rules-by-key.ts"
import { isOfAlarms } from "../rules/rules-in-force.ts"
import type { TallyStore } from "../store/store.ts"
import { alarmingIn } from "../suggest/alarming.ts"
import type { PastWindow } from "../tally/past-window.ts"
import type { Pile } from "../tally/pile.ts"
import { type RottenRule, rottenRules } from "./rotten-rules.ts"

export async function findRot(
  store: Pick<TallyStore, "ruleHistory">,
  use: RuleUse,
  { windows, tallies }: Pile,
  past: readonly PastWindow[],
  nowMs: number,
): Promise<readonly RottenRule[]> {
  if (tallies.length === 0) return []
  const history = await store.ruleHistory()
  const rules = [...rulesByKey(use)].flatMap(([key, { rule, scopes }]) => {
    const record = history.rules.get(key)
    // It is good news that alarms stop.
    return record === undefined || isOfAlarms(rule) ? [] : [{ rule, record, scopes }]
  })
  const atHand = new Set(windows.map(({ id }) => id))
  const before = past.filter(({ id }) => !atHand.has(id))
  return rottenRules({
    rules,
    tallies,
    past: before,
    alarming: alarmingIn(use.ruleSets),
    nowMs: windows.at(-1)?.closesAtMs ?? nowMs,
  })
}
