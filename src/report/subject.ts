/**
 * The subject of a mail.
 *
 *     %d  the digest's name                default
 *     %t  its gravest part                 Security Alerts | Security Events | System Events
 *                                          | Losses | New hosts | All quiet | Nothing received
 *     %s  its size                         3 groups on 2 hosts | 212,431 lines from 38 hosts | 0 lines
 *     %%  a percent sign
 *
 * Any other % stands for itself.
 */
import { amount } from "../text/amount.ts"
import { printableStart } from "../text/printable.ts"
import { isQuiet, type Report, reportingHosts } from "./report.ts"

/** Mail programs cut longer subjects. */
const MAX_SUBJECT_CHARACTERS = 150

/** Fills in the pattern. The result is one printable line. */
export function subject(report: Report, pattern: string): string {
  const filled = pattern.replace(/%[dts%]/g, (placeholder) => {
    if (placeholder === "%d") return report.digest
    if (placeholder === "%t") return gravest(report)
    return placeholder === "%s" ? size(report) : "%"
  })
  return printableStart(filled, MAX_SUBJECT_CHARACTERS)
}

function gravest(report: Report): string {
  const title = report.sections[0]?.title
  // Without " for su". The first section is the gravest.
  if (title !== undefined) return title.split(" ", 2).join(" ")
  if (!isQuiet({ ...report, newHosts: [] })) return "Losses"
  if (report.newHosts.length > 0) return "New hosts"
  return report.accounts.total.received > 0 ? "All quiet" : "Nothing received"
}

function size(report: Report): string {
  const { total, hosts } = report.accounts
  if (total.received === 0) return "0 lines"
  if (report.groups === 0) return `${amount(total.received, "line")} from ${amount(hosts.size, "host")}`
  return `${amount(report.groups, "group")} on ${amount(reportingHosts(report), "host")}`
}
