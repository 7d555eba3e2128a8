/**
 * Limits the detail of a window: decides how coarse a tally becomes if its host or its window has too many groups.
 *
 * An existing group always takes further lines. A new group of coarseness L is made if its host has fewer than (L + 1)
 * × groupsPerHost groups and its window fewer than (L + 1) × groupsPerWindow. A host that uses up its share with ever
 * new templates continues with one group for each program, then with a single group. Other hosts keep their shares.
 * Coarseness 3 has one group for each layer and is always allowed. So a window has at most 3 × groupsPerWindow groups,
 * and these few.
 *
 * `store/lua/add.lua` has the same rule for Redis, where the decision and the write must be one step.
 */
import { coarsen } from "./coarsen.ts"
import type { Tally } from "./tally.ts"

/** Bounds on what one window may hold; beyond them, lines are counted in coarser tallies. */
export interface WindowLimits {
  readonly groupsPerHost: number
  readonly groupsPerWindow: number
  readonly hostsPerDigest: number
}

/**
 * Filled with the worst possible lines, a window takes less than 30 MB in memory, and twice that if they are not
 * Latin-1.
 */
export const DEFAULT_WINDOW_LIMITS: WindowLimits = {
  groupsPerHost: 1_000,
  groupsPerWindow: 5_000,
  hostsPerDigest: 10_000,
}

/** Whether a new group of this coarseness may be made. */
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

/** Yields the tally, then coarser and coarser versions of it. */
export function* coarserAndCoarser(tally: Tally): Generator<Tally> {
  yield tally
  for (const level of [1, 2, 3] as const) if (level > tally.coarseness) yield coarsen(tally, level)
}
