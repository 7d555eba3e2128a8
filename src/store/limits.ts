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
import { coarsen } from "../tally/coarsen.ts"
import type { Tally } from "../tally/tally.ts"
import type { StoreLimits } from "./store.ts"

/**
 * How many collectors' last sequences a digest keeps, the newest. A collector is new at every start of the service and
 * repeats its batches within minutes, or, those that a shutdown could not store, at the next start.
 */
export const COLLECTORS_REMEMBERED = 1_000

/** How many windows a digest remembers, the newest: two weeks of hourly ones. */
export const PAST_WINDOWS = 336

/** Says whether a new group of this coarseness may be made. */
export function fits(
  coarseness: Tally["coarseness"],
  hostGroups: number,
  windowGroups: number,
  limits: StoreLimits,
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
