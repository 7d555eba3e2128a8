/** A mail, and the promises of a courier that delivers it. */
import type { Report } from "../report/report.ts"

export interface Mail {
  readonly recipients: readonly string[]
  readonly subject: string
  /** Lines of any length, ended by line feeds. */
  readonly text: string
  /** The same content as HTML. */
  readonly html: string
  /** The attached rule file. */
  readonly ruleFile: string | undefined
  /** Header fields besides From, To, Subject and MIME's own. */
  readonly headers: ReadonlyMap<string, string>
}

/** One report to deliver: as a mail for people, and as the data behind it for programs. */
export interface Outgoing {
  readonly mail: Mail
  /** Undefined for a mail about no report. */
  readonly report: Report | undefined
}

export interface Courier {
  /** The right-hand side of identifiers in mails. */
  readonly domain: string
  /**
   * Resolves when a server took responsibility for the report; rejects with a DeliveryError otherwise. Settles within
   * DELIVERY_DEADLINE_MS, and soon after `signal` is aborted.
   */
  deliver(outgoing: Outgoing, signal: AbortSignal): Promise<Receipt>
}

export interface Receipt {
  /** The server's last answer, such as `250 2.0.0 Ok: queued as 4XyZ`. Printable and bounded. */
  readonly answer: string
  /** Recipients that the server refused while it accepted others, each with the reason. tamis does not retry them. */
  readonly refused: readonly string[]
}

/** No server took responsibility for a mail, or its answer was lost. The message is printable and contains no secret. */
export class DeliveryError extends Error {
  readonly code = "TAMIS_MAIL_UNDELIVERED"
  /** True if the mail was certainly not accepted. Otherwise it may have been accepted and the answer lost. */
  readonly refused: boolean
  /** True if the server will never accept this mail because of its content or its size. Another mail may be accepted. */
  readonly refusesContent: boolean

  constructor(message: string, refused: boolean, refusesContent = false) {
    super(message)
    this.name = "DeliveryError"
    this.refused = refused
    this.refusesContent = refusesContent
  }
}

/**
 * Servers that scan mail before they accept it take minutes. RFC 5321 §4.5.3.2.6 asks clients to wait 10 minutes for the
 * last answer, since giving up early makes duplicates.
 */
export const DELIVERY_DEADLINE_MS = 600_000
