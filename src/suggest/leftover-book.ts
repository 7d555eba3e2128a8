/**
 * Collects what no rule knows out of the verdicts of a log, within bounds: equal lines of a host are one.
 *
 * Beyond the bounds lines are only counted. They are so wide that rules for the rest of such a log are seen long before.
 */
import { template } from "../tally/template.ts"
import { DAY_MS } from "../units.ts"
import type { Leftover } from "./leftover.ts"

export interface BookedLeftovers {
  readonly leftovers: readonly Leftover[]
  /** Lines that rules of cracking.d and violations.d raise, one of each template. */
  readonly raised: readonly string[]
  /** Leftovers beyond the bounds. */
  readonly beyond: number
  /** Days from the first to the last leftover, 1 at least. */
  readonly days: number
}

/** Distinct lines. Where no two of them have a word in common, suggestions for so many take a minute and a GiB. */
const MAX_LEFTOVERS = 100_000
/** Raised lines that a rule is tried on. */
export const MAX_RAISED = 2_000

/** When, and which process: neither makes a line another one. */
const TIME = /^(?:[A-Z][a-z]{2} [ :0-9]{11}|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,18}(?:Z|[+-][0-9]{2}:?[0-9]{2})) /
const PID = /^(\S+ [^ :[\]]+\[)[0-9]+(?=\])/

export class LeftoverBook {
  readonly #leftovers = new Map<string, { line: string; host: string; count: number }>()
  readonly #raised = new Map<string, string>()
  #beyond = 0
  #firstMs = Number.POSITIVE_INFINITY
  #lastMs = Number.NEGATIVE_INFINITY

  leftover(line: string, host: string, atMs: number): void {
    this.#firstMs = Math.min(this.#firstMs, atMs)
    this.#lastMs = Math.max(this.#lastMs, atMs)
    const key = `${host}\0${line.replace(TIME, "").replace(PID, "$1")}`
    const known = this.#leftovers.get(key)
    if (known !== undefined) {
      known.count += 1
      // Whatever the order of the lines, the same one stands for all.
      if (line < known.line) known.line = line
    } else if (this.#leftovers.size < MAX_LEFTOVERS) this.#leftovers.set(key, { line, host, count: 1 })
    else this.#beyond += 1
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
      days: Math.max(1, Math.ceil((this.#lastMs - this.#firstMs) / DAY_MS)) || 1,
    }
  }
}
