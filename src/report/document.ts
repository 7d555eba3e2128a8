/**
 * The content of a mail in its order: the one structure from which both its text and its HTML are made.
 *
 * Every string from the network has passed `printable`, so no string here has control characters. As text, the sections
 * fit the report's limit; the rest is FRAME_BYTES at most.
 */

import { formatProblem } from "../problem.ts"
import type { RottenRule } from "../rot/rotten-rules.ts"
import type { Layer, Quarantined } from "../rules/rule.ts"
import { isRaising } from "../rules/rules-in-force.ts"
import { LOSSES } from "../tally/losses.ts"
import { amount, grouped } from "../text/amount.ts"
import { printable, printableStart } from "../text/printable.ts"
import { DAY_MS } from "../units.ts"
import { type AccountRow, accountNotes, accountRows } from "./accounts.ts"
import {
  type Entry,
  entry,
  hostHeading,
  linesInGroups,
  name,
  omittedGroups,
  omittedHosts,
  type TellTime,
} from "./layout.ts"
import { isQuiet, type Report, reportingHosts, type Section } from "./report.ts"
import { type ZonedTime, zonedTime } from "./zoned-time.ts"

/** Upper limit of the text before and after the sections, even if every name consists of escapes. Usually 2 KiB. */
export const FRAME_BYTES = 204_800

const MAX_NEW_HOSTS = 30
/** Lines shown that look like those of a rule that stopped matching. */
const MAX_LIKE_LINES = 3
const MAX_LIKE_CHARACTERS = 300
const MAX_PROPOSAL_CHARACTERS = 1_000
const MAX_PROBLEMS = 15
const MAX_PROBLEM_CHARACTERS = 300

export interface Document {
  /** The digest and its time span. */
  readonly title: string
  readonly summary: string
  readonly parts: readonly Part[]
}

export interface Part {
  readonly heading: string
  /** The layer, if the part is a section. */
  readonly layer?: Layer
  readonly passages: readonly Passage[]
}

export type Passage =
  /** Sentences, to be wrapped. */
  | { readonly kind: "prose"; readonly text: string }
  /** Lines shown unchanged, however long. */
  | { readonly kind: "lines"; readonly lines: readonly string[] }
  /** The groups of a host. */
  | { readonly kind: "host"; readonly heading: string; readonly entries: readonly Entry[]; readonly rest: string }
  /** Samples or rules, each with notes. */
  | { readonly kind: "entries"; readonly entries: readonly Entry[] }
  /** The table of the accounts (promise 1). */
  | { readonly kind: "accounts"; readonly rows: readonly AccountRow[] }

/** Composes the document of a report. Times are in `timeZone`, an IANA name. */
export function composeDocument(report: Report, timeZone: string): Document {
  const clock = zonedTime(timeZone)
  const time = timeTeller(report, clock)
  return {
    title: `tamis digest ${name(report.digest)}, ${span(report, clock)} (${timeZone})`,
    summary: summary(report),
    parts: [
      ...report.sections.map((section) => sectionPart(section, time)),
      ...newHosts(report.newHosts),
      ...losses(report),
      ...rot(report, clock),
      ...refusedReload(report, clock),
      ...quarantine(report.quarantined),
      ...suggestions(report),
      accounts(report),
    ],
  }
}

function span({ opensAtMs, closesAtMs }: Report, clock: ZonedTime): string {
  const opens = clock.minute(opensAtMs)
  const closes = clock.minute(closesAtMs)
  return `${opens} to ${sameDay(opens, closes) ? closes.slice("2026-11-23 ".length) : closes}`
}

function summary(report: Report): string {
  return [amounts(report), ...room(report), ...piledUp(report), ...pointers(report)].join(" ")
}

