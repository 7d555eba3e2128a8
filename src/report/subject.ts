/**
 * The subject of a mail: it tells whether to open it.
 *
 *     %t  the gravest thing, by name and host   disk alarm on nas1 | Security Events for su on web1 | new on router: kernel
 *                                               | losses | all as usual | all quiet | nothing received
 *     %s  how much there is                     1 alarming, 3 new, 37 as usual | 212,431 lines from 38 hosts
 *     %d  the digest's name                     default
 *     %%  a percent sign
 *
 * Any other % stands for itself.
 */

import type { DigestEntry } from "../digest/entry.ts"
import { classOf } from "../digest/order.ts"
import { amount, grouped } from "../text/amount.ts"
import { printable } from "../text/printable.ts"
import { counts } from "./compose-document.ts"
import { hasLosses, type Report } from "./report.ts"

/** Mail programs cut longer subjects. */
const MAX_SUBJECT_CHARACTERS = 120

/** Longer names of hosts and programs would leave no room for the counts. */
const MAX_NAME_CHARACTERS = 32

/** Fills in the pattern. The result is one printable line. */
export function subject(report: Report, pattern: string): string {
  const filled = pattern.replace(/%[dts%]/g, (placeholder) => {
    if (placeholder === "%d") return report.digest
    if (placeholder === "%t") return gravest(report)
    return placeholder === "%s" ? size(report) : "%"
  })
  const whole = printable(filled)
  return whole.length <= MAX_SUBJECT_CHARACTERS ? whole : `${whole.slice(0, MAX_SUBJECT_CHARACTERS - 1)}…`
}

function gravest(report: Report): string {
  const [first] = report.entries
  const isUsual = first === undefined || (classOf(first) === "usual" && report.history === "known")
  if (first !== undefined && !isUsual) return thing(first, report.history === "known")
  if (hasLosses(report)) return "losses"
  if (report.accounts.total.received === 0 && report.only === undefined) return "nothing received"
  if (report.newHosts.length > 0) return amount(report.newHosts.length, "new host")
  return first === undefined ? "all quiet" : "all as usual"
}

function thing(entry: DigestEntry, hasHistory: boolean): string {
  const where = `on ${hosts(entry)}`
  const program = short(entry.program === "" ? "a line without a program" : entry.program)
  switch (classOf(entry)) {
    case "alarming":
      return `${short(entry.topic ?? "alarm")} alarm ${where}`
    case "alerts":
    case "events":
      return `${short(entry.section)} ${where}`
    case "more":
      return `${program} ${where}: ${grouped(entry.count)} lines, more than usual`
    default:
      return hasHistory ? `new ${where}: ${program}` : `${program} ${where}`
  }
}

/** Of a known form that is new on some hosts: these. */
function hosts({ hosts: all, newOn }: DigestEntry): string {
  const [first = "no host", ...others] = newOn.length > 0 ? newOn : all.map(({ name }) => name)
  const named = short(first)
  return others.length === 0 ? named : `${named} and ${amount(others.length, "more host")}`
}

function short(text: string): string {
  return text.length <= MAX_NAME_CHARACTERS ? text : `${text.slice(0, MAX_NAME_CHARACTERS - 1)}…`
}

function size(report: Report): string {
  const { total, hosts } = report.accounts
  if (report.entries.length === 0) return `${amount(total.received, "line")} from ${amount(hosts.size, "host")}`
  return counts(report)
}
