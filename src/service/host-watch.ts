/**
 * Gathers when hosts and programs were heard, and hands it to the store about once a minute: an operation for each batch would
 * be 5 a second. A crash loses a minute of it, which makes a pause a minute longer, and no silence.
 */
import type { Heard } from "../cadence/cadence.ts"
import { joinHeard } from "../cadence/presence.ts"
import type { PresenceStore } from "../store/presence-store.ts"
import type { Batch } from "../tally/batch.ts"
import { OTHER_HOSTS } from "../tally/coarsen.ts"
import { MINUTE_MS } from "../units.ts"

const INTERVAL_MS = MINUTE_MS

export class HostWatch {
  readonly #store: Pick<PresenceStore, "hear">
  #heard = new Map<string, Heard>()
  #flushedAtMs = Number.NEGATIVE_INFINITY

  constructor(store: Pick<PresenceStore, "hear">) {
    this.#store = store
  }

  note({ hosts, programs }: Pick<Batch, "hosts" | "programs">): void {
    for (const [host, counters] of hosts) if (host !== OTHER_HOSTS) joinHeard(this.#heard, host, counters)
    for (const [sender, heard] of programs ?? []) joinHeard(this.#heard, sender, heard)
  }

  isDue(nowMs: number): boolean {
    return nowMs < this.#flushedAtMs || nowMs - this.#flushedAtMs >= INTERVAL_MS
  }

  /** Stores what was heard. Without anything heard, the store notes that tamis was there. */
  async flush(nowMs: number): Promise<void> {
    const heard = this.#heard
    this.#heard = new Map()
    this.#flushedAtMs = nowMs
    try {
      await this.#store.hear(heard, nowMs)
    } catch (error) {
      for (const [sender, each] of heard) joinHeard(this.#heard, sender, each)
      throw error
    }
  }
}
