/**
 * A report becomes the document of its mail.
 *
 *     title, summary
 *     Security Alerts · Alarming · Security Events · New · More than usual · As usual
 *     new hosts · losses · rules that need a look · suggested rules · accounts
 *
 * Every string from the network has passed `printable`, so no string here has control characters. As text, the whole fits the
 * limit as it is sent.
 */

import type { DigestEntry } from "../digest/entry.ts"
import type { EntryClass } from "../digest/order.ts"
import { formatProblem } from "../problem.ts"
import type { RottenRule } from "../rot/rotten-rules.ts"
import type { Quarantined } from "../rules/rule.ts"
import { isRaising } from "../rules/rules-in-force.ts"
import { LOSSES } from "../tally/losses.ts"
import { amount, grouped } from "../text/amount.ts"
import { compareText } from "../text/compare-text.ts"
import { exactDuration } from "../text/duration.ts"
import { printable, printableStart } from "../text/printable.ts"
import { DAY_MS } from "../units.ts"
import { accountNotes, accountRows } from "./accounts.ts"
import type { Document, Part, Passage } from "./document.ts"
import { type EntryContext, entryLines, entryText, name, type TellTime } from "./entry-text.ts"
import { entriesByClass, isQuiet, type OnlyClass, type Report } from "./report.ts"
import { chooseEntries } from "./room.ts"
import { sentBytes } from "./sent-bytes.ts"
import { renderText } from "./text.ts"
import type { WrongClock } from "./wrong-clocks.ts"
import { type ZonedTime, zonedTime } from "./zoned-time.ts"

const MAX_NEW_HOSTS = 30
/** Lines shown that look like those of a rule that stopped matching. */
const MAX_LIKE_LINES = 3
const MAX_LIKE_CHARACTERS = 300
const MAX_PROPOSAL_CHARACTERS = 1_000
const MAX_PROBLEMS = 15
const MAX_PROBLEM_CHARACTERS = 300

/** Programs named in the paragraph of what is as usual. */
const MAX_USUAL_PROGRAMS = 8

/** Entries get this part of the limit at least, however much there is to say around them. */
const LEAST_SHARE = 0.5

/** Composes the document of a report. Times are in `timeZone`, an IANA name; `maxBytes` is for its text as it is sent. */
export function composeDocument(report: Report, timeZone: string, maxBytes: number): Document {
  const clock = zonedTime(timeZone)
  const context: EntryContext = { time: timeTeller(report, clock), hosts: report.accounts.hosts.size }
  const title = spanTitle(report, timeZone)
  const further = [
    ...newHosts(report.newHosts),
    ...clocks(report.wrongClocks, context.time),
    ...losses(report),
    ...rot(report, clock),
    ...refusedReload(report, clock),
    ...quarantine(report.quarantined),
    ...suggestions(report),
    // Of a part of the lines there is nothing to account for.
    ...(report.only === undefined ? [accounts(report)] : []),
  ]
  const compose = (shown: readonly DigestEntry[]): Document => ({
    title,
    summary: summary(report, shown.length),
    parts: [...entryParts(report, shown, context), ...usual(report), ...further],
  })
  const bytesOf = (entry: DigestEntry) => sentBytes(entryLines(entryText(entry, context)))
  const least = LEAST_SHARE * maxBytes
  let room = Math.max(maxBytes - sentBytes(renderText(compose([]))), least)
  for (;;) {
    const shown = chooseEntries(report.entries, room, bytesOf)
    const document = compose(shown)
    const excess = sentBytes(renderText(document)) - maxBytes
    if (excess <= 0 || room <= least) return document
    // The headings of entries took more than nothing.
    room = Math.max(room - excess, least)
  }
}

/** `tamis digest default, 2026-11-23 09:00 to 10:00 (Europe/Paris)` */
export function spanTitle(report: Report, timeZone: string): string {
  return `tamis digest ${name(report.digest)}, ${span(report, zonedTime(timeZone))} (${timeZone})`
}

function span({ opensAtMs, closesAtMs }: Report, clock: ZonedTime): string {
  const opens = clock.minute(opensAtMs)
  const closes = clock.minute(closesAtMs)
  return `${opens} to ${isSame("2026-11-23", opens, closes) ? closes.slice("2026-11-23 ".length) : closes}`
}

