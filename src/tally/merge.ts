/**
 * Sums of tallies, counters and losses: what several collectors, batches or windows counted becomes one number.
 *
 * Counts and times are the same in whatever order and grouping they are merged. Samples are kept in the order of
 * arrival, so that a group's samples stay the first ones seen.
 */

import type { HostCounters } from "./batch.ts"
import type { Loss } from "./loss.ts"
import { MAX_FURTHER_SAMPLE_BYTES, MAX_SAMPLES, type Tally } from "./tally.ts"

/** Adds `from`, a tally of the same fingerprint, to `into`. */
export function mergeTally(into: Tally, from: Tally): void {
  into.count += from.count
  into.firstMs = Math.min(into.firstMs, from.firstMs)
  into.lastMs = Math.max(into.lastMs, from.lastMs)
  for (const sample of from.samples) addSample(into.samples, sample)
}

/** Keeps the first MAX_SAMPLES lines that differ; the tenth copy of one line shows a reader nothing. */
export function addSample(samples: string[], line: string): void {
  if (samples.length >= MAX_SAMPLES || samples.includes(line)) return
  if (samples.length === 0 || isFurtherSample(JSON.stringify(line))) samples.push(line)
}

/** Whether a line, as JSON, is short enough to be kept beside another. */
export function isFurtherSample(json: string): boolean {
  return json.length <= MAX_FURTHER_SAMPLE_BYTES && Buffer.byteLength(json) <= MAX_FURTHER_SAMPLE_BYTES
}

export function mergeCounters(into: HostCounters, from: HostCounters): void {
  into.received += from.received
  into.ignored += from.ignored
  into.reported += from.reported
  into.rejected += from.rejected
  into.unjudged += from.unjudged
  into.firstMs = Math.min(into.firstMs, from.firstMs)
  into.lastMs = Math.max(into.lastMs, from.lastMs)
}

export function mergeLosses(into: Map<Loss, number>, from: ReadonlyMap<Loss, number>): void {
  for (const [loss, count] of from) into.set(loss, (into.get(loss) ?? 0) + count)
}
