/**
 * Operations that fail and are retried until they work: a line in the log when a trouble begins, one when it ends, and a
 * complaint in the status in between.
 */
import type { Clock } from "../clock.ts"
import { type ErrorCode, reasonOf } from "../errors.ts"
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

  /** Reports a failure, the first one or a repeated one. Only the first writes `sentence` and `code` to the log. */
  begin(what: string, error: unknown, sentence: string, code?: ErrorCode): void {
    if (this.#now.has(what)) return
    const reason = reasonOf(error)
    this.#now.set(what, { what, sinceMs: this.#clock.now(), reason })
    this.#log.error({ what, ...(code !== undefined && { code }), reason }, sentence)
  }

  /** Reports a success. Writes `sentence` to the log if it ends a trouble. */
  end(what: string, sentence: string): void {
    const trouble = this.#now.get(what)
    if (trouble === undefined) return
    this.#now.delete(what)
    this.#log.info({ what, forMs: this.#clock.now() - trouble.sinceMs }, sentence)
  }
}