function summary(report: Report, shown: number): string {
  return [
    report.only === undefined ? amounts(report) : partialAmounts(report, report.only),
    ...heldBack(report),
    ...history(report),
    ...room(report, shown),
    ...piledUp(report),
    ...pointers(report),
  ].join(" ")
}

function amounts(report: Report): string {
  const { total, hosts } = report.accounts
  // Silence may mean that no host could reach tamis.
  if (total.received === 0) return "No line was received from any host. Check that your hosts can reach tamis."
  const received = `${amount(total.received, "line")} from ${amount(hosts.size, "host")}`
  if (isQuiet(report)) return `All quiet: ${received}, none to report.`
  if (total.reported === 0) return `${received}, none to report.`
  return `${received}; ${grouped(total.reported)} to read: ${counts(report)}.`
}

const ONLY: Readonly<Record<OnlyClass, string>> = {
  cracking: "Security Alerts",
  violations: "Security Events",
  alarming: "alarming lines",
}

function partialAmounts(report: Report, only: readonly OnlyClass[]): string {
  const { total, hosts } = report.accounts
  const { reported } = total
  const taken = only.map((each) => ONLY[each]).join(", ")
  const lines = reported === 0 ? "no such line" : amount(reported, "line")
  const where = reported === 0 ? "" : ` on ${amount(hosts.size, "host")}: ${counts(report)}`
  return `This digest has only ${taken}: ${lines}${where}. All other lines are in other digests.`
}

function heldBack({ heldBackMs, accounts }: Report): string[] {
  if (heldBackMs === undefined) return []
  const { reported } = accounts.total
  return [
    `tamis held back ${reported === 1 ? "this line" : `these ${grouped(reported)} lines`}: ` +
      `this digest sends at most one mail in ${exactDuration(heldBackMs)}.`,
  ]
}

const WORDS: Readonly<Record<EntryClass, (count: number) => string>> = {
  alerts: (count) => amount(count, "security alert"),
  alarming: (count) => `${grouped(count)} alarming`,
  events: (count) => amount(count, "security event"),
  new: (count) => `${grouped(count)} new`,
  more: (count) => `${grouped(count)} more than usual`,
  usual: (count) => `${grouped(count)} as usual`,
}

/** `1 alarming, 3 new, 37 as usual`; without history, `41 entries`. */
export function counts({ entries, history }: Report): string {
  const byClass = [...entriesByClass(entries)].map(([each, { length }]) => ({ class: each, length }))
  const grave = byClass.filter(({ class: each }) => history === "known" || GRAVE.includes(each))
  const others = byClass.filter((each) => !grave.includes(each)).reduce((sum, { length }) => sum + length, 0)
  const words = grave.map(({ class: each, length }) => WORDS[each](length))
  return [...words, ...(others > 0 ? [amount(others, "entry", "entries")] : [])].join(", ")
}

/** Classes that need no history. */
const GRAVE: readonly EntryClass[] = ["alerts", "alarming", "events"]

function history({ history: known, entries }: Report): string[] {
  if (known !== "begins" || entries.length === 0) return []
  return ["This is the first window of this digest: tamis does not know yet which lines are usual on your hosts."]
}

function room({ entries }: Report, shown: number): string[] {
  const toShow = entries.filter((entry) => entry.news !== "usual" || entry.layer !== "system").length
  if (shown >= toShow) return []
  return [`This mail shows ${grouped(shown)} of ${amount(toShow, "entry", "entries")}, as many as maxSize allows.`]
}

function piledUp({ windows, quietWindows }: Report): string[] {
  const sentences: string[] = []
  if (windows > 1)
    sentences.push(`This mail covers ${grouped(windows)} windows: the earlier ones could not be delivered.`)
  if (quietWindows > 0) {
    sentences.push(
      `The accounts include ${amount(quietWindows, "earlier window")} since the last mail, in which nothing was new.`,
    )
  }
  return sentences
}

/** Names the parts at the end of the mail, so that nobody misses them. */
function pointers(report: Report): string[] {
  const { newHosts, quarantined, refusedReload, rottenRules = [] } = report
  const parts = [
    newHosts.length > 0 ? amount(newHosts.length, "new host") : "",
    lossSentences(report.accounts).length > 0 ? "losses" : "",
    rottenRules.length > 0 ? `${amount(rottenRules.length, "rule")} that stopped matching` : "",
    refusedReload === undefined ? "" : "a refused reload",
    quarantined.length > 0 ? `${amount(quarantined.length, "rule")} out of force` : "",
  ].filter((part) => part !== "")
  return parts.length === 0 ? [] : [`At the end of this mail: ${parts.join(", ")}.`]
}

