/**
 * The windows that go out in one mail, as one: mostly it is one, and more where they piled up while no mail could be sent.
 *
 * Added one after the other and bounded like one of them (limits.ts), so that a mail server which comes back after a night
 * does not find tamis out of memory. Every line is counted all the same.
 */

import type { HostCounters } from "./counters.ts"
import { mergeCounters } from "./counters.ts"
import { coarserAndCoarser, DEFAULT_WINDOW_LIMITS, fits, type WindowLimits } from "./limits.ts"
import type { Loss } from "./losses.ts"
import { mergeLosses } from "./losses.ts"
import { copyTally, mergeTally } from "./merge.ts"
import type { Tally } from "./tally.ts"
import type { WindowContents, WindowSpan } from "./window.ts"

/** What windows of one digest counted together, each group once. */
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

  /** Adds the window that follows those that are there. */
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
    // The first window keeps its own bounds, whatever they were.
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
