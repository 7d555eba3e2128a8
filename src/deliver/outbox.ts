/**
 * One digest's way out: closed windows are leased, rendered and handed to a courier, until somebody takes them.
 *
 * The store remembers what is under way, so nothing is lost by a crash at any point, and a mail
 * is not sent twice knowingly. Where it is unknown whether a mail was accepted, it goes out again as
 * it was, under the same Message-ID.
 */
import { setImmediate } from "node:timers/promises"
import type { DigestConfig } from "../config/config.ts"
import type { Log } from "../log.ts"
import { isQuiet, type Report } from "../report/report.ts"
import type { Delivery, TallyStore } from "../store/store.ts"
import { forgetBeforeMs, pastWindow } from "../tally/past-window.ts"
import { type Pile, WindowPile } from "../tally/pile.ts"
import { composeMail } from "./compose.ts"
import { type Courier, DELIVERY_DEADLINE_MS, DeliveryError } from "./mail.ts"
import { retryDelayMs } from "./retry.ts"

/** What a reload may change between two mails. */
export interface OutboxSettings {
  readonly digest: DigestConfig
  readonly courier: Courier
  /** Makes the report of at least one window. */
  readonly makeReport: (pile: Pile, nowMs: number) => Promise<Report>
}

export interface OutboxParts {
  readonly store: TallyStore
  /** Names this instance in leases. */
  readonly owner: string
  /** Read again for every mail. */
  readonly settings: () => OutboxSettings
  readonly log: Pick<Log, "info" | "warn" | "error">
}

/** idle: nothing was due. quiet: there was nothing to say, and no mail is wanted then. */
export type Outcome = "idle" | "delivered" | "quiet" | "postponed"

/** Longer than a delivery may take, so that no other instance sends the same mail meanwhile. After a crash it waits this long. */
const LEASE_MS = DELIVERY_DEADLINE_MS + 60_000

/** Failures in a row from which on an operator is needed: the outage is no passing one. */
const ALARMING_ATTEMPTS = 3

export class Outbox {
  readonly #parts: OutboxParts
  /** Accepted by somebody, but the store could not be told. It must not go out again. */
  #unsettled: Delivery | undefined

  constructor(parts: OutboxParts) {
    this.#parts = parts
  }

  /**
   * Delivers what is due, once. Rejects when the store is away, and then nothing is lost: call again later. Calls
   * must not overlap. An aborted `signal` ends an attempt under way.
   */
  async attempt(nowMs: number, signal: AbortSignal = new AbortController().signal): Promise<Outcome> {
    const { store, owner } = this.#parts
    const settings = this.#parts.settings()
    const { digest, courier } = settings
    await this.#settleAccepted()
    const delivery = await store.lease(digest.name, owner, nowMs, LEASE_MS)
    if (delivery === undefined) return "idle"
    const report = await this.#report(delivery, settings, nowMs)
    if (report === undefined) return "idle"
    if (isQuiet(report) && !digest.allQuiet) {
      await store.settle(delivery)
      return "quiet"
    }
    const mail = composeMail(report, delivery, digest, courier.domain, nowMs)
    try {
      const { refused } = await courier.deliver({ mail, report }, signal)
      this.#unsettled = delivery
      this.#logDelivered(delivery, refused)
    } catch (error) {
      if (!(error instanceof DeliveryError)) throw error
      const retryAtMs = nowMs + retryDelayMs(delivery.attempts)
      this.#logPostponed(delivery, error, retryAtMs)
      await store.postpone(delivery, owner, retryAtMs, error.refused)
      return "postponed"
    }
    await this.#settleAccepted()
    return "delivered"
  }

  async #settleAccepted(): Promise<void> {
    if (this.#unsettled === undefined) return
    await this.#parts.store.settle(this.#unsettled)
    this.#unsettled = undefined
  }

  /** Undefined where its windows are gone. What they held is let go of before the mail goes out, which may take minutes. */
  async #report(delivery: Delivery, settings: OutboxSettings, nowMs: number): Promise<Report | undefined> {
    const pile = await this.#read(delivery)
    return pile.windows.length === 0 ? undefined : settings.makeReport(pile, nowMs)
  }

  /**
   * Reads the windows of a delivery one after the other, and remembers each: once the mail is out they are gone, and this
   * would be the only step that cannot be repeated.
   */
  async #read({ digest, windows }: Delivery): Promise<Pile> {
    const { store } = this.#parts
    const pile = new WindowPile()
    for (const id of windows) {
      const window = await store.read(digest, id)
      // One that is gone was settled by an instance whose lease ran out.
      if (window === undefined) continue
      const past = pastWindow(window)
      if (past !== undefined) await store.remember(digest, past, forgetBeforeMs(past))
      pile.add(window)
      await setImmediate()
    }
    return pile
  }

  #logDelivered({ digest, id, windows, attempts }: Delivery, refused: readonly string[]): void {
    const { log } = this.#parts
    log.info({ digest, delivery: id, windows: windows.length, attempts: attempts + 1 }, "Delivered a digest.")
    if (refused.length > 0) {
      log.error({ digest, delivery: id, refused }, "A digest was delivered, but not to all of its recipients.")
    }
  }

  #logPostponed({ digest, id, attempts }: Delivery, { message, refused }: DeliveryError, retryAtMs: number): void {
    const { log } = this.#parts
    const retryAt = new Date(retryAtMs).toISOString()
    const fields = { digest, delivery: id, attempts: attempts + 1, refused, reason: message, retryAt }
    const alarming = attempts + 1 >= ALARMING_ATTEMPTS
    log[alarming ? "error" : "warn"](fields, "Could not deliver a digest; it is kept and tried again.")
  }
}