/** One part for each class; the security layers have one for each of their sections. */
function entryParts(report: Report, shown: readonly DigestEntry[], context: EntryContext): Part[] {
  const heading = (entry: DigestEntry, each: EntryClass) => {
    if (each === "alerts" || each === "events") return name(entry.section)
    if (each === "alarming") return "Alarming"
    if (report.history !== "known") return "System Events"
    return each === "more" ? "More than usual" : "New"
  }
  return [...entriesByClass(shown)].flatMap(([each, entries]) =>
    [...Map.groupBy(entries, (entry) => heading(entry, each))].map(([title, members]) => ({
      heading: title,
      class: each,
      passages: [{ kind: "entries" as const, entries: members.map((entry) => entryText(entry, context)) }],
    })),
  )
}

function usual({ usual: programs }: Report): Part[] {
  if (programs.size === 0) return []
  const byLines = [...programs].sort(([a, some], [b, more]) => more - some || compareText(a, b))
  const lines = byLines.reduce((sum, [, count]) => sum + count, 0)
  const named = byLines
    .slice(0, MAX_USUAL_PROGRAMS)
    .map(([program, count]) => `${program === "" ? "without a program" : name(lastPart(program))} ${grouped(count)}`)
  const others = byLines.slice(MAX_USUAL_PROGRAMS)
  if (others.length > 0) named.push(`${amount(others.length, "further program")} ${grouped(sumOf(others))}`)
  return [{ heading: "As usual", class: "usual", passages: [prose(`${amount(lines, "line")}: ${named.join(", ")}.`)] }]
}

/** `gmetad` for `/opt/ganglia/sbin/gmetad`. */
function lastPart(program: string): string {
  return program.slice(program.lastIndexOf("/", program.length - 2) + 1)
}

function sumOf(programs: readonly (readonly [string, number])[]): number {
  return programs.reduce((sum, [, count]) => sum + count, 0)
}

function newHosts(hosts: readonly string[]): Part[] {
  if (hosts.length === 0) return []
  const names = hosts.slice(0, MAX_NEW_HOSTS).map(name)
  if (hosts.length > names.length) names.push(`and ${grouped(hosts.length - names.length)} more`)
  return [{ heading: "New hosts", passages: [prose(`Seen for the first time: ${names.join(", ")}.`)] }]
}

/** Where many hosts have wrong times, tamis was away, and their lines waited for it. */
const MAX_CLOCKS = 5

function clocks(wrong: readonly WrongClock[], time: TellTime): Part[] {
  if (wrong.length === 0) return []
  const lines = wrong
    .slice(0, MAX_CLOCKS)
    .map(({ host, said, receivedMs }) => `${name(host)}: a line that came at ${time(receivedMs)} says ${said}.`)
  if (wrong.length > lines.length) lines.push(`The same on ${amount(wrong.length - lines.length, "more host")}.`)
  return [{ heading: "Wrong times", passages: [prose([...lines, WRONG_TIMES].join(" "))] }]
}

const WRONG_TIMES = "The clock of the host is wrong, or its lines waited on their way."

/** A sentence for each loss that there was. */
function lossSentences({ losses }: Report["accounts"]): string[] {
  return [...losses].filter(([, count]) => count > 0).map(([loss, count]) => LOSSES[loss].sentence(count))
}

function losses({ accounts }: Report): Part[] {
  const sentences = lossSentences(accounts)
  return sentences.length === 0 ? [] : [{ heading: "Losses", passages: sentences.map(prose) }]
}

function quarantine(quarantined: readonly Quarantined[]): Part[] {
  if (quarantined.length === 0) return []
  const problems = quarantined.map(({ problem }) => formatProblem(problem))
  return [{ heading: "Rules out of force", passages: [problemLines(problems), prose(OUT_OF_FORCE)] }]
}

const OUT_OF_FORCE = "tamis cannot run the rules above and does not use them. All other rules are in force."

function rot({ rottenRules = [] }: Report, clock: ZonedTime): Part[] {
  if (rottenRules.length === 0) return []
  return [
    { heading: "Rules that stopped matching", passages: rottenRules.flatMap((each) => rottenPassages(each, clock)) },
  ]
}

