/**
 * Tells the collector about mails of tamis, so that it recognizes the lines of mail servers about them.
 *
 * Mails of other instances, and of this one before its start, are in the log of deliveries. An instance that shares its store
 * looks there every POLL_MS, and the mail goes out only after the others had time to see it: its first lines come within
 * milliseconds.
 */
import { networkInterfaces } from "node:os"
import type { Clock } from "../clock.ts"
import type { Announcer } from "../deliver/outbox.ts"
import type { DeliveryLog, LoggedDelivery } from "../store/delivery-log.ts"
import type { OwnMail } from "../tally/own-mail.ts"

const POLL_MS = 500

/** How long a mail waits for other instances. */
const NOTICE_MS = 2 * POLL_MS

/** Entries of each digest that are looked at. */
const LATEST_ENTRIES = 10

export interface OwnMailParts {
  readonly store: Pick<DeliveryLog, "deliveries">
  /** Whether other instances may use the store. */
  readonly isShared: boolean
  /** Names of the digests. */
  readonly digests: () => readonly string[]
  /** The address that mails are from; undefined where none are sent. */
  readonly sender: () => string | undefined
  readonly tellCollector: (mail: OwnMail) => void
  readonly clock: Clock
  /** Once aborted, nothing waits. */
  readonly stopping: AbortSignal
}

export class OwnMailNotices implements Announcer {
  readonly sentFrom = localAddresses()
  readonly #parts: OwnMailParts
  /** What the collector knows of each mail, by Message-ID. */
  #announced = new Map<string, string>()

  constructor(parts: OwnMailParts) {
    this.#parts = parts
  }

  async announce(mail: Omit<OwnMail, "sender">): Promise<void> {
    const { isShared, clock, stopping } = this.#parts
    this.#tell(mail)
    if (isShared && mail.answer === undefined) await clock.sleep(NOTICE_MS, stopping)
  }

  /** Reads the log of deliveries: once where no other instance writes to it, else until the process stops. */
  async follow(): Promise<void> {
    const { isShared, clock, stopping } = this.#parts
    while (!stopping.aborted) {
      // Where the store is away, others complain, and the next look finds what this one missed.
      const isRead = await this.#look().then(
        () => true,
        () => false,
      )
      if (isRead && !isShared) return
      await clock.sleep(POLL_MS, stopping)
    }
  }

  async #look(): Promise<void> {
    const { store, digests } = this.#parts
    for (const digest of digests()) {
      for (const entry of await store.deliveries(digest, LATEST_ENTRIES)) {
        const mail = ownMail(entry)
        if (mail !== undefined) this.#tell(mail)
      }
    }
  }

  #tell(mail: Omit<OwnMail, "sender">): void {
    const known = `${mail.atMs} ${mail.answer}`
    const { sender, tellCollector } = this.#parts
    const address = sender()
    if (address === undefined || this.#announced.get(mail.messageId) === known) return
    this.#announced.delete(mail.messageId)
    this.#announced.set(mail.messageId, known)
    const most = LATEST_ENTRIES * (this.#parts.digests().length + 1)
    this.#announced = new Map([...this.#announced].slice(-most))
    tellCollector({ ...mail, sender: address })
  }
}

function ownMail({ mail, outcome, atMs, reply }: LoggedDelivery): Omit<OwnMail, "sender"> | undefined {
  if (mail === undefined) return undefined
  const { messageId, sentFrom } = mail
  return { messageId, sentFrom, atMs, answer: outcome === "sent" ? reply : undefined }
}

/** More addresses than a machine needs to send mail from; they are stored with each mail. */
const MAX_ADDRESSES = 32

function localAddresses(): readonly string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? [])
  return addresses.map(({ address }) => address).slice(0, MAX_ADDRESSES)
}
