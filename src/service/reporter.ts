/**
 * The main thread's half: batches go into the store, windows close on schedule, closed windows go out.
 *
 * Each digest has two loops, which end when the process stops or a reload takes the digest away: one closes its windows,
 * the other delivers them. A store that is away stops neither: windows that should have closed close late.
 */
import type { Clock } from "../clock.ts"
import type { DigestConfig } from "../config/config.ts"
import type { Outbox } from "../deliver/outbox.ts"
import type { Log } from "../log.ts"
import { dueClose, nextClose } from "../schedule.ts"
import type { TallyStore } from "../store/store.ts"
import type { UnstoredBatches } from "../store/unstored.ts"
import type { Batch } from "../tally/batch.ts"
import { Intake } from "./intake.ts"
import { type Trouble, Troubles } from "./troubles.ts"

/** Pause after a window could not be looked after. */
const RETRY_MS = 5_000

/** How often the outbox is looked at: retries fall due, other instances die and leave their leases. */
const OUTBOX_INTERVAL_MS = 15_000

/** Nobody sleeps for longer: a suspended machine or a corrected clock must not skip a window. */
const LONGEST_SLEEP_MS = 30_000

/** How long closing a window waits for the lines that were received before it. A stuck collector must not hold the mail. */
const FLUSH_PATIENCE_MS = 2_000

export interface ReporterParts {
  readonly store: TallyStore
  readonly digests: readonly DigestConfig[]
  /** Makes the outbox of a digest, by its name: once, since an outbox remembers what is under way. */
  readonly makeOutbox: (digest: string) => Outbox
  readonly unstored: UnstoredBatches
  /** Asks every collector for what it received so far; resolves when that is stored. */
  readonly flushCollectors: () => Promise<void>
  /** Called now and then, while nothing is pressing. */
  readonly tidy: (nowMs: number) => Promise<void>
  readonly log: Log
  readonly clock: Clock
}

export class Reporter {
  readonly #parts: ReporterParts
  readonly #troubles: Troubles
  readonly #intake: Intake
  readonly #stopping = new AbortController()
  /** What is not stored by then goes to the disk. */
  readonly #storeGivenUp = new AbortController()
  /** A mail that is under way then is let go of. */
  readonly #mailGivenUp = new AbortController()
  #digests: ReadonlyMap<string, DigestConfig>
  readonly #outboxes = new Map<string, Outbox>()
  /** What runs, by name; and what lets it go on before its time, while it rests. */
  readonly #loops = new Map<string, Promise<void>>()
  readonly #wakers = new Map<string, () => void>()
  #started = false

  constructor(parts: ReporterParts) {
    const { store, digests, unstored, log, clock } = parts
    this.#parts = parts
    this.#digests = byName(digests)
    this.#troubles = new Troubles(log, clock)
    const givenUp = this.#storeGivenUp.signal
    this.#intake = new Intake({ store, unstored, troubles: this.#troubles, log, clock, givenUp }, digests)
  }

  /** What does not work at the moment and is tried again. */
  get troubles(): readonly Trouble[] {
    return this.#troubles.list
  }

  /** Begins to close windows and to deliver. Rejects when the store can never be used (an operator's mistake). */
  async start(): Promise<void> {
    try {
      await this.#intake.opened()
      await this.#intake.storeUnstored()
    } catch (error) {
      // Told to stop before the store was ever there.
      if (this.#storeGivenUp.signal.aborted) return
      throw error
    }
    this.#started = true
    this.#tend()
  }

  /**
   * Reports by these digests from now on. One that is not among them any more is let alone: what its windows hold stays
   * in the store for when it comes back.
   */
  reportBy(digests: readonly DigestConfig[]): void {
    this.#digests = byName(digests)
    this.#intake.routeTo(digests)
    // A schedule may name an earlier time now.
    for (const wake of this.#wakers.values()) wake()
    if (this.#started) this.#tend()
  }

  /** Starts the loops of digests that have none. */
  #tend(): void {
    for (const digest of this.#digests.keys()) {
      this.#run(windowsOf(digest), (loop) => this.#keepWindows(loop, digest))
      this.#run(deliveryOf(digest), (loop) => this.#keepDelivering(loop, digest))
    }
  }

  #run(loop: string, body: (loop: string) => Promise<void>): void {
    if (this.#stopping.signal.aborted || this.#loops.has(loop)) return
    this.#loops.set(
      loop,
      body(loop).finally(() => this.#loops.delete(loop)),
    )
  }

  /** The digest as it is now; undefined when there is nothing to do for it any more. */
  #current(digest: string): DigestConfig | undefined {
    return this.#stopping.signal.aborted ? undefined : this.#digests.get(digest)
  }

  #outboxOf(digest: string): Outbox {
    const known = this.#outboxes.get(digest)
    if (known !== undefined) return known
    const made = this.#parts.makeOutbox(digest)
    this.#outboxes.set(digest, made)
    return made
  }

