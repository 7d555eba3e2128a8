/**
 * What is remembered of windows that were mailed, so that rules can be suggested and tried on more than one window.
 *
 * Bounded: the groups with most lines of each window, for two weeks.
 */

import type { PastWindow, WindowContents } from "../store/store.ts"
import { heaviestLeftovers, retainedFor, talliedLeftovers } from "../suggest/tallied-leftovers.ts"
import { type UnaskedRule, unaskedRules } from "../suggest/unasked.ts"
import { mergeTally } from "../tally/merge.ts"
import type { Tally } from "../tally/tally.ts"
import type { Pile } from "./pile.ts"

const RETAINED_MS = 14 * 86_400_000

/** Of one window, as JSON: with 336 windows a digest, the store holds 11 MiB for it at most. */
const MAX_PAST_BYTES = 32 * 1_024

/** That rules are suggested for, those with most lines. */
const MAX_GROUPS = 1_000

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

/** Merges what is remembered with windows that are at hand, which are whole. */
export function retainedTallies(past: readonly PastWindow[], { windows, tallies }: Pile): readonly Tally[] {
  const atHand = new Set(windows.map(({ id }) => id))
  const remembered = past.filter(({ id }) => !atHand.has(id)).flatMap((window) => window.tallies)
  const merged = new Map<string, Tally>()
  for (const tally of [...remembered, ...tallies]) {
    const known = merged.get(tally.fingerprint)
    if (known === undefined) merged.set(tally.fingerprint, { ...tally, samples: [...tally.samples] })
    else mergeTally(known, tally)
  }
  return [...merged.values()]
}

/** Suggests rules for a mail of these windows, tried on what is retained. */
export function suggestedRules(pile: Pile, retained: readonly Tally[], most: number): readonly UnaskedRule[] {
  if (most === 0) return []
  const groups = heaviestLeftovers(pile.tallies).slice(0, MAX_GROUPS)
  const { leftovers } = talliedLeftovers(groups)
  return unaskedRules(leftovers, most, retainedFor(groups, retained))
}
