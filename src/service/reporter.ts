/**
 * The main thread's half: batches go into the store, windows close on schedule or soon after their first line, closed windows
 * go out.
 *
 * Each digest has two loops, which end when the process stops or a reload removes the digest: one closes its windows,
 * the other delivers them. Neither ends while the store is away: windows then close late.
 */
import type { Clock } from "../clock.ts"
import type { DigestConfig } from "../config/config.ts"
import type { Outbox } from "../deliver/outbox.ts"
import type { Log } from "../log.ts"
import { closeAtOnce, dueClose, nextClose } from "../schedule.ts"
import type { TallyStore } from "../store/store.ts"
import type { UnstoredBatches } from "../store/unstored.ts"
import type { Batch } from "../tally/batch.ts"
import type { WindowId } from "../tally/window.ts"
import { Intake } from "./intake.ts"
import { type Trouble, Troubles } from "./troubles.ts"

/** Pause after an attempt to close a window failed. */
const RETRY_MS = 5_000

/** How often the window of a digest that is sent at once is looked at. With the time to gather lines, well below 30 s. */
const LOOK_MS = 5_000

/** Entries of the log of deliveries in which the last mail is looked for. */
const RECENT_DELIVERIES = 50

/** How often the outbox is checked: retries fall due, and leases of dead instances end. */
const OUTBOX_INTERVAL_MS = 15_000

/** The longest sleep: a suspended machine or a corrected clock must not skip a window. */
const LONGEST_SLEEP_MS = 30_000

/** How long closing a window waits for the lines that were received before it. A stuck collector must not hold the mail. */
const FLUSH_PATIENCE_MS = 2_000

export interface ReporterParts {
  readonly store: TallyStore
  readonly digests: readonly DigestConfig[]
  /** Makes the outbox of a digest, by its name: once, since an outbox remembers what is under way. */
  readonly makeOutbox: (digest: string) => Outbox
  readonly unstored: UnstoredBatches
  /** Asks every collector for its lines so far; resolves when they are stored. */
  readonly flushCollectors: () => Promise<void>
  /** Called after a window has closed, for housekeeping. */
  readonly tidy: (nowMs: number) => Promise<void>
  readonly log: Log
  readonly clock: Clock
}

export class Reporter {
  readonly #parts: ReporterParts
  readonly #troubles: Troubles
  readonly #intake: Intake
  readonly #stopping = new AbortController()
  /** Once aborted, unstored batches go to the disk. */
  readonly #storeGivenUp = new AbortController()
  /** Once aborted, a delivery under way is abandoned. */
  readonly #mailGivenUp = new AbortController()
  #digests: ReadonlyMap<string, DigestConfig>
  readonly #outboxes = new Map<string, Outbox>()
  /** The running loops by name, and functions that end their rest early. */
  readonly #loops = new Map<string, Promise<void>>()
  readonly #wakers = new Map<string, () => void>()
  /** For digests that are sent at once: when the first line of the open window was seen. */
  readonly #firstLines = new Map<string, { readonly window: WindowId; readonly seenAtMs: number }>()
  #started = false

  constructor(parts: ReporterParts) {
    const { store, digests, unstored, log, clock } = parts
    this.#parts = parts
    this.#digests = byName(digests)
    this.#troubles = new Troubles(log, clock)
    const givenUp = this.#storeGivenUp.signal
    this.#intake = new Intake({ store, unstored, troubles: this.#troubles, log, clock, givenUp }, digests)
  }

  /** Operations that fail at the moment and are retried. */
  get troubles(): readonly Trouble[] {
    return this.#troubles.list
  }

