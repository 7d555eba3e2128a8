/**
 * The document of a mail in place of one that the server refused for its content: counts, the reason, and how to read the
 * whole. Except for the server's answer, no text in it comes from the network, since the server may refuse that again.
 */
import { amount, grouped } from "../text/amount.ts"
import { printableStart } from "../text/printable.ts"
import { accountRows } from "./accounts.ts"
import { counts, spanTitle } from "./compose-document.ts"
import type { Document, Part, Passage } from "./document.ts"
import type { Report } from "./report.ts"

const MAX_ANSWER_CHARACTERS = 300

/** `id` names the refused mail in the log of deliveries. */
export function reducedDocument(report: Report, timeZone: string, answer: string, id: string): Document {
  const { accounts, only } = report
  const toRead = `${grouped(accounts.total.reported)} to read`
  const prose = (text: string): Passage => ({ kind: "prose", text })
  return {
    title: spanTitle(report, timeZone),
    summary:
      `The mail server refused the mail with the lines. This mail has their counts: ${amount(accounts.total.received, "line")} ` +
      `from ${amount(accounts.hosts.size, "host")}; ${toRead}${report.entries.length > 0 ? `: ${counts(report)}` : ""}.`,
    parts: [
      {
        heading: "Refused mail",
        passages: [
          prose("The answer of the mail server:"),
          { kind: "lines", lines: [printableStart(answer, MAX_ANSWER_CHARACTERS)] },
          prose("This command prints the refused mail:"),
          { kind: "lines", lines: [`tamis mails show ${id}`] },
          prose("To get such lines by mail, exempt tamis from the content filter of the mail server."),
        ],
      },
      ...(only === undefined ? [totals(report)] : []),
    ],
  }
}

/** The accounts without the names of hosts. */
function totals({ accounts }: Report): Part {
  const [row] = accountRows(accounts)
  const label = amount(accounts.hosts.size, "host")
  const rows = row === undefined ? [] : [{ label, counters: row.counters, share: undefined }]
  return { heading: "Accounts", passages: [{ kind: "accounts", rows }] }
}

/** `[tamis] digest default: 1 alarming, 3 new; refused in full by the mail server` */
export function reducedSubject(report: Report): string {
  const size = report.entries.length > 0 ? counts(report) : amount(report.accounts.total.received, "line")
  return `[tamis] digest ${report.digest}: ${size}; the mail server refused the whole mail`
}
