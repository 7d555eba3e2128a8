/**
 * What a mail says, in the order in which it says it: the one structure that its text and its HTML are made of.
 *
 * Everything that came over the network has passed `printable`, so no string here holds control characters. The
 * sections fit the report's limit as text; what surrounds them is FRAME_BYTES at most.
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

/** At most what stands before and after the sections as text, were every name in it made of escapes. Usually 2 KiB. */
export const FRAME_BYTES = 204_800

const MAX_NEW_HOSTS = 30
/** Of lines that are like what a silent rule matched. */
const MAX_LIKE_LINES = 3
const MAX_LIKE_CHARACTERS = 300
const MAX_PROPOSAL_CHARACTERS = 1_000
const MAX_PROBLEMS = 15
const MAX_PROBLEM_CHARACTERS = 300

export interface Document {
  /** The digest and its span. */
  readonly title: string
  readonly summary: string
  readonly parts: readonly Part[]
}

export interface Part {
  readonly heading: string
  /** Of a section. */
  readonly layer?: Layer
  readonly passages: readonly Passage[]
}

export type Passage =
  /** To be broken into lines. */
  | { readonly kind: "prose"; readonly text: string }
  /** As they are, however long. */
  | { readonly kind: "lines"; readonly lines: readonly string[] }
  /** A host's groups. */
  | { readonly kind: "host"; readonly heading: string; readonly entries: readonly Entry[]; readonly rest: string }
  /** With what there is to say of each. */
  | { readonly kind: "entries"; readonly entries: readonly Entry[] }
  /** Of promise 1. */
  | { readonly kind: "accounts"; readonly rows: readonly AccountRow[] }

/** Composes the document of a report. Times are told in `timeZone`, an IANA name. */
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
  const sentences = [amounts(report), ...room(report), ...pointers(report)]
  if (report.windows > 1) {
    sentences.push(`These are ${grouped(report.windows)} windows: earlier ones could not be delivered in time.`)
  }
  return sentences.join(" ")
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
function pointers({ newHosts, accounts, quarantined, refusedReload, rottenRules = [] }: Report): string[] {
  const parts = [
    newHosts.length > 0 ? amount(newHosts.length, "new host") : "",
    lossSentences(accounts).length > 0 ? "losses" : "",
    rottenRules.length > 0 ? `${amount(rottenRules.length, "rule")} that fell silent` : "",
    refusedReload === undefined ? "" : "a refused reload",
    quarantined.length > 0 ? `${amount(quarantined.length, "rule")} out of force` : "",
  ].filter((part) => part !== "")
  return parts.length === 0 ? [] : [`At the end: ${parts.join(", ")}.`]
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
  return [{ heading: "Rules out of force", passages: [problemLines(problems), prose("All other rules are in force.")] }]
}

function rot({ rottenRules = [] }: Report, clock: ZonedTime): Part[] {
  if (rottenRules.length === 0) return []
  return [{ heading: "Rules that fell silent", passages: rottenRules.flatMap((each) => rottenPassages(each, clock)) }]
}

function rottenPassages({ rule, record, groups, proposal }: RottenRule, clock: ZonedTime): Passage[] {
  const { hits, firstMs, lastMs, sample } = record
  const days = Math.max(Math.round((lastMs - firstMs) / DAY_MS), 1)
  const daily = Math.round(hits / days)
  const rate = daily > 1 ? `some ${amount(daily, "line")} a day` : `${amount(hits, "line")} in ${amount(days, "day")}`
  const lines = groups.reduce((sum, { count }) => sum + count, 0)
  const shown = groups.slice(0, MAX_LIKE_LINES).map(({ samples, template }) => samples[0] ?? template)
  const start = (text: string) => printableStart(text, MAX_LIKE_CHARACTERS)
  const passages: Passage[] = [
    prose(
      `${name(rule.path)}:${rule.line} has matched nothing since ${clock.minute(lastMs)}. Before, it matched ${rate}. ` +
        "It reads as follows; below it is one of the last lines that it matched:",
    ),
    { kind: "lines", lines: [printable(rule.text), start(sample)] },
    prose(`New since then and like it, ${linesInGroups(lines, groups.length)}:`),
    { kind: "lines", lines: shown.map(start) },
  ]
  if (proposal === undefined || proposal.pattern.length > MAX_PROPOSAL_CHARACTERS) return passages
  const wish = isRaising(rule) ? "Where they matter as much" : "Where they are as harmless"
  const way = proposal.isChange ? "this change of the rule takes them in" : "this is a rule for them"
  return [...passages, prose(`${wish}, ${way}:`), { kind: "lines", lines: [printable(proposal.pattern)] }]
}

function refusedReload({ refusedReload: refused }: Report, clock: ZonedTime): Part[] {
  if (refused === undefined) return []
  const sentence =
    `Rules and configuration were to be read anew at ${clock.stamp(refused.atMs)}, and could not be used. ` +
    "What was in force before still is."
  return [{ heading: "A refused reload", passages: [problemLines(refused.problems), prose(sentence)] }]
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
  const more = attachedRules === undefined ? "`tamis suggest` has more" : "The attached rule file has more"
  const advice = `For what you know to be normal, once you have read it. ${more}, with samples.`
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

/** Leaves the day away where all of the report lies in one. */
function timeTeller({ opensAtMs, closesAtMs, accounts }: Report, clock: ZonedTime): TellTime {
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
