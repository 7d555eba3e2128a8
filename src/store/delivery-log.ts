/**
 * The log of deliveries: what became of each window of a digest, and why. It is bounded, newest entries kept.
 *
 * Entries are for people and for the recognition of tamis's own mails. No promise of the store depends on them.
 */

/**
 * sending: the mail is on its way, or tamis ended while it was. refused: the server refused its content for good.
 * postponed: it goes out again.
 */
export const DELIVERY_OUTCOMES = ["sending", "sent", "quiet", "refused", "postponed"] as const

export type DeliveryOutcome = (typeof DELIVERY_OUTCOMES)[number]

/** One attempt to deliver windows, or the decision that they make no mail. */
export interface LoggedDelivery {
  /** Short, for commands. The same for the same attempt: an entry takes the place of an earlier one with its id. */
  readonly id: string
  readonly atMs: number
  readonly outcome: DeliveryOutcome
  /** The span that the report covers, and its number of windows. */
  readonly opensAtMs: number
  readonly closesAtMs: number
  readonly windows: number
  /** The server's answer, the reason why there is none, or why no mail went out. Printable. */
  readonly reply: string
  /** Recipients that the server refused while it accepted others, each with the reason. */
  readonly refusedRecipients: readonly string[]
  readonly news: string
  /** Undefined where no mail was made. */
  readonly mail: LoggedMail | undefined
}

export interface LoggedMail {
  readonly subject: string
  /** Without its angle brackets. */
  readonly messageId: string
  /** It has counts only, since the server refused the whole mail. */
  readonly isReduced: boolean
  /** Addresses of the machine that sent it. */
  readonly sentFrom: readonly string[]
}

/** For one digest: three weeks of hourly windows. */
export const DELIVERIES_LOGGED = 500

/** The texts of mails take much more room than entries, and go earlier. For one digest. */
export const MAIL_TEXTS_LOGGED = 50
export const MAIL_TEXTS_CHARACTERS = 4 * 1_024 * 1_024

/** A longer text is cut. */
export const MAX_LOGGED_TEXT_CHARACTERS = 512 * 1_024

export interface DeliveryLog {
  /** Logs a delivery with the text of its mail. Without `text`, a text that the entry has already stays. */
  logDelivery(digest: string, entry: LoggedDelivery, text?: string): Promise<void>

  /** Reads the newest entries, `most` at most, the oldest of them first. */
  deliveries(digest: string, most: number): Promise<readonly LoggedDelivery[]>

  /** Reads the text of a mail; undefined where the log has none, or none any more. */
  mailText(digest: string, id: string): Promise<string | undefined>
}
