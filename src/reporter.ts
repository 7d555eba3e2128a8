/**
 * The main thread's half: batches go into the store, windows close on schedule, closed windows go out.
 *
 * A store that is away stops nothing: the batch under way is repeated until it is in (which is safe: it is
 * applied once), collectors go on merging meanwhile, and windows that should have closed close late.
 */
import { setTimeout as sleep } from "node:timers/promises"
import type { DigestConfig } from "./config/config.ts"
import type { Outbox } from "./deliver/outbox.ts"
import { OperatorError } from "./errors.ts"
import { Routing } from "./routing.ts"
import type { TallyStore } from "./store/store.ts"
import type { UnstoredBatches } from "./store/unstored.ts"
import type { Batch } from "./tally/batch.ts"
import type { Log } from "./telemetry/log.ts"
import { dueClose, nextClose } from "./window/schedule.ts"

/** First and longest pause between attempts to reach a store that is away. */
const RETRY_FIRST_MS = 100
const RETRY_LONGEST_MS = 5_000

/** How often the outbox is looked at: retries fall due, other instances die and leave their leases. */
const OUTBOX_INTERVAL_MS = 15_000

/** Timers are never set for longer: a suspended machine or a corrected clock must not skip a window. */
const LONGEST_SLEEP_MS = 30_000

/** How long closing a window waits for the lines that were received before it. A stuck collector must not hold the mail. */
const FLUSH_PATIENCE_MS = 2_000

export interface ReporterParts {
  readonly store: TallyStore
  readonly digests: readonly DigestConfig[]
  /** By digest name. */
  readonly outboxes: ReadonlyMap<string, Outbox>
  readonly unstored: UnstoredBatches
  /** Asks every collector for what it received so far; resolves when that is stored. */
  readonly flushCollectors: () => Promise<void>
  readonly log: Log
  readonly now: () => number
}

export class Reporter {
  readonly #parts: ReporterParts
  readonly #routing: Routing
  readonly #stopping = new AbortController()
  /** Set when the process is told to stop: a batch that is not stored by then is kept on disk for the next start. */
  #storeDeadline: AbortSignal = new AbortController().signal
  #storeAwaySinceMs: number | undefined
  readonly #opened: Promise<void>
  readonly #loops: Promise<void>[] = []
  readonly #wakeDelivery = new Map<string, () => void>()

  constructor(parts: ReporterParts) {
    this.#parts = parts
    this.#routing = new Routing(parts.digests)
    this.#opened = this.#untilStored("open", () => parts.store.open())
    // Whoever awaits it gets the error; until then it must not count as unhandled.
    this.#opened.catch(() => {})
  }

  /** Epoch milliseconds since when the store cannot be reached; undefined while it can. */
  get storeAwaySinceMs(): number | undefined {
    return this.#storeAwaySinceMs
  }

  /** Begins to close windows and to deliver. Rejects when the store can never be used (an operator's mistake). */
  async start(): Promise<void> {
    const { digests, unstored, log } = this.#parts
    await this.#opened
    for (const { batch, forget } of await unstored.load()) {
      await this.#store(batch)
      await forget()
      log.info({ lines: countLines(batch) }, "Stored a batch that the last shutdown could not store.")
    }
    for (const digest of digests) {
      this.#loops.push(this.#keepWindows(digest), this.#keepDelivering(digest))
    }
  }

