/**
 * Puts batches into the store, and survives its outages.
 *
 * While the store is away, a batch is repeated until it is stored. That is safe, since the store applies a batch once.
 * When the process must end before that, the batch goes into the state directory, and the next start stores it. From
 * then on every batch goes there: the store takes a collector's sequences in order, and a batch that overtook an older
 * one would make the store ignore the older one.
 */
import type { Clock } from "../clock.ts"
import type { DigestConfig } from "../config/config.ts"
import { OperatorError } from "../errors.ts"
import type { Log } from "../log.ts"
import type { TallyWithLines } from "../store/kept-lines.ts"
import type { TallyStore } from "../store/store.ts"
import type { UnstoredBatches } from "../store/unstored.ts"
import type { Batch } from "../tally/batch.ts"
import { unlessAborted } from "../unless-aborted.ts"
import { Routing } from "./routing.ts"
import type { Troubles } from "./troubles.ts"

/** First and longest pause between attempts to reach a store that is away. */
const RETRY_FIRST_MS = 100
const RETRY_LONGEST_MS = 5_000

const STORE_AWAY = "the store is away; lines are counted in memory"

export interface IntakeParts {
  readonly store: TallyStore
  readonly unstored: UnstoredBatches
  readonly troubles: Troubles
  readonly log: Log
  readonly clock: Clock
  /** Once aborted, unstored batches go into the state directory. */
  readonly givenUp: AbortSignal
}

export class Intake {
  readonly #parts: IntakeParts
  #routing: Routing
  readonly #opening: Promise<void>
  readonly #underWay = new Set<Promise<void>>()

  /** Begins to open the store at once. */
  constructor(parts: IntakeParts, digests: readonly DigestConfig[]) {
    this.#parts = parts
    this.#routing = new Routing(digests)
    this.#opening = this.#repeat(() => parts.store.open())
    // Callers of `opened` get the error; until then it must not count as unhandled.
    this.#opening.catch(() => {})
  }

  /** Splits later batches among these digests. */
  routeTo(digests: readonly DigestConfig[]): void {
    this.#routing = new Routing(digests)
  }

  /** Resolves when the store is open. Rejects with an OperatorError when it can never be used, and when it is given up. */
  opened(): Promise<void> {
    return unlessAborted(this.#opening, this.#parts.givenUp)
  }

  /** Resolves once the batch would survive a crash: in the store, or on the disk for the next start. */
  async accept(batch: Batch): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#underWay.add(promise)
    try {
      await this.#storeOrSave(batch)
    } finally {
      this.#underWay.delete(promise)
      resolve()
    }
  }

  /** Resolves when no batch is under way any more. */
  async idle(): Promise<void> {
    await Promise.all(this.#underWay)
  }

  /** Resolves when no attempt to open the store is under way any more: only then can the store be closed. */
  async settled(): Promise<void> {
    await this.#opening.catch(() => {})
  }

  /** Stores the batches that the last shutdown could not store. Rejects when given up; the rest then stays on the disk. */
  async storeUnstored(): Promise<void> {
    const { unstored, log } = this.#parts
    for (const { batch, forget } of await unstored.load()) {
      await this.#store(batch)
      await forget()
      log.info({ lines: countLines(batch) }, "Stored a batch that was left over from the last shutdown.")
    }
  }

  async #storeOrSave(batch: Batch): Promise<void> {
    const { givenUp, unstored, log } = this.#parts
    try {
      await this.opened()
      await this.#store(batch)
    } catch (error) {
      // If the store can never be used, `opened` ends the service; the batch waits on the disk for a usable store.
      if (!givenUp.aborted && !(error instanceof OperatorError)) throw error
      await unstored.save(batch)
      log.warn(
        { lines: countLines(batch), directory: unstored.directory },
        "Could not store a batch; it is kept in the state directory for the next start.",
      )
    }
  }

  async #store(batch: Batch): Promise<void> {
    const { store, clock, givenUp } = this.#parts
    for (const [digest, entry] of this.#routing.split(batch)) {
      await this.#repeat(() => unlessAborted(store.add(digest, batch, entry, clock.now()), givenUp))
    }
    const kept = keptTallies(batch)
    if (kept.length > 0) await this.#repeat(() => unlessAborted(store.keep(batch, kept, clock.now()), givenUp))
    const { activity } = batch
    if (activity !== undefined) {
      await this.#repeat(() => unlessAborted(store.addActivity(batch, activity), givenUp))
    }
  }

  /** Repeats an operation of the store until it succeeds. Rejects on an operator's mistake, and when given up. */
  async #repeat(attempt: () => Promise<void>): Promise<void> {
    const { troubles, clock, givenUp } = this.#parts
    for (let pauseMs = RETRY_FIRST_MS; ; pauseMs = Math.min(pauseMs * 2, RETRY_LONGEST_MS)) {
      givenUp.throwIfAborted()
      try {
        await attempt()
        troubles.end(STORE_AWAY, "The store is back.")
        return
      } catch (error) {
        if (error instanceof OperatorError || givenUp.aborted) throw error
        troubles.begin(
          STORE_AWAY,
          error,
          "The store is away; lines are counted in memory until it is back.",
          "TAMIS_STORE_UNAVAILABLE",
        )
        await clock.sleep(pauseMs, givenUp)
      }
    }
  }
}

/** The batch's kept lines, with their tallies. */
function keptTallies({ tallies, kept = [] }: Batch): readonly TallyWithLines[] {
  if (kept.length === 0) return []
  const byFingerprint = new Map(tallies.map((tally) => [tally.fingerprint, tally]))
  return kept.flatMap(({ fingerprint, lines }) => {
    const tally = byFingerprint.get(fingerprint)
    return tally === undefined ? [] : [{ tally, lines }]
  })
}

function countLines(batch: Batch): number {
  let lines = 0
  for (const counters of batch.hosts.values()) lines += counters.received
  return lines
}
