/**
 * What a digest remembers of a window after its report went out: the groups with most lines, for two weeks. Rules are suggested
 * for them and tried on them.
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

/** Of one window, as JSON: with 336 windows a digest, the store holds 11 MiB for it at most. */
const MAX_PAST_BYTES = 32 * 1_024

/** Abridges a closed window to what is remembered of it; undefined where nothing is. */
export function pastWindow({ window, tallies }: WindowContents): PastWindow | undefined {
  const { id, opensAtMs, closesAtMs } = window
  if (closesAtMs === undefined) return undefined
  let room = MAX_PAST_BYTES
  const kept = tallies
    .filter(({ coarseness }) => coarseness === 0)
    .toSorted((a, b) => b.count - a.count || (a.fingerprint < b.fingerprint ? -1 : 1))
    .filter((tally) => {
      room -= Buffer.byteLength(JSON.stringify(tally))
      return room >= 0
    })
  return kept.length === 0 ? undefined : { id, opensAtMs, closesAtMs, tallies: kept }
}

/** What closed before this is not remembered with a window that closes now: it depends on nothing but the window. */
export function forgetBeforeMs({ closesAtMs }: PastWindow): number {
  return closesAtMs - RETAINED_MS
}
