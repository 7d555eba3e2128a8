/** Makes the entries of the log of deliveries. */
import { hash } from "node:crypto"
import { newsOf, type Report } from "../report/report.ts"
import type { DeliveryOutcome, LoggedDelivery } from "../store/delivery-log.ts"
import type { Delivery } from "../store/store.ts"
import type { Mail } from "./mail.ts"

/** 32 bits: two of the 500 entries of a digest have the same id once in 30,000 digests. */
const ID_LENGTH = 8

export interface Attempted {
  readonly delivery: Delivery
  readonly report: Report
  readonly atMs: number
  /** Undefined where no mail was made. */
  readonly mail: Mail | undefined
  readonly isReduced: boolean
  readonly sentFrom: readonly string[]
}

export interface Result {
  readonly outcome: DeliveryOutcome
  readonly reply: string
  readonly refusedRecipients?: readonly string[]
}

/** Names an attempt. The whole mail and the reduced one of an attempt have different names. */
export function attemptId({ id, attempts }: Pick<Delivery, "id" | "attempts">, isReduced: boolean): string {
  return hash("sha256", JSON.stringify([id, attempts, isReduced]), "hex").slice(0, ID_LENGTH)
}

export function logEntry(attempted: Attempted, { outcome, reply, refusedRecipients = [] }: Result): LoggedDelivery {
  const { delivery, report, atMs, mail, isReduced, sentFrom } = attempted
  return {
    id: attemptId(delivery, isReduced),
    atMs,
    outcome,
    opensAtMs: report.opensAtMs,
    closesAtMs: report.closesAtMs,
    windows: report.windows,
    reply,
    refusedRecipients,
    news: newsOf(report),
    mail: mail && { subject: mail.subject, messageId: messageIdOf(mail), isReduced, sentFrom },
  }
}

/** The Message-ID without its angle brackets. */
export function messageIdOf({ headers }: Pick<Mail, "headers">): string {
  return (headers.get("Message-ID") ?? "").replace(/^<|>$/g, "")
}
