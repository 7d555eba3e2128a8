/**
 * Combines the windows of one mail. Normally a mail has one window; it has more if no mail could be sent for a while.
 *
 * The pile has the limits of a single window (limits.ts), so that tamis does not run out of memory if the mail server
 * is away for a night. Every line is counted.
 */

import type { HostCounters } from "./counters.ts"
import { mergeCounters } from "./counters.ts"
import { coarserAndCoarser, DEFAULT_WINDOW_LIMITS, fits, type WindowLimits } from "./limits.ts"
import type { Loss } from "./losses.ts"
import { mergeLosses } from "./losses.ts"
import { copyTally, mergeTally } from "./merge.ts"
import type { Tally } from "./tally.ts"
import type { WindowContents, WindowSpan } from "./window.ts"

/** The sums of several windows of one digest, with each group once. */
export interface Pile {
  /** The oldest first. */
  readonly windows: readonly WindowSpan[]
  readonly tallies: readonly Tally[]
  readonly hosts: ReadonlyMap<string, HostCounters>
  readonly losses: ReadonlyMap<Loss, number>
  readonly newHosts: ReadonlySet<string>
}

export class WindowPile implements Pile {
  readonly windows: WindowSpan[] = []
  readonly hosts = new Map<string, HostCounters>()
  readonly losses = new Map<Loss, number>()
  readonly newHosts = new Set<string>()
  readonly #limits: WindowLimits
  readonly #tallies = new Map<string, Tally>()
  readonly #groupsOf = new Map<string, number>()

  constructor(limits: WindowLimits = DEFAULT_WINDOW_LIMITS) {
    this.#limits = limits
  }

  get tallies(): readonly Tally[] {
    return [...this.#tallies.values()]
  }

  /** Adds the window that follows the previous ones. */
  add({ window, tallies, hosts, losses, newHosts }: WindowContents): void {
    this.windows.push(window)
    for (const tally of tallies) this.#addTally(tally)
    for (const [host, counters] of hosts) {
      const known = this.hosts.get(host)
      if (known === undefined) this.hosts.set(host, { ...counters })
      else mergeCounters(known, counters)
    }
    mergeLosses(this.losses, losses)
    for (const host of newHosts) this.newHosts.add(host)
  }

  #addTally(added: Tally): void {
    // The store has already bounded the first window.
    const isFirst = this.windows.length === 1
    for (const tally of coarserAndCoarser(added)) {
      const known = this.#tallies.get(tally.fingerprint)
      if (known !== undefined) {
        mergeTally(known, tally)
        return
      }
      const groups = this.#groupsOf.get(tally.host) ?? 0
      if (!isFirst && !fits(tally.coarseness, groups, this.#tallies.size, this.#limits)) continue
      this.#tallies.set(tally.fingerprint, copyTally(tally))
      this.#groupsOf.set(tally.host, groups + 1)
      return
    }
  }
}

export function pileUp(windows: Iterable<WindowContents>): Pile {
  const pile = new WindowPile()
  for (const window of windows) pile.add(window)
  return pile
}
