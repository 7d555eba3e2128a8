/**
 * The windows of one digest in old logs: each line in the window that was open at the line's own time.
 *
 * Lines may come in any order. The windows come out in order, and without gaps: a window without lines is a window as well, and
 * the last one counts as closed. Each window has the limits of tally/limits.ts.
 */
import type { DigestConfig } from "../config/config.ts"
import { dueClose, nextClose } from "../schedule.ts"
import type { DigestPart } from "../store/store.ts"
import { OTHER_HOSTS } from "../tally/coarsen.ts"
import { type Pile, WindowPile } from "../tally/pile.ts"
import type { WindowSpan } from "../tally/window.ts"
import { DAY_MS } from "../units.ts"

/** A longer time without a line is one window, as if tamis had not run then: one wrong date would make a million windows. */
const LONGEST_GAP_MS = 31 * DAY_MS

/** How far back the start of the first window is searched. */
const LOOK_BACK_MS = 366 * DAY_MS

export class DigestWindows {
  readonly digest: DigestConfig
  /** By the end of their window. */
  readonly #piles = new Map<number, WindowPile>()

  constructor(digest: DigestConfig) {
    this.digest = digest
  }

  /** The end of the window that is open at this time. */
  closeAfter(atMs: number): number {
    const { schedule, timeZone } = this.digest
    const closesAtMs = nextClose(schedule, timeZone, atMs)
    if (closesAtMs === undefined) throw new Error(`${schedule} passed validation and never comes true`)
    return closesAtMs
  }

  /** Adds lines of the window with this end. */
  add(closesAtMs: number, part: DigestPart): void {
    let pile = this.#piles.get(closesAtMs)
    if (pile === undefined) {
      pile = new WindowPile()
      this.#piles.set(closesAtMs, pile)
    }
    // The span is known when all lines are.
    pile.add({ window: { id: 0, opensAtMs: closesAtMs, closesAtMs }, ...part, newHosts: [] })
  }

  /** Yields each window as the pile of its mail, the oldest first. Forgets those that it has yielded. */
  *closed(): Generator<Pile & { readonly window: Required<WindowSpan> & { readonly closesAtMs: number } }> {
    const known = new Set<string>()
    let id = 0
    for (const { opensAtMs, closesAtMs } of this.#spans()) {
      const { tallies, hosts, losses } = this.#piles.get(closesAtMs) ?? new WindowPile()
      this.#piles.delete(closesAtMs)
      const newHosts = new Set([...hosts.keys()].filter((host) => host !== OTHER_HOSTS && !known.has(host)))
      for (const host of newHosts) known.add(host)
      id += 1
      const window = { id, opensAtMs, closesAtMs }
      yield { window, windows: [window], tallies, hosts, losses, newHosts }
    }
  }

  *#spans(): Generator<{ readonly opensAtMs: number; readonly closesAtMs: number }> {
    const { schedule, timeZone } = this.digest
    const ends = [...this.#piles.keys()].sort((a, b) => a - b)
    let opensAtMs: number | undefined
    for (const end of ends) {
      opensAtMs ??= dueClose(schedule, timeZone, end - LOOK_BACK_MS, end - 1) ?? this.#firstMs(end)
      if (end - opensAtMs > LONGEST_GAP_MS) {
        const latest = dueClose(schedule, timeZone, opensAtMs, end - 1)
        if (latest !== undefined) {
          yield { opensAtMs, closesAtMs: latest }
          opensAtMs = latest
        }
      }
      while (opensAtMs < end) {
        const closesAtMs = this.closeAfter(opensAtMs)
        yield { opensAtMs, closesAtMs }
        opensAtMs = closesAtMs
      }
    }
  }

  /** The time of the first line in the window with this end. */
  #firstMs(end: number): number {
    const counters = [...(this.#piles.get(end)?.hosts.values() ?? [])]
    return counters.reduce((least, { firstMs }) => Math.min(least, firstMs), end)
  }
}
