/**
 * Batches go into the store, whatever it takes.
 *
 * A store that is away stops nothing: the batch is repeated until it is in, which is safe, since it is applied once.
 * When the process has to end before that, the batch goes into the state directory, and the next start stores it. From
 * then on every batch goes there: the store takes a collector's sequences in order, and one that overtook
 * another would make it look as if that had been applied.
 */
import type { Clock } from "../clock.ts"
import type { DigestConfig } from "../config/config.ts"
import { OperatorError } from "../errors.ts"
import type { Log } from "../log.ts"
import type { TallyStore } from "../store/store.ts"
import type { UnstoredBatches } from "../store/unstored.ts"
import type { Batch } from "../tally/batch.ts"
import { unlessAborted } from "../unless-aborted.ts"
import { Routing } from "./routing.ts"
import type { Troubles } from "./troubles.ts"

/** First and longest pause between attempts to reach a store that is away. */
const RETRY_FIRST_MS = 100
const RETRY_LONGEST_MS = 5_000

const STORE_AWAY = "the store is away, and lines are counted in memory"

export interface IntakeParts {
  readonly store: TallyStore
  readonly unstored: UnstoredBatches
  readonly troubles: Troubles
  readonly log: Log
  readonly clock: Clock
  /** From then on, what the store has not taken goes to the state directory. */
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
    // Whoever awaits it gets the error; until then it must not count as unhandled.
    this.#opening.catch(() => {})
  }

  /** Splits what comes from now on among these digests. */
  routeTo(digests: readonly DigestConfig[]): void {
    this.#routing = new Routing(digests)
  }

  /** Resolves when the store is open. Rejects when it can never be used (an OperatorError), and when it was given up. */
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

  /** Resolves when, after giving up, no attempt to open the store is under way any more: only then can it be closed. */
  async settled(): Promise<void> {
    await this.#opening.catch(() => {})
  }

  /** Stores what the last shutdown could not. Rejects when it is given up, and then what is left stays on the disk. */
  async storeUnstored(): Promise<void> {
    const { unstored, log } = this.#parts
    for (const { batch, forget } of await unstored.load()) {
      await this.#store(batch)
      await forget()
      log.info({ lines: countLines(batch) }, "Stored a batch that the last shutdown could not store.")
    }
  }

  async #storeOrSave(batch: Batch): Promise<void> {
    const { givenUp, unstored, log } = this.#parts
    try {
      await this.opened()
      await this.#store(batch)
    } catch (error) {
      // A store that can never be used ends the service: somebody else says so, and the batch waits for a better one.
      if (!givenUp.aborted && !(error instanceof OperatorError)) throw error
      await unstored.save(batch)
      log.warn(
        { lines: countLines(batch), directory: unstored.directory },
        "Could not store a batch: kept it in the state directory for the next start.",
      )
    }
  }

  async #store(batch: Batch): Promise<void> {
    const { store, clock, givenUp } = this.#parts
    for (const [digest, entry] of this.#routing.split(batch)) {
      await this.#repeat(() => unlessAborted(store.add(digest, batch, entry, clock.now()), givenUp))
    }
    const { activity } = batch
    if (activity !== undefined) {
      await this.#repeat(() => unlessAborted(store.addActivity(batch, activity), givenUp))
    }
  }

  /** Repeats an operation of the store until it succeeds. Rejects on an operator's mistake, and when it is given up. */
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
        troubles.begin(STORE_AWAY, error, "The store is away: lines are counted in memory until it is back.")
        await clock.sleep(pauseMs, givenUp)
      }
    }
  }
}

function countLines(batch: Batch): number {
  let lines = 0
  for (const counters of batch.hosts.values()) lines += counters.received
  return lines
}
