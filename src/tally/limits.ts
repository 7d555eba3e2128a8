/**
 * What a window may hold in detail: where a tally goes when its host or its window has too many groups.
 *
 * A group that exists takes further lines for ever. A new one of coarseness L is made while its host has fewer than
 * (L + 1) × groupsPerHost groups and its window fewer than (L + 1) × groupsPerWindow. So a host that floods its share
 * with ever new templates goes on as one group a program, then as one group, and other hosts keep theirs; coarseness 3
 * is one group a layer, and always made. A window thus holds at most 3 × groupsPerWindow groups and these few.
 *
 * `lua/add.lua` has the same rule for Redis, where it must be decided in one step with the writing.
 */
import { coarsen } from "./coarsen.ts"
import type { Tally } from "./tally.ts"

/** Bounds on what one window may hold; beyond them, lines are counted in coarser tallies. */
export interface WindowLimits {
  readonly groupsPerHost: number
  readonly groupsPerWindow: number
  readonly hostsPerDigest: number
}

/** Of the worst lines that can arrive, a window takes less than 30 MB in memory, and twice that where they are not Latin-1. */
export const DEFAULT_WINDOW_LIMITS: WindowLimits = {
  groupsPerHost: 1_000,
  groupsPerWindow: 5_000,
  hostsPerDigest: 10_000,
}

/** Says whether a new group of this coarseness may be made. */
export function fits(
  coarseness: Tally["coarseness"],
  hostGroups: number,
  windowGroups: number,
  limits: WindowLimits,
): boolean {
  if (coarseness === 3) return true
  const share = coarseness + 1
  return hostGroups < share * limits.groupsPerHost && windowGroups < share * limits.groupsPerWindow
}

/** Yields the tally as it is, then coarser and coarser. */
export function* coarserAndCoarser(tally: Tally): Generator<Tally> {
  yield tally
  for (const level of [1, 2, 3] as const) if (level > tally.coarseness) yield coarsen(tally, level)
}
