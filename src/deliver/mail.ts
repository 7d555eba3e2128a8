/** A mail, and the promises of a courier that delivers it. */
import type { Report } from "../report/report.ts"

export interface Mail {
  readonly recipients: readonly string[]
  readonly subject: string
  /** Lines of any length, ended by line feeds. */
  readonly text: string
  /** The same as a page, for readers that prefer one. */
  readonly html: string
  /** A rule file that comes with it. */
  readonly ruleFile: string | undefined
  /** Header fields besides From, To, Subject and MIME's own. */
  readonly headers: ReadonlyMap<string, string>
}

/** One report on its way out: as a mail for people, and as the data that the mail was made of, for programs. */
export interface Outgoing {
  readonly mail: Mail
  readonly report: Report
}

export interface Courier {
  /** The right-hand side of identifiers in mails: whose mails they are. */
  readonly domain: string
  /**
   * Resolves when somebody took responsibility for the report; rejects with a DeliveryError otherwise. Answers within DELIVERY_DEADLINE_MS, and
   * soon after `signal` was aborted.
   */
  deliver(outgoing: Outgoing, signal: AbortSignal): Promise<Receipt>
}

export interface Receipt {
  /** Recipients that were not accepted while others were, each with the reason. They get no other mail. */
  readonly refused: readonly string[]
}

/** Nobody took responsibility for a mail, or nobody said so. The message is printable and holds no secret. */
export class DeliveryError extends Error {
  /** It is certain that nobody has the mail. Otherwise somebody may have accepted it without our hearing of it. */
  readonly refused: boolean

  constructor(message: string, refused: boolean) {
    super(message)
    this.name = "DeliveryError"
    this.refused = refused
  }
}

/**
 * Servers that scan mail before they accept it take minutes; RFC 5321 §4.5.3.2.6 has us wait 10 for
 * the last answer, since giving up early makes duplicates.
 */
export const DELIVERY_DEADLINE_MS = 600_000
