/**
 * What fails at the moment and is tried again until it works: a line in the log when it begins, one when it
 * is over, and a complaint in the status for as long as it lasts.
 */
import type { Clock } from "../clock.ts"
import type { Log } from "../log.ts"

export interface Trouble {
  /** In the operator's words, without a final period: "the store is away". */
  readonly what: string
  readonly sinceMs: number
  readonly reason: string
}

export class Troubles {
  readonly #log: Pick<Log, "error" | "info">
  readonly #clock: Pick<Clock, "now">
  readonly #now = new Map<string, Trouble>()

  constructor(log: Pick<Log, "error" | "info">, clock: Pick<Clock, "now">) {
    this.#log = log
    this.#clock = clock
  }

  /** In the order in which they began. */
  get list(): readonly Trouble[] {
    return [...this.#now.values()]
  }

  /** Says that something failed, for the first time or again; `sentence` is for the log. */
  begin(what: string, error: unknown, sentence: string): void {
    if (this.#now.has(what)) return
    const reason = error instanceof Error ? error.message : String(error)
    this.#now.set(what, { what, sinceMs: this.#clock.now(), reason })
    this.#log.error({ what, reason }, sentence)
  }

  /** Says that it worked. */
  end(what: string, sentence: string): void {
    const trouble = this.#now.get(what)
    if (trouble === undefined) return
    this.#now.delete(what)
    this.#log.info({ what, forMs: this.#clock.now() - trouble.sinceMs }, sentence)
  }
}
