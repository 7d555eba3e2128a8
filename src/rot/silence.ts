/**
 * Finds rules that used to match regularly and have stopped, by their history alone.
 *
 *     firstMs ├──hits, never further apart than gapMs──┤ lastMs ├──silence──┤ now
 *
 * A rule is regular if its hits span many times its longest pause, on several days: it then matched in each of the last
 * spans of that length. It is silent after several times that pause. The pause covers weekends, nights and monthly jobs,
 * since the store remembers the longest one and lets it fade slowly.
 */
import type { RuleRecord } from "../store/rule-history.ts"
import { DAY_MS } from "../units.ts"

/** A busy rule has pauses of seconds, but a sender that restarts is silent for minutes. */
const SHORTEST_PAUSE_MS = 300_000
/** Consecutive spans of its longest pause in which the rule matched. */
const REGULAR_SPANS = 8
/** A job that runs for an hour is regular within it, but not over days. */
const MIN_DAYS = 3
const MIN_HITS = 10
/** Silence, in multiples of the longest pause. */
const SILENT_PAUSES = 3
/** After this long, the silence has been reported often enough. */
const LONGEST_SILENCE_MS = 30 * DAY_MS

export function hasFallenSilent({ hits, firstMs, lastMs, gapMs, days }: RuleRecord, nowMs: number): boolean {
  const pauseMs = Math.max(gapMs, SHORTEST_PAUSE_MS)
  const silenceMs = nowMs - lastMs
  const isRegular = hits >= MIN_HITS && days >= MIN_DAYS && lastMs - firstMs >= REGULAR_SPANS * pauseMs
  return isRegular && silenceMs >= SILENT_PAUSES * pauseMs && silenceMs <= LONGEST_SILENCE_MS
}

/** How many lines the rule would have matched in `spanMs`, had it gone on. */
export function expectedHits({ hits, firstMs, lastMs }: RuleRecord, spanMs: number): number {
  return lastMs > firstMs ? (hits / (lastMs - firstMs)) * spanMs : 0
}
