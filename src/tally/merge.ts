/**
 * Sums of tallies: several collectors, batches or windows count lines of one group, and their tallies become one.
 *
 * Counts and times do not depend on the order in which tallies are merged. Samples are kept in the order of arrival, so
 * that a group's samples stay the first ones seen.
 */

import { MAX_FURTHER_SAMPLE_BYTES, MAX_SAMPLES, type Tally } from "./tally.ts"
import { copyValues, mergeValues } from "./values.ts"

/** Adds `from`, a tally of the same fingerprint, to `into`. */
export function mergeTally(into: Tally, from: Tally): void {
  into.count += from.count
  into.firstMs = Math.min(into.firstMs, from.firstMs)
  into.lastMs = Math.max(into.lastMs, from.lastMs)
  for (const [severity, count] of from.severities.entries()) into.severities[severity]! += count
  for (const [place, values] of from.values.entries()) {
    const known = into.values[place]
    if (known === undefined) into.values.push(copyValues(values))
    else mergeValues(known, values)
  }
  for (const sample of from.samples) addSample(into.samples, sample)
}

/** Copies a tally, for one that goes on counting beside the first. */
export function copyTally(tally: Tally): Tally {
  return {
    ...tally,
    severities: [...tally.severities],
    values: tally.values.map(copyValues),
    samples: [...tally.samples],
  }
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
