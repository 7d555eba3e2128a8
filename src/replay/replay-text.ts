/** The table of a replay, a line a mail, and what the mails add up to; with `--mails` the mails themselves. */

import type { DigestConfig } from "../config/config.ts"
import { zonedTime } from "../report/zoned-time.ts"
import { amount, grouped } from "../text/amount.ts"
import { printable } from "../text/printable.ts"
import { table } from "../text/table.ts"
import type { ReplayFormat } from "./replay-format.ts"
import { MAIL_NEWS, type ReplayTotals } from "./replay-totals.ts"

/** Keeps the mails of a digest as rows until its end. */
export function replayTable(write: (text: string) => void): ReplayFormat {
  let rows: string[][] = []
  return {
    mail({ timeZone }, { report, news, subject, textLines, entries }) {
      const at = zonedTime(timeZone).minute(report.closesAtMs)
      rows.push([at, news, grouped(entries.length), grouped(textLines), printable(subject)])
    },
    digest(digest, totals) {
      const heading = ["mail", "news", "entries", "lines", "subject"]
      const mails = rows.length === 0 ? [] : table([heading, ...rows], ["left", "left", "right", "right", "left"])
      write(`${[title(digest), ...mails, "", ...sums(totals)].join("\n")}\n\n`)
      rows = []
    },
    finish: (lines) => write(`${amount(lines, "line")} read.\n`),
  }
}

/** Shows each mail as it is made. */
export function replayTexts(write: (text: string) => void): ReplayFormat {
  return {
    mail: (_, { subject, text }) => write(`Subject: ${printable(subject)}\n\n${text}\n\n`),
    digest: (digest, totals) => write(`${[title(digest), ...sums(totals)].join("\n")}\n\n`),
    finish: (lines) => write(`${amount(lines, "line")} read.\n`),
  }
}

function title({ name, send, timeZone }: DigestConfig): string {
  return printable(`digest ${name}, send: ${send} (${timeZone})`)
}

function sums(totals: ReplayTotals): string[] {
  const { windows, quietWindows, mailCount, mails, days, meanEntries, meanTextLines } = totals
  const daily = MAIL_NEWS.map((news) => `${rounded(mails[news] / Math.max(days, 1))} ${news}`).join(", ")
  return [
    `  ${amount(windows, "window")} in ${span(days)}; ${grouped(quietWindows)} without a mail`,
    `  ${amount(mailCount, "mail")}; a day: ${daily}`,
    `  on average ${rounded(meanEntries)} entries and ${rounded(meanTextLines)} text lines a mail`,
  ]
}

function span(days: number): string {
  return days < 2 ? amount(Math.round(days * 24), "hour") : `${rounded(days)} days`
}

/** One decimal, none where it is 0. */
function rounded(value: number): string {
  return String(Math.round(value * 10) / 10)
}
