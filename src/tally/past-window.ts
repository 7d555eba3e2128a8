/**
 * A digest remembers part of each window for two weeks after its report: the groups with most lines. tamis suggests
 * rules for them, and tries rules on them.
 */

import { DAY_MS } from "../units.ts"
import type { Tally } from "./tally.ts"
import type { WindowContents, WindowId } from "./window.ts"

export interface PastWindow {
  readonly id: WindowId
  readonly opensAtMs: number
  readonly closesAtMs: number
  readonly tallies: readonly Tally[]
}

const RETAINED_MS = 14 * DAY_MS

/** For one window, as JSON. With 336 windows a digest, the store holds at most 11 MiB for the digest. */
const MAX_PAST_BYTES = 32 * 1_024

/** Reduces a closed window to the part that is remembered; undefined if nothing is. */
export function pastWindow({ window, tallies }: WindowContents): PastWindow | undefined {
  const { id, opensAtMs, closesAtMs } = window
  if (closesAtMs === undefined) return undefined
  let room = MAX_PAST_BYTES
  const kept = tallies
    .filter(({ coarseness }) => coarseness === 0)
    .toSorted((a, b) => b.count - a.count || (a.fingerprint < b.fingerprint ? -1 : 1))
    .map((tally) => ({ ...tally, values: [] }))
    .filter((tally) => {
      room -= Buffer.byteLength(JSON.stringify(tally))
      return room >= 0
    })
  return kept.length === 0 ? undefined : { id, opensAtMs, closesAtMs, tallies: kept }
}

/** Windows that closed before this time are forgotten when this window closes. It depends only on the window. */
export function forgetBeforeMs({ closesAtMs }: PastWindow): number {
  return closesAtMs - RETAINED_MS
}
