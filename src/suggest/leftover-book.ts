/**
 * Collects the lines of a log that no rule matches, within bounds: equal lines of a host are one.
 *
 * Lines beyond the bounds are only counted. A person with that many leftovers first needs rules for the most frequent.
 */
import { dateOf } from "../rules/line-header.ts"
import { template } from "../tally/template.ts"
import { DAY_MS } from "../units.ts"
import type { Leftover } from "./leftover.ts"

export interface BookedLeftovers {
  readonly leftovers: readonly Leftover[]
  /** Lines raised by rules of cracking.d and violations.d, one of each template. */
  readonly raised: readonly string[]
  /** Leftovers beyond the bounds. */
  readonly beyond: number
  /** Days from the first to the last leftover, 1 at least. */
  readonly days: number
}

/** Distinct lines. If no two of them share a word, suggestions for 100,000 take a minute and a GiB. */
const MAX_LEFTOVERS = 100_000
/** Raised lines that a rule is tried on. */
export const MAX_RAISED = 2_000

/** Behind the date. */
const PID = /^(\S+ [^ :[\]]+\[)[0-9]+(?=\])/

export class LeftoverBook {
  readonly #leftovers = new Map<string, { line: string; host: string; count: number }>()
  readonly #raised = new Map<string, string>()
  #beyond = 0
  #firstMs = Number.POSITIVE_INFINITY
  #lastMs = Number.NEGATIVE_INFINITY

  /** `times` is the number of lines that it stands for. */
  leftover(line: string, host: string, atMs: number, times = 1): void {
    this.#firstMs = Math.min(this.#firstMs, atMs)
    this.#lastMs = Math.max(this.#lastMs, atMs)
    // When, and which process: neither makes a line another one.
    const key = `${host}\0${line.slice(dateOf(line).length).replace(PID, "$1")}`
    const known = this.#leftovers.get(key)
    if (known !== undefined) {
      known.count += times
      // The choice of the line must not depend on the order of the lines.
      if (line < known.line) known.line = line
    } else if (this.#leftovers.size < MAX_LEFTOVERS) this.#leftovers.set(key, { line, host, count: times })
    else this.#beyond += times
  }

  raised(line: string): void {
    const key = template(line)
    const known = this.#raised.get(key)
    if (known !== undefined ? line < known : this.#raised.size < MAX_RAISED) this.#raised.set(key, line)
  }

  take(): BookedLeftovers {
    return {
      leftovers: [...this.#leftovers.values()],
      raised: [...this.#raised.values()],
      beyond: this.#beyond,
      days: daysBetween(this.#firstMs, this.#lastMs),
    }
  }
}

/** Counts begun days, 1 at least. */
export function daysBetween(firstMs: number, lastMs: number): number {
  return Math.max(1, Math.ceil((lastMs - firstMs) / DAY_MS))
}