function rottenPassages({ rule, record, groups, proposal }: RottenRule, clock: ZonedTime): Passage[] {
  const { hits, firstMs, lastMs, sample } = record
  const days = Math.max(Math.round((lastMs - firstMs) / DAY_MS), 1)
  const daily = Math.round(hits / days)
  const rate = daily > 1 ? `about ${amount(daily, "line")} a day` : `${amount(hits, "line")} in ${amount(days, "day")}`
  const lines = groups.reduce((sum, { count }) => sum + count, 0)
  const shown = groups.slice(0, MAX_LIKE_LINES).map(({ samples, template }) => samples[0] ?? template)
  const start = (text: string) => printableStart(text, MAX_LIKE_CHARACTERS)
  const passages: Passage[] = [
    prose(
      `${name(rule.path)}:${rule.line} has matched no line since ${clock.minute(lastMs)}. Before that, it matched ${rate}. ` +
        "The rule, and one of the last lines that it matched:",
    ),
    { kind: "lines", lines: [printable(rule.text), start(sample)] },
    prose(`New, similar lines since then (${`${amount(lines, "line")} in ${amount(groups.length, "group")}`}):`),
    { kind: "lines", lines: shown.map(start) },
  ]
  if (proposal === undefined || proposal.pattern.length > MAX_PROPOSAL_CHARACTERS) return passages
  const wish = isRaising(rule) ? "If they matter as much" : "If they are as harmless"
  const way = proposal.isChange
    ? "change the rule to this, which matches the old and the new lines"
    : "add this rule, which matches them"
  return [...passages, prose(`${wish}, ${way}:`), { kind: "lines", lines: [printable(proposal.pattern)] }]
}

function refusedReload({ refusedReload: refused }: Report, clock: ZonedTime): Part[] {
  if (refused === undefined) return []
  const sentence =
    `tamis refused the reload at ${clock.stamp(refused.atMs)} because of the problems above. ` +
    "The previous rules and configuration stay in force."
  return [{ heading: "Refused reload", passages: [problemLines(refused.problems), prose(sentence)] }]
}

function problemLines(problems: readonly string[]): Passage {
  const lines = problems.slice(0, MAX_PROBLEMS).map((each) => printableStart(each, MAX_PROBLEM_CHARACTERS))
  const rest = problems.length - lines.length
  if (rest > 0) lines.push(`… and ${grouped(rest)} more: run \`tamis rules check\`.`)
  return { kind: "lines", lines }
}

function suggestions({ suggestedRules, attachedRules }: Report): Part[] {
  if (suggestedRules.length === 0) return []
  const rules = suggestedRules.map(({ rule, lines, hosts, days }) => ({
    rule: printable(rule),
    note: `would have hidden ${amount(lines, "line")} on ${amount(hosts, "host")} in ${amount(days, "day")}`,
  }))
  const more =
    attachedRules === undefined ? "`tamis suggest` prints more rules" : "The attached rule file has more rules"
  const advice = `Add a rule only after you have read its lines and know that they are normal. ${more}, with samples.`
  return [{ heading: "Suggested rules", passages: [{ kind: "rules", rules }, prose(advice)] }]
}

function accounts(report: Report): Part {
  return {
    heading: "Accounts",
    passages: [{ kind: "accounts", rows: accountRows(report.accounts) }, ...accountNotes(report.accounts).map(prose)],
  }
}

function prose(text: string): Passage {
  return { kind: "prose", text }
}

/** Shows times: without the day if the whole report lies within one, with the year if it lies in more than one. */
function timeTeller({ opensAtMs, closesAtMs, accounts }: Report, clock: ZonedTime): TellTime {
  // Lines that waited in memory for the store are older than their window.
  const first = clock.minute(Math.min(opensAtMs, accounts.total.firstMs))
  const last = clock.minute(Math.max(closesAtMs - 1, accounts.total.lastMs))
  if (!isSame("2026", first, last)) return clock.stampWithYear
  if (!isSame("2026-11-23", first, last)) return clock.stamp
  return (ms) => clock.stamp(ms).slice("Nov 23 ".length)
}

/** Whether two times begin with the same year, or day. */
function isSame(pattern: string, a: string, b: string): boolean {
  return a.slice(0, pattern.length) === b.slice(0, pattern.length)
}
