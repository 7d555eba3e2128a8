/**
 * Keeps the lines of a store within `retain.days` and `retain.size`, beside all other work: a group at a time, and in between
 * the thread stores batches and answers health checks. Several instances may do it at once: a line is forgotten once.
 */
import { setImmediate } from "node:timers/promises"
import type { Config } from "../config/config.ts"
import { reasonOf } from "../errors.ts"
import type { Log } from "../log.ts"
import type { KeptLineStore } from "../store/kept-lines.ts"
import type { Batch } from "../tally/batch.ts"
import { keptBytes } from "../tally/kept-line.ts"
import { linesToForget, sharesOf } from "../tally/kept-share.ts"
import { DAY_MS, MIB } from "../units.ts"

/** Kept bytes after which the store is looked at, beside the times when windows close: so many, or this part of its size. */
const LOOK_AFTER_BYTES = MIB
const LOOK_AFTER_PART = 1 / 16

export interface RetentionParts {
  readonly store: Pick<KeptLineStore, "keptSums" | "keptLines" | "forgetLines">
  readonly retain: Config["retain"]
  readonly log: Pick<Log, "debug">
}

export class Retention {
  readonly #parts: RetentionParts
  #underWay: Promise<void> | undefined
  readonly #lookAfterBytes: number
  /** Since the last look. */
  #keptBytes = 0

  constructor(parts: RetentionParts) {
    this.#parts = parts
    this.#lookAfterBytes = Math.min(LOOK_AFTER_BYTES, parts.retain.maxBytes * LOOK_AFTER_PART)
  }

  /** Takes note of a batch that is stored. */
  noteStored({ kept = [] }: Pick<Batch, "kept">, nowMs: number): void {
    for (const { lines } of kept) for (const { line } of lines) this.#keptBytes += keptBytes(line)
    if (this.#keptBytes >= this.#lookAfterBytes) void this.tidy(nowMs)
  }

  /** Forgets what is too old or too much. Never rejects: while the store is away, the next call does the work. */
  tidy(nowMs: number): Promise<void> {
    this.#underWay ??= this.#forgetUntilIdle(nowMs)
      .catch((error: unknown) => this.#parts.log.debug({ reason: reasonOf(error) }, "Could not forget kept lines."))
      .finally(() => {
        this.#underWay = undefined
      })
    return this.#underWay
  }

  async #forgetUntilIdle(nowMs: number): Promise<void> {
    do {
      this.#keptBytes = 0
      await this.#forget(nowMs)
    } while (this.#keptBytes >= this.#lookAfterBytes)
  }

  async #forget(nowMs: number): Promise<void> {
    const { store, retain } = this.#parts
    const beforeMs = nowMs - retain.days * DAY_MS
    const groups = await store.keptSums()
    const shares = sharesOf(groups, retain.maxBytes - this.#lookAfterBytes)
    for (const { fingerprint, firstMs } of groups) {
      const share = shares.get(fingerprint)
      if (share === undefined && firstMs >= beforeMs) continue
      const lines = await store.keptLines([fingerprint], { fromMs: 0, untilMs: Number.MAX_SAFE_INTEGER })
      const ids = linesToForget(lines, beforeMs, share ?? Number.POSITIVE_INFINITY)
      if (ids.length > 0) await store.forgetLines(fingerprint, ids)
      await setImmediate()
    }
  }
}
