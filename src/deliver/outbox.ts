/**
 * Delivers one digest: closed windows are leased, rendered and handed to a courier, until a server accepts the mail.
 *
 * The store remembers deliveries under way, so a crash loses nothing, and tamis does not send a mail twice knowingly. If
 * it is unknown whether a mail was accepted, the mail goes out again unchanged, under the same Message-ID.
 */
import { setImmediate } from "node:timers/promises"
import type { DigestConfig } from "../config/config.ts"
import type { Log } from "../log.ts"
import type { Report } from "../report/report.ts"
import type { Delivery, TallyStore } from "../store/store.ts"
import type { DigestMemory } from "../tally/digest-memory.ts"
import { forgetBeforeMs, pastWindow } from "../tally/past-window.ts"
import { type Pile, WindowPile } from "../tally/pile.ts"
import { isoTime } from "../text/iso-time.ts"
import { composeMail } from "./compose.ts"
import { type Courier, DELIVERY_DEADLINE_MS, DeliveryError } from "./mail.ts"
import { retryDelayMs } from "./retry.ts"
import { isWorthAMail } from "./worth-a-mail.ts"

/** A report, and the digest's memory after it: where it goes out as a mail, and where it does not. */
export interface MadeReport {
  readonly report: Report
  readonly mailed: DigestMemory
  readonly unmailed: DigestMemory
}

/** Settings that a reload may change between two mails. */
export interface OutboxSettings {
  readonly digest: DigestConfig
  readonly courier: Courier
  /** Makes the report of at least one window. */
  readonly makeReport: (pile: Pile, nowMs: number) => Promise<MadeReport>
}

export interface OutboxParts {
  readonly store: TallyStore
  /** Names this instance in leases. */
  readonly owner: string
  /** Read again for every mail. */
  readonly settings: () => OutboxSettings
  readonly log: Pick<Log, "info" | "warn" | "error">
}

/** idle: nothing was due. quiet: there was nothing to report, and the digest sends no mail then. */
export type Outcome = "idle" | "delivered" | "quiet" | "postponed"

/** Longer than a delivery may take, so that no other instance sends the same mail. After a crash, others wait this long. */
const LEASE_MS = DELIVERY_DEADLINE_MS + 60_000

/** Failures in a row after which the log says *error*: an operator is needed. */
const ALARMING_ATTEMPTS = 3

export class Outbox {
  readonly #parts: OutboxParts
  /** A delivery that a server accepted and the store has not recorded. It must not go out again. */
  #unsettled: { readonly delivery: Delivery; readonly memory: DigestMemory } | undefined

  constructor(parts: OutboxParts) {
    this.#parts = parts
  }

  /**
   * Tries to deliver a due digest, once. Rejects when the store is away; nothing is lost then, call again later. Calls must
   * not overlap. An aborted `signal` ends an attempt under way.
   */
  async attempt(nowMs: number, signal: AbortSignal = new AbortController().signal): Promise<Outcome> {
    const { store, owner } = this.#parts
    const settings = this.#parts.settings()
    const { digest, courier } = settings
    await this.#settleAccepted()
    const delivery = await store.lease(digest.name, owner, nowMs, LEASE_MS)
    if (delivery === undefined) return "idle"
    const made = await this.#report(delivery, settings, nowMs)
    if (made === undefined) return "idle"
    const { report, mailed, unmailed } = made
    if (!isWorthAMail(report, digest, unmailed)) {
      await store.settle(delivery, unmailed)
      return "quiet"
    }
    const mail = composeMail(report, delivery, digest, courier.domain, nowMs)
    try {
      const { refused } = await courier.deliver({ mail, report }, signal)
      this.#unsettled = { delivery, memory: mailed }
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
    await this.#parts.store.settle(this.#unsettled.delivery, this.#unsettled.memory)
    this.#unsettled = undefined
  }

  /** Undefined if the windows are gone. Frees their content before the mail goes out, which may take minutes. */
  async #report(delivery: Delivery, settings: OutboxSettings, nowMs: number): Promise<MadeReport | undefined> {
    const pile = await this.#read(delivery)
    return pile.windows.length === 0 ? undefined : settings.makeReport(pile, nowMs)
  }

  /**
   * Reads the windows of a delivery one by one, and remembers each before the mail goes out. Afterwards the windows are
   * gone, and a crash would lose the memory of them.
   */
  async #read({ digest, windows }: Delivery): Promise<Pile> {
    const { store } = this.#parts
    const pile = new WindowPile()
    for (const id of windows) {
      const window = await store.read(digest, id)
      // A missing window was settled by an instance whose lease ran out.
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
      log.error(
        { code: "TAMIS_RECIPIENTS_REFUSED", digest, delivery: id, refused },
        "Delivered a digest, but the server refused some recipients.",
      )
    }
  }

  #logPostponed(
    { digest, id, attempts }: Delivery,
    { code, message, refused }: DeliveryError,
    retryAtMs: number,
  ): void {
    const { log } = this.#parts
    const retryAt = isoTime(retryAtMs)
    const fields = { code, digest, delivery: id, attempts: attempts + 1, refused, reason: message, retryAt }
    const alarming = attempts + 1 >= ALARMING_ATTEMPTS
    log[alarming ? "error" : "warn"](fields, "Could not deliver a digest; it stays queued for the next attempt.")
  }
}