  /** Stores a batch, however long that takes, and resolves when it would survive a crash. */
  accept(batch: Batch): Promise<void> {
    return this.#intake.accept(batch)
  }

  /**
   * Ends the loops, stores what comes until `drained`, and lets go of the store. At `deadline` all patience ends: what
   * is not stored by then goes to the disk, and a mail that is on its way is left for the next start.
   */
  async stop(drained: Promise<void>, deadline: AbortSignal): Promise<void> {
    this.#stopping.abort()
    whenAborted(deadline, () => {
      this.#storeGivenUp.abort()
      this.#mailGivenUp.abort()
    })
    await drained
    await this.#intake.idle()
    // Nothing comes any more: whoever still waits for the store, waits in vain.
    this.#storeGivenUp.abort()
    await Promise.all(this.#loops.values())
    await this.#intake.settled()
    await this.#parts.store.close()
  }

  async #keepWindows(loop: string, name: string): Promise<void> {
    const trouble = `the windows of digest ${name} cannot be looked after`
    for (let digest = this.#current(name); digest !== undefined; digest = this.#current(name)) {
      const woken = this.#awaken(loop)
      let sleepMs = RETRY_MS
      try {
        sleepMs = await this.#closeIfDue(digest)
        this.#troubles.end(trouble, "Windows are looked after again.")
      } catch (error) {
        this.#troubles.begin(trouble, error, "Could not look after a window; it is tried again.")
      }
      await this.#restUntil(woken, sleepMs)
    }
  }

  /** Closes the digest's window when its time has come; returns how long there is nothing to do. */
  async #closeIfDue({ name, schedule, timeZone }: DigestConfig): Promise<number> {
    const { store, clock, log } = this.#parts
    const open = await store.openWindow(name, clock.now())
    const closesAtMs = dueClose(schedule, timeZone, open.opensAtMs, clock.now())
    if (closesAtMs !== undefined) {
      await this.#flushCollectors()
      if (await store.closeWindow(name, open.id, closesAtMs)) {
        log.debug({ digest: name, window: open.id }, "Closed a window.")
      }
      this.#wakers.get(deliveryOf(name))?.()
      await this.#parts.tidy(clock.now())
    }
    const nowMs = clock.now()
    const next = nextClose(schedule, timeZone, nowMs)
    return Math.min(next === undefined ? LONGEST_SLEEP_MS : next - nowMs, LONGEST_SLEEP_MS)
  }

  /** Lines that were received before the window's end are still on their way here. */
  async #flushCollectors(): Promise<void> {
    await this.#restUntil(this.#parts.flushCollectors(), FLUSH_PATIENCE_MS)
  }

  async #keepDelivering(loop: string, digest: string): Promise<void> {
    const trouble = `the outbox of digest ${digest} cannot be looked after`
    const outbox = this.#outboxOf(digest)
    while (this.#current(digest) !== undefined) {
      const woken = this.#awaken(loop)
      try {
        await outbox.attempt(this.#parts.clock.now(), this.#mailGivenUp.signal)
        this.#troubles.end(trouble, "The outbox is looked after again.")
      } catch (error) {
        this.#troubles.begin(trouble, error, "Could not look after the outbox; it is tried again.")
      }
      await this.#restUntil(woken, OUTBOX_INTERVAL_MS)
    }
  }

  /** Resolves when somebody wakes the loop from now on, be it while it still works. */
  #awaken(loop: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#wakers.set(loop, resolve)
    return promise
  }

  /** Rests until `event`, for `longestMs` at most, and no longer than the process goes on. */
  async #restUntil(event: Promise<void>, longestMs: number): Promise<void> {
    const rest = new AbortController()
    const signal = AbortSignal.any([rest.signal, this.#stopping.signal])
    await Promise.race([event, this.#parts.clock.sleep(longestMs, signal)])
    rest.abort()
  }
}

function byName(digests: readonly DigestConfig[]): ReadonlyMap<string, DigestConfig> {
  return new Map(digests.map((digest) => [digest.name, digest]))
}

function windowsOf(digest: string): string {
  return `windows of ${digest}`
}

function deliveryOf(digest: string): string {
  return `delivery of ${digest}`
}

function whenAborted(signal: AbortSignal, action: () => void): void {
  if (signal.aborted) action()
  else signal.addEventListener("abort", action, { once: true })
}
