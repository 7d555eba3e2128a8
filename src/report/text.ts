/**
 * A report as the text of a mail: what to read first, and then what it is based on.
 *
 * Everything that came over the network has passed `printable`, so the text holds no control characters
 * besides line feeds. The sections fit the report's limit; what surrounds them is FRAME_BYTES at most.
 */
import { formatProblem } from "../problem.ts"
import type { Quarantined } from "../rules/rule.ts"
import { accountsText } from "./accounts.ts"
import { amount, grouped } from "./amount.ts"
import { type Clock, createClock } from "./clock.ts"
import { group, heading, hostHeading, name, omittedGroups, omittedHosts, type TellTime } from "./layout.ts"
import { lossSentences } from "./losses.ts"
import { printableStart } from "./printable.ts"
import { isQuiet, type Report, reportingHosts, type Section } from "./report.ts"
import { wrap } from "./wrap.ts"

/** At most what stands before and after the sections, were every name in it made of escapes. Usually 2 KiB. */
export const FRAME_BYTES = 81_920

const MAX_NEW_HOSTS = 30
const MAX_QUARANTINED = 15
const MAX_PROBLEM_CHARACTERS = 300

/** Renders a report. Times are told in `timeZone`, an IANA name. */
export function renderText(report: Report, timeZone: string): string {
  const clock = createClock(timeZone)
  const time = timeTeller(report, clock)
  return [
    introduction(report, clock, timeZone),
    ...report.sections.map((section) => sectionText(section, time)),
    newHosts(report.newHosts),
    losses(report),
    quarantine(report.quarantined),
    heading("Accounts") + accountsText(report.accounts),
  ]
    .filter((part) => part !== "")
    .join("\n")
}

function introduction(report: Report, clock: Clock, timeZone: string): string {
  const opens = clock.minute(report.opensAtMs)
  const closes = clock.minute(report.closesAtMs)
  const until = sameDay(opens, closes) ? closes.slice("2026-11-23 ".length) : closes
  const sentences = [amounts(report), ...room(report), ...pointers(report)]
  if (report.windows > 1) {
    sentences.push(`These are ${grouped(report.windows)} windows: earlier ones could not be delivered in time.`)
  }
  return `${wrap(`tamis digest ${name(report.digest)}, ${opens} to ${until} (${timeZone})`)}\n${wrap(sentences.join(" "))}`
}

function amounts(report: Report): string {
  const { total, hosts } = report.accounts
  // Silence is not peace: it may be that nobody could reach tamis.
  if (total.received === 0) return "Nothing was received: not one line from any host."
  const received = `${amount(total.received, "line")} from ${amount(hosts.size, "host")}`
  if (isQuiet(report)) return `All quiet: ${received}, none to report.`
  if (total.reported === 0) return `${received}, none to report.`
  const inGroups = report.groups === total.reported ? "" : ` in ${amount(report.groups, "group")}`
  return `${received}; ${grouped(total.reported)} to read,${inGroups} on ${amount(reportingHosts(report), "host")}.`
}

function room(report: Report): string[] {
  const shown = new Set(report.sections.flatMap(({ hosts }) => hosts.flatMap(({ groups }) => groups))).size
  if (shown === report.groups) return []
  return [`There is room for ${grouped(shown)} of these groups (maxSize); the others are counted where they belong.`]
}

/** To what stands at the end, so that nobody misses it. */
function pointers({ newHosts, accounts, quarantined }: Report): string[] {
  const parts = [
    newHosts.length > 0 ? amount(newHosts.length, "new host") : "",
    lossSentences(accounts.losses).length > 0 ? "losses" : "",
    quarantined.length > 0 ? `${amount(quarantined.length, "rule")} out of force` : "",
  ].filter((part) => part !== "")
  return parts.length === 0 ? [] : [`At the end: ${parts.join(", ")}.`]
}

function sectionText(section: Section, time: TellTime): string {
  const hosts = section.hosts.map(
    (host) => hostHeading(host) + host.groups.map((tally) => group(tally, time)).join("") + omittedGroups(host),
  )
  return heading(section.title) + [...hosts, omittedHosts(section.omitted)].filter((part) => part !== "").join("\n")
}

function newHosts(hosts: readonly string[]): string {
  if (hosts.length === 0) return ""
  const names = hosts.slice(0, MAX_NEW_HOSTS).map(name)
  if (hosts.length > names.length) names.push(`and ${grouped(hosts.length - names.length)} more`)
  return heading("New hosts") + wrap(`Seen for the first time: ${names.join(", ")}.`)
}

function losses({ accounts }: Report): string {
  const sentences = lossSentences(accounts.losses)
  return sentences.length === 0 ? "" : heading("Losses") + sentences.map(wrap).join("\n")
}

function quarantine(quarantined: readonly Quarantined[]): string {
  if (quarantined.length === 0) return ""
  const problems = quarantined
    .slice(0, MAX_QUARANTINED)
    .map(({ problem }) => `${printableStart(formatProblem(problem), MAX_PROBLEM_CHARACTERS)}\n`)
  const rest = quarantined.length - problems.length
  const more = rest > 0 ? `… and ${grouped(rest)} more: run \`tamis rules check\`.\n` : ""
  return `${heading("Rules out of force")}${problems.join("")}${more}\nAll other rules are in force.\n`
}

/** Leaves the day away where all of the report lies in one. */
function timeTeller({ opensAtMs, closesAtMs, accounts }: Report, clock: Clock): TellTime {
  // Lines that waited for a store to come back are older than their window.
  const first = clock.minute(Math.min(opensAtMs, accounts.total.firstMs))
  const last = clock.minute(Math.max(closesAtMs - 1, accounts.total.lastMs))
  const from = sameDay(first, last) ? "Nov 23 ".length : 0
  return (ms) => clock.stamp(ms).slice(from)
}

function sameDay(a: string, b: string): boolean {
  const length = "2026-11-23".length
  return a.slice(0, length) === b.slice(0, length)
}