function amounts(report: Report): string {
  const { total, hosts } = report.accounts
  // Silence may mean that no host could reach tamis.
  if (total.received === 0) return "No line was received from any host. Check that your hosts can reach tamis."
  const received = `${amount(total.received, "line")} from ${amount(hosts.size, "host")}`
  if (isQuiet(report)) return `All quiet: ${received}, none to report.`
  if (total.reported === 0) return `${received}, none to report.`
  const inGroups = report.groups === total.reported ? "" : ` in ${amount(report.groups, "group")}`
  return `${received}; ${grouped(total.reported)} to read,${inGroups} on ${amount(reportingHosts(report), "host")}.`
}

function room(report: Report): string[] {
  const shown = new Set(report.sections.flatMap(({ hosts }) => hosts.flatMap(({ groups }) => groups))).size
  if (shown === report.groups) return []
  return [
    `This mail shows ${grouped(shown)} of these groups, as many as maxSize allows; it counts the others under their hosts.`,
  ]
}

function piledUp({ windows }: Report): string[] {
  return windows > 1 ? [`This mail covers ${grouped(windows)} digests: the earlier ones could not be delivered.`] : []
}

/** Names the parts at the end of the mail, so that nobody misses them. */
function pointers({ newHosts, accounts, quarantined, refusedReload, rottenRules = [] }: Report): string[] {
  const parts = [
    newHosts.length > 0 ? amount(newHosts.length, "new host") : "",
    lossSentences(accounts).length > 0 ? "losses" : "",
    rottenRules.length > 0 ? `${amount(rottenRules.length, "rule")} that stopped matching` : "",
    refusedReload === undefined ? "" : "a refused reload",
    quarantined.length > 0 ? `${amount(quarantined.length, "rule")} out of force` : "",
  ].filter((part) => part !== "")
  return parts.length === 0 ? [] : [`At the end of this mail: ${parts.join(", ")}.`]
}

function sectionPart(section: Section, time: TellTime): Part {
  const hosts: Passage[] = section.hosts.map((host) => ({
    kind: "host",
    heading: hostHeading(host),
    entries: host.groups.map((tally) => entry(tally, time)),
    rest: omittedGroups(host),
  }))
  const omitted = omittedHosts(section.omitted)
  return {
    heading: name(section.title),
    layer: section.layer,
    passages: omitted === "" ? hosts : [...hosts, { kind: "lines", lines: [omitted] }],
  }
}

function newHosts(hosts: readonly string[]): Part[] {
  if (hosts.length === 0) return []
  const names = hosts.slice(0, MAX_NEW_HOSTS).map(name)
  if (hosts.length > names.length) names.push(`and ${grouped(hosts.length - names.length)} more`)
  return [{ heading: "New hosts", passages: [prose(`Seen for the first time: ${names.join(", ")}.`)] }]
}

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
    prose(`New, similar lines since then (${linesInGroups(lines, groups.length)}):`),
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
  const entries = suggestedRules.map(({ rule, lines, hosts, days }) => ({
    sample: printable(rule),
    notes: [`would have hidden ${amount(lines, "line")} on ${amount(hosts, "host")} in ${amount(days, "day")}`],
  }))
  const more =
    attachedRules === undefined ? "`tamis suggest` prints more rules" : "The attached rule file has more rules"
  const advice = `Add a rule only after you have read its lines and know that they are normal. ${more}, with samples.`
  return [{ heading: "Suggested rules", passages: [{ kind: "entries", entries }, prose(advice)] }]
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

/** Shows times, without the day if the whole report lies within one. */
function timeTeller({ opensAtMs, closesAtMs, accounts }: Report, clock: ZonedTime): TellTime {
  // Lines that waited in memory for the store are older than their window.
  const first = clock.minute(Math.min(opensAtMs, accounts.total.firstMs))
  const last = clock.minute(Math.max(closesAtMs - 1, accounts.total.lastMs))
  const from = sameDay(first, last) ? "Nov 23 ".length : 0
  return (ms) => clock.stamp(ms).slice(from)
}

function sameDay(a: string, b: string): boolean {
  const length = "2026-11-23".length
  return a.slice(0, length) === b.slice(0, length)
}
