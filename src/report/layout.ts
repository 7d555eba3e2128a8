/** The pieces of a mail's sections: the texts about hosts and groups, and the room that they take. */
import { SEVERITIES } from "../syslog/severity.ts"
import { severityCounts, type Tally, worstSeverity } from "../tally/tally.ts"
import { amount, grouped } from "../text/amount.ts"
import { printableStart } from "../text/printable.ts"
import type { HostSection, Omission } from "./report.ts"

/** Longer samples are cut: some applications log whole requests. */
const MAX_SAMPLE_CHARACTERS = 1_000

/** Longer names of hosts, programs, titles and rules are cut. */
const MAX_NAME_CHARACTERS = 100

/** Formats the time of a group: with the day if the report covers more than one. */
export type TellTime = (ms: number) => string

export function name(text: string): string {
  return printableStart(text, MAX_NAME_CHARACTERS)
}

/** `13 lines in 2 groups`, or `2 lines` if each is a group of its own. */
export function linesInGroups(lines: number, groups: number): string {
  return lines === groups ? amount(lines, "line") : `${amount(lines, "line")} in ${amount(groups, "group")}`
}

export function hostHeading(section: HostSection): string {
  const lines = section.groups.reduce((sum, group) => sum + group.count, section.omittedLines)
  const groups = section.groups.length + section.omittedGroups
  return `${name(section.host)}: ${linesInGroups(lines, groups)}`
}

/** The text about one group. */
export interface Entry {
  /** One of its lines, unchanged. */
  readonly sample: string
  /** When it came and how often, how grave its sender calls it, and the rules that raised it. */
  readonly notes: readonly string[]
}

export function entry(tally: Tally, time: TellTime): Entry {
  const sample = tally.samples[0] ?? tally.template
  return {
    sample: printableStart(sample, MAX_SAMPLE_CHARACTERS),
    notes: [...occurrence(tally, sample, time), ...severity(tally), ...provenance(tally.rules)],
  }
}

export function entryText({ sample, notes }: Entry): string {
  return notes.length === 0 ? `${sample}\n` : `${sample}\n    ${notes.join("; ")}\n`
}

/** Count and times. Empty for a single line whose own header has the right time. */
function occurrence(tally: Tally, sample: string, time: TellTime): string[] {
  const first = time(tally.firstMs)
  const last = time(tally.lastMs)
  const when = first === last ? `at ${first}` : `${first} to ${last}`
  if (tally.coarseness > 0) {
    return [`${amount(tally.count, "further line")}${owner(tally)} in too many groups to list, ${when}`]
  }
  if (tally.count > 1) return [`${amount(tally.count, "such line")}, ${when}`]
  const hourAndMinute = first.slice(-"09:00:12".length, -":12".length)
  return sample.includes(hourAndMinute) ? [] : [`received ${first}`]
}

function owner(tally: Tally): string {
  if (tally.coarseness === 1) return tally.program === "" ? " without a program" : ` of ${name(tally.program)}`
  return tally.coarseness === 2 ? " of this host" : " of further hosts"
}

/** The least grave severity that is worth a word: what is below it is what most programs say of everything. */
const LEAST_MENTIONED = SEVERITIES.indexOf("err")

/** `severity err`, or, where lines differ, `severity 3 err, 9 info`. */
function severity(tally: Tally): string[] {
  const worst = worstSeverity(tally)
  if (worst === undefined || SEVERITIES.indexOf(worst) > LEAST_MENTIONED) return []
  const counts = Object.entries(severityCounts(tally))
  if (counts.length === 1 && counts[0]?.[1] === tally.count) return [`severity ${worst}`]
  return [`severity ${counts.map(([name, count]) => `${grouped(count)} ${name}`).join(", ")}`]
}

function provenance(rules: readonly string[]): string[] {
  if (rules.length === 0) return []
  return [`${rules.length === 1 ? "rule" : "rules"} ${rules.map(name).join(", ")}`]
}

export function omittedGroups(section: HostSection): string {
  if (section.omittedGroups === 0) return ""
  return `… and ${amount(section.omittedGroups, "more group")} (${amount(section.omittedLines, "line")}), left out: the mail is full`
}

export function omittedHosts({ hosts, groups, lines }: Omission): string {
  if (hosts === 0) return ""
  return `${amount(hosts, "further host")}: ${linesInGroups(lines, groups)}, left out: the mail is full`
}

/** The most bytes that a group takes in the text of a mail, in any time zone. */
export function groupBytes(tally: Tally): number {
  return Buffer.byteLength(entryText(entry(tally, (ms) => String(ms).padStart(LONGEST_TIME.length))))
}

const LONGEST_TIME = "Nov 23 09:00:12"

/** The most bytes that a section's heading and its line about omitted hosts take. */
export function sectionFrameBytes(title: string): number {
  return 2 * Buffer.byteLength(name(title)) + 150
}

/** The most bytes that a host's heading and its line about omitted groups take. */
export function hostFrameBytes(host: string): number {
  return Buffer.byteLength(name(host)) + 170
}
