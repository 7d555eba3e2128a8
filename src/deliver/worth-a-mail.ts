/**
 * Whether a report goes out as a mail, by the digest's option `send`:
 *
 *     news        something is alarming, new, more than usual, in a security section, or lost, or a host is new; and once a
 *                 day in any case
 *     leftovers   a line is left over, a host is new, or something is lost
 *     always      every window
 *
 * A digest that does not take all lines has no daily mail.
 */
import type { DigestConfig } from "../config/config.ts"
import { isQuiet, newsOf, type Report } from "../report/report.ts"
import { nextClose } from "../schedule.ts"
import type { DigestMemory } from "../tally/digest-memory.ts"
import { amount } from "../text/amount.ts"

/** `memory` is the one after the report's windows. */
export function isWorthAMail(
  report: Report,
  { send, daily, timeZone, only }: Pick<DigestConfig, "send" | "daily" | "timeZone" | "only">,
  { mailedAtMs, sinceMs }: Pick<DigestMemory, "mailedAtMs" | "sinceMs">,
): boolean {
  if (send === "always") return true
  if (send === "leftovers") return !isQuiet(report)
  if (newsOf(report) !== "usual") return true
  // A digest of alarms says nothing where there are none; that all is well stands in the others.
  if (only !== undefined) return false
  const due = nextClose(daily, timeZone, mailedAtMs ?? sinceMs)
  return due !== undefined && due <= report.closesAtMs
}

/** Says why a report that is not worth a mail makes none. */
export function whyQuiet({ entries }: Report): string {
  if (entries.length === 0) return "no line was left over"
  const lines = entries.reduce((sum, { count }) => sum + count, 0)
  return `${amount(lines, "line")}, all as usual`
}