  /** Begins to close windows and to deliver. Rejects when the store can never be used (an operator's mistake). */
  async start(): Promise<void> {
    try {
      await this.#intake.opened()
      await this.#intake.storeUnstored()
    } catch (error) {
      // The service was stopped before the store was reachable.
      if (this.#storeGivenUp.signal.aborted) return
      throw error
    }
    this.#started = true
    this.#tend()
  }

  /**
   * Reports by these digests from now on. The windows of a removed digest stay in the store, in case the digest comes
   * back.
   */
  reportBy(digests: readonly DigestConfig[]): void {
    this.#digests = byName(digests)
    this.#intake.routeTo(digests)
    // A new schedule may have an earlier time.
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

  /** The digest's current configuration; undefined when it was removed or the process stops. */
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

  /** Stores a batch, however long that takes. Resolves when the batch would survive a crash. */
  accept(batch: Batch): Promise<void> {
    return this.#intake.accept(batch)
  }

  /**
   * Ends the loops, stores the batches that come until `drained`, and closes the store. At `deadline`, unstored batches
   * go to the disk, and a mail that is on its way is left for the next start.
   */
  async stop(drained: Promise<void>, deadline: AbortSignal): Promise<void> {
    this.#stopping.abort()
    whenAborted(deadline, () => {
      this.#storeGivenUp.abort()
      this.#mailGivenUp.abort()
    })
    await drained
    await this.#intake.idle()
    // No batch comes any more: end all waiting for the store.
    this.#storeGivenUp.abort()
    await Promise.all(this.#loops.values())
    await this.#intake.settled()
    await this.#parts.store.close()
  }

  async #keepWindows(loop: string, name: string): Promise<void> {
    const trouble = `cannot open or close windows of digest ${name}`
    for (let digest = this.#current(name); digest !== undefined; digest = this.#current(name)) {
      const woken = this.#awaken(loop)
      let sleepMs = RETRY_MS
      try {
        sleepMs = await this.#closeIfDue(digest)
        this.#troubles.end(trouble, "Windows open and close again.")
      } catch (error) {
        this.#troubles.begin(trouble, error, "Could not open or close a window; tamis tries again.")
      }
      await this.#restUntil(woken, sleepMs)
    }
  }

  /** Closes the digest's window when it is due; returns how long to rest. */
  async #closeIfDue({ name, schedule, timeZone, pauseMs }: DigestConfig): Promise<number> {
    const { store, clock } = this.#parts
    if (pauseMs !== undefined) return await this.#closeSoon(name, pauseMs)
    const open = await store.openWindow(name, clock.now())
    const closesAtMs = dueClose(schedule, timeZone, open.opensAtMs, clock.now())
    if (closesAtMs !== undefined) {
      await this.#flushCollectors()
      await this.#close(name, open.id, closesAtMs)
    }
    const nowMs = clock.now()
    const next = nextClose(schedule, timeZone, nowMs)
    return Math.min(next === undefined ? LONGEST_SLEEP_MS : next - nowMs, LONGEST_SLEEP_MS)
  }

  /**
   * Closes the window of a digest that is sent at once; returns how long to rest. While a mail waits for the mail server,
   * the window stays open: its lines go out together.
   */
  async #closeSoon(name: string, pauseMs: number): Promise<number> {
    const { store, clock } = this.#parts
    const { id } = await store.openWindow(name, clock.now())
    const overview = await store.overview(name)
    if (overview === undefined || overview.openReported === 0 || overview.undelivered.length > 0) return LOOK_MS
    const known = this.#firstLines.get(name)
    const seenAtMs = known?.window === id ? known.seenAtMs : clock.now()
    this.#firstLines.set(name, { window: id, seenAtMs })
    const sent = (await store.deliveries(name, RECENT_DELIVERIES)).findLast(({ outcome }) => outcome === "sent")
    const restMs = closeAtOnce(seenAtMs, sent?.atMs, pauseMs) - clock.now()
    if (restMs > 0) return Math.min(restMs, LOOK_MS)
    await this.#flushCollectors()
    await this.#close(name, id, clock.now())
    return LOOK_MS
  }

  async #close(name: string, id: WindowId, closesAtMs: number): Promise<void> {
    const { store, clock, log, tidy } = this.#parts
    if (await store.closeWindow(name, id, closesAtMs)) log.debug({ digest: name, window: id }, "Closed a window.")
    this.#wakers.get(deliveryOf(name))?.()
    await tidy(clock.now())
  }

  /** Waits for lines that were received before the window's end and are not stored yet. */
  async #flushCollectors(): Promise<void> {
    await this.#restUntil(this.#parts.flushCollectors(), FLUSH_PATIENCE_MS)
  }

  async #keepDelivering(loop: string, digest: string): Promise<void> {
    const trouble = `cannot process the outbox of digest ${digest}`
    const outbox = this.#outboxOf(digest)
    while (this.#current(digest) !== undefined) {
      const woken = this.#awaken(loop)
      try {
        await outbox.attempt(this.#parts.clock.now(), this.#mailGivenUp.signal)
        this.#troubles.end(trouble, "The outbox is processed again.")
      } catch (error) {
        this.#troubles.begin(trouble, error, "Could not process the outbox; tamis tries again.")
      }
      await this.#restUntil(woken, OUTBOX_INTERVAL_MS)
    }
  }

  /** Resolves at the next call of the loop's waker, even one that comes while the loop still works. */
  #awaken(loop: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#wakers.set(loop, resolve)
    return promise
  }

  /** Rests until `event`, for `longestMs`, or until the process stops, whichever is first. */
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