  /**
   * Stores a batch, however long that takes, and resolves when it would survive a crash: in the store, or,
   * when the process has to stop and the store is away, in a file that the next start reads.
   */
  async accept(batch: Batch): Promise<void> {
    try {
      await this.#opened
      await this.#store(batch)
    } catch (error) {
      if (!this.#hasGivenUp) throw error
      await this.#parts.unstored.save(batch)
      this.#parts.log.warn(
        { lines: countLines(batch), file: this.#parts.unstored.directory },
        "The store is away: kept a batch in the state directory for the next start.",
      )
    }
  }

  /** From `deadline` on, batches that the store does not take go to the state directory. */
  giveUpStoringAt(deadline: AbortSignal): void {
    this.#storeDeadline = deadline
  }

  /** Ends the loops and lets go of the store. Call it when the collectors are drained. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    for (const wake of this.#wakeDelivery.values()) wake()
    await Promise.all(this.#loops)
    await this.#parts.store.close()
  }

  get #hasGivenUp(): boolean {
    return this.#storeDeadline.aborted || this.#stopping.signal.aborted
  }

  async #store(batch: Batch): Promise<void> {
    const { store, now } = this.#parts
    for (const [digest, entry] of this.#routing.split(batch)) {
      await this.#untilStored("add", () => store.add(digest, batch, entry, now()))
    }
  }

  /** Repeats an operation of the store until it succeeds. Rejects on an operator's mistake and when giving up. */
  async #untilStored(operation: string, attempt: () => Promise<void>): Promise<void> {
    const { log, now } = this.#parts
    for (let pauseMs = RETRY_FIRST_MS; ; pauseMs = Math.min(pauseMs * 2, RETRY_LONGEST_MS)) {
      try {
        await attempt()
        if (this.#storeAwaySinceMs !== undefined) {
          log.info({ awayMs: now() - this.#storeAwaySinceMs }, "The store is back.")
          this.#storeAwaySinceMs = undefined
        }
        return
      } catch (error) {
        if (error instanceof OperatorError || this.#hasGivenUp) throw error
        if (this.#storeAwaySinceMs === undefined) {
          this.#storeAwaySinceMs = now()
          log.error(
            { operation, reason: reasonOf(error) },
            "The store is away: lines are counted in memory until it is back.",
          )
        }
        await this.#pause(pauseMs, AbortSignal.any([this.#stopping.signal, this.#storeDeadline]))
      }
    }
  }

  async #keepWindows(digest: DigestConfig): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      let sleepMs = RETRY_LONGEST_MS
      try {
        sleepMs = await this.#closeIfDue(digest)
      } catch (error) {
        this.#complain({ digest: digest.name, error }, "Could not look after a window.")
      }
      await this.#pause(sleepMs, this.#stopping.signal)
    }
  }

  /** Closes the digest's window when its time has come; returns how long there is nothing to do. */
  async #closeIfDue(digest: DigestConfig): Promise<number> {
    const { store, now, log } = this.#parts
    const open = await store.openWindow(digest.name, now())
    const closesAtMs = dueClose(digest.schedule, digest.timeZone, open.opensAtMs, now())
    if (closesAtMs !== undefined) {
      // Lines that were received before the window's end are still on their way here.
      await Promise.race([this.#parts.flushCollectors(), this.#pause(FLUSH_PATIENCE_MS, this.#stopping.signal)])
      if (await store.closeWindow(digest.name, open.id, closesAtMs)) {
        log.debug({ digest: digest.name, window: open.id }, "Closed a window.")
      }
      this.#wakeDelivery.get(digest.name)?.()
    }
    const next = nextClose(digest.schedule, digest.timeZone, now())
    return Math.min(next === undefined ? LONGEST_SLEEP_MS : Math.max(next - now(), 1), LONGEST_SLEEP_MS)
  }

  async #keepDelivering(digest: DigestConfig): Promise<void> {
    const outbox = this.#parts.outboxes.get(digest.name)
    if (outbox === undefined) throw new Error(`no outbox for digest ${digest.name}`)
    while (!this.#stopping.signal.aborted) {
      const woken = new Promise<void>((resolve) => this.#wakeDelivery.set(digest.name, resolve))
      try {
        await outbox.attempt(this.#parts.now(), this.#stopping.signal)
      } catch (error) {
        this.#complain({ digest: digest.name, error }, "Could not look after the outbox.")
      }
      const rest = new AbortController()
      const either = AbortSignal.any([rest.signal, this.#stopping.signal])
      await Promise.race([woken, this.#pause(OUTBOX_INTERVAL_MS, either)])
      rest.abort()
    }
  }

  /** That the store is away is logged once, where batches are stored. */
  #complain({ digest, error }: { digest: string; error: unknown }, sentence: string): void {
    if (this.#storeAwaySinceMs === undefined) this.#parts.log.error({ digest, reason: reasonOf(error) }, sentence)
  }

  /** Sleeps, and wakes early without complaint when `signal` says so. */
  async #pause(ms: number, signal: AbortSignal): Promise<void> {
    await sleep(ms, undefined, { signal }).catch(() => {})
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function countLines(batch: Batch): number {
  let lines = 0
  for (const counters of batch.hosts.values()) lines += counters.received
  return lines
}
