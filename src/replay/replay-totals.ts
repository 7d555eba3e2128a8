/** What the mails of a replay add up to. */
import { DAY_MS } from "../units.ts"
import type { ReplayedMail, ReplayedWindow } from "./replay-mails.ts"

export type MailNews = ReplayedMail["news"]

/** The gravest first. */
export const MAIL_NEWS = ["alarming", "new", "more", "usual"] as const satisfies readonly MailNews[]

export class ReplayTotals {
  readonly digest: string
  windows = 0
  readonly mails: Record<MailNews, number> = { alarming: 0, new: 0, more: 0, usual: 0 }
  /** Sums over all mails. */
  entries = 0
  textLines = 0
  #opensAtMs: number | undefined
  #closesAtMs = 0

  constructor(digest: string) {
    this.digest = digest
  }

  add({ opensAtMs, closesAtMs, mail }: ReplayedWindow): void {
    this.windows += 1
    this.#opensAtMs ??= opensAtMs
    this.#closesAtMs = closesAtMs
    if (mail === undefined) return
    this.mails[mail.news] += 1
    this.entries += mail.entries.length
    this.textLines += mail.textLines
  }

  get mailCount(): number {
    return MAIL_NEWS.reduce((sum, news) => sum + this.mails[news], 0)
  }

  /** Windows without a mail. */
  get quietWindows(): number {
    return this.windows - this.mailCount
  }

  /** From the start of the first window to the end of the last. */
  get days(): number {
    return (this.#closesAtMs - (this.#opensAtMs ?? this.#closesAtMs)) / DAY_MS
  }

  /** Means over the mails; 0 where there is none. */
  get meanEntries(): number {
    return this.entries / Math.max(this.mailCount, 1)
  }

  get meanTextLines(): number {
    return this.textLines / Math.max(this.mailCount, 1)
  }
}
