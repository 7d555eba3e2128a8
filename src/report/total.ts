import type { HostCounters } from "../tally/batch.ts"
import { mergeCounters } from "../tally/merge.ts"

/** Sums counters. Those of no host at all are zero, their span empty. */
export function totalOf(counters: Iterable<HostCounters>): HostCounters {
  const total: HostCounters = {
    received: 0,
    ignored: 0,
    reported: 0,
    rejected: 0,
    unjudged: 0,
    firstMs: Number.POSITIVE_INFINITY,
    lastMs: 0,
  }
  for (const each of counters) mergeCounters(total, each)
  return total
}
