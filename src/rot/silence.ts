/**
 * Which rules used to match regularly and do not any more: by their history alone, without a look at any line.
 *
 *     firstMs ├──hits, never further apart than gapMs──┤ lastMs ├──silence──┤ now
 *
 * A rule counts as regular when its hits span many times its longest pause, on several days: then it has hit in each of the last
 * spans of that length. It counts as silent after several times that pause. Weekends, nights and monthly jobs are in the pause,
 * since the store remembers the longest one and lets it fade slowly.
 */
import type { RuleRecord } from "../store/rule-history.ts"
import { DAY_MS } from "../units.ts"

/** What goes on all the time has pauses of seconds, and a sender that restarts is silent for minutes. */
const SHORTEST_PAUSE_MS = 300_000
/** Spans of its longest pause in which it hit, without exception. */
const REGULAR_SPANS = 8
/** A job that runs for an hour is regular in it; not over days. */
const MIN_DAYS = 3
const MIN_HITS = 10
/** Of its longest pause. */
const SILENT_PAUSES = 3
/** Then it is known, or nobody minds. */
const LONGEST_SILENCE_MS = 30 * DAY_MS

export function hasFallenSilent({ hits, firstMs, lastMs, gapMs, days }: RuleRecord, nowMs: number): boolean {
  const pauseMs = Math.max(gapMs, SHORTEST_PAUSE_MS)
  const silenceMs = nowMs - lastMs
  const isRegular = hits >= MIN_HITS && days >= MIN_DAYS && lastMs - firstMs >= REGULAR_SPANS * pauseMs
  return isRegular && silenceMs >= SILENT_PAUSES * pauseMs && silenceMs <= LONGEST_SILENCE_MS
}

/** How many lines a rule would have matched in so long a time, had it gone on. */
export function expectedHits({ hits, firstMs, lastMs }: RuleRecord, spanMs: number): number {
  return lastMs > firstMs ? (hits / (lastMs - firstMs)) * spanMs : 0
}
