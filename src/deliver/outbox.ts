/**
 * Delivers one digest: closed windows are leased, rendered and handed to a courier, until a server accepts the mail.
 *
 * The store remembers deliveries under way, so a crash loses nothing, and tamis does not send a mail twice knowingly. If
 * it is unknown whether a mail was accepted, the mail goes out again unchanged, under the same Message-ID.
 *
 * If a server refuses a mail for its content, a reduced one goes out in its place: otherwise one line could silence the
 * digest. The log of deliveries keeps the text of both.
 */
import { setImmediate } from "node:timers/promises"
import type { DigestConfig } from "../config/config.ts"
import { reasonOf } from "../errors.ts"
import type { Log } from "../log.ts"
import type { Report } from "../report/report.ts"
import type { Delivery, TallyStore } from "../store/store.ts"
import type { DigestMemory } from "../tally/digest-memory.ts"
import type { OwnMail } from "../tally/own-mail.ts"
import { forgetBeforeMs, pastWindow } from "../tally/past-window.ts"
import { type Pile, WindowPile } from "../tally/pile.ts"
import { isoTime } from "../text/iso-time.ts"
import { type ContentRefusal, composeMail, composeReducedMail } from "./compose.ts"
import { type Attempted, attemptId, logEntry, messageIdOf, type Result } from "./log-entry.ts"
import { type Courier, DELIVERY_DEADLINE_MS, DeliveryError, type Mail } from "./mail.ts"
import { retryDelayMs } from "./retry.ts"
import { isWorthAMail, whyQuiet } from "./worth-a-mail.ts"

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

/** Tells the collectors about mails of tamis, which they find in the log of a mail server. */
export interface Announcer {
  /** Addresses of this machine: mail servers log from where a mail came. */
  readonly sentFrom: readonly string[]
  /** Called before a mail goes out, and again with the answer of the server that accepted it. Never rejects. */
  announce(mail: Omit<OwnMail, "sender">): Promise<void>
}

export interface OutboxParts {
  readonly store: TallyStore
  /** Names this instance in leases. */
  readonly owner: string
  /** Read again for every mail. */
  readonly settings: () => OutboxSettings
  readonly announcer: Announcer
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
    const attempted = { delivery, report, atMs: nowMs, sentFrom: this.#parts.announcer.sentFrom }
    if (!isWorthAMail(report, digest, unmailed)) {
      await store.settle(delivery, unmailed)
      await this.#log(
        { ...attempted, mail: undefined, isReduced: false },
        { outcome: "quiet", reply: whyQuiet(report) },
      )
      return "quiet"
    }
    const compose = (refusal?: ContentRefusal): Attempted & { readonly mail: Mail } => {
      const args = [report, delivery, digest, courier.domain, nowMs] as const
      const mail = refusal === undefined ? composeMail(...args) : composeReducedMail(...args, refusal)
      return { ...attempted, mail, isReduced: refusal !== undefined }
    }
    const accepted = () => {
      this.#unsettled = { delivery, memory: mailed }
    }
    let failure = await this.#send(compose(), courier, signal, accepted)
    if (failure?.refusesContent === true) {
      const refusal = { answer: failure.message, id: attemptId(delivery, false) }
      failure = await this.#send(compose(refusal), courier, signal, accepted)
    }
    if (failure !== undefined) {
      const retryAtMs = nowMs + retryDelayMs(delivery.attempts)
      this.#logPostponed(delivery, failure, retryAtMs)
      await store.postpone(delivery, owner, retryAtMs, failure.refused)
      return "postponed"
    }
    await this.#settleAccepted()
    return "delivered"
  }

  /** Sends a mail and logs what becomes of it; calls `accepted` at once if a server accepts it. Returns why none did. */
  async #send(
    attempted: Attempted & { readonly mail: Mail },
    courier: Courier,
    signal: AbortSignal,
    accepted: () => void,
  ): Promise<DeliveryError | undefined> {
    const { delivery, report, mail } = attempted
    const own = { messageId: messageIdOf(mail), sentFrom: attempted.sentFrom, atMs: attempted.atMs }
    await this.#log(attempted, { outcome: "sending", reply: "" })
    await this.#parts.announcer.announce({ ...own, answer: undefined })
    try {
      const { answer, refused } = await courier.deliver({ mail, report }, signal)
      accepted()
      this.#logDelivered(delivery, refused)
      await this.#parts.announcer.announce({ ...own, answer })
      await this.#log(attempted, { outcome: "sent", reply: answer, refusedRecipients: refused })
      return undefined
    } catch (error) {
      if (!(error instanceof DeliveryError)) throw error
      const outcome = error.refusesContent ? "refused" : "postponed"
      if (outcome === "refused") this.#logRefused(delivery, error, attempted)
      await this.#log(attempted, { outcome, reply: error.message })
      return error
    }
  }

  /** Logs an attempt for `tamis mails`. A log that cannot be written must not keep a mail back, or send it twice. */
  async #log(attempted: Attempted, result: Result): Promise<void> {
    const { store, log } = this.#parts
    const { digest } = attempted.delivery
    try {
      await store.logDelivery(digest, logEntry(attempted, result), attempted.mail?.text)
    } catch (error) {
      log.warn({ digest, reason: reasonOf(error) }, "Could not write to the log of deliveries.")
    }
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

  #logRefused({ digest, id }: Delivery, { code, message }: DeliveryError, { isReduced }: Attempted): void {
    this.#parts.log.error(
      { code, digest, delivery: id, reason: message },
      isReduced
        ? "The mail server also refused the mail without the lines."
        : "The mail server refused a digest for its content; tamis sends the counts only. `tamis mails` has the mail.",
    )
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
