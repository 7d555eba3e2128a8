/**
 * The blocks that a mail's sections are made of, each ending in a line feed.
 *
 *     Security Events for su                                        section heading
 *     =-=-=-=-=-=-=-=-=-=-=-
 *
 *     web1: 3 lines in 1 group                                      host heading
 *
 *     Nov 23 09:00:12 web1 su[77]: FAILED SU (to root) bob on pts/0     group
 *         3 such lines, 09:00:12 to 09:41:40; rule violations.d/su:3
 *
 * A sample stands at the margin and unbroken, however long: people copy it into a rule file, or into
 * `tamis explain`.
 */
import type { Tally } from "../tally/tally.ts"
import { amount } from "./amount.ts"
import { printableStart } from "./printable.ts"
import type { HostSection, Omission } from "./report.ts"

/** Of one sample. Lines of applications that log whole requests go on for pages. */
const MAX_SAMPLE_CHARACTERS = 1_000

/** Of a host, a program, a title, a rule. */
const MAX_NAME_CHARACTERS = 100

/** How the time of a group is told: with the day where the report covers more than one. */
export type TellTime = (ms: number) => string

export function name(text: string): string {
  return printableStart(text, MAX_NAME_CHARACTERS)
}

/** `13 lines in 2 groups`, or `2 lines` where each is a group of its own. */
export function linesInGroups(lines: number, groups: number): string {
  return lines === groups ? amount(lines, "line") : `${amount(lines, "line")} in ${amount(groups, "group")}`
}

/** A title underlined as logcheck does. */
export function heading(title: string): string {
  const shown = name(title)
  return `${shown}\n${"=-".repeat(shown.length).slice(0, shown.length)}\n\n`
}

export function hostHeading(section: HostSection): string {
  const lines = section.groups.reduce((sum, group) => sum + group.count, section.omittedLines)
  const groups = section.groups.length + section.omittedGroups
  return `${name(section.host)}: ${linesInGroups(lines, groups)}\n\n`
}

export function group(tally: Tally, time: TellTime): string {
  const sample = tally.samples[0] ?? tally.template
  const notes = [...occurrence(tally, sample, time), ...provenance(tally.rules)]
  const line = `${printableStart(sample, MAX_SAMPLE_CHARACTERS)}\n`
  return notes.length === 0 ? line : `${line}    ${notes.join("; ")}\n`
}

/** When, and how often. Nothing, where the sample's own header says it: one line, and its clock is right. */
function occurrence(tally: Tally, sample: string, time: TellTime): string[] {
  const first = time(tally.firstMs)
  const last = time(tally.lastMs)
  const when = first === last ? `at ${first}` : `${first} to ${last}`
  if (tally.coarseness > 0) {
    return [`${amount(tally.count, "further line")}${owner(tally)} beyond the limit of groups, ${when}`]
  }
  if (tally.count > 1) return [`${amount(tally.count, "such line")}, ${when}`]
  const hourAndMinute = first.slice(-"09:00:12".length, -":12".length)
  return sample.includes(hourAndMinute) ? [] : [`received ${first}`]
}

function owner(tally: Tally): string {
  if (tally.coarseness === 1) return tally.program === "" ? " without a program" : ` of ${name(tally.program)}`
  return tally.coarseness === 2 ? " of this host" : " of further hosts"
}

function provenance(rules: readonly string[]): string[] {
  if (rules.length === 0) return []
  return [`${rules.length === 1 ? "rule" : "rules"} ${rules.map(name).join(", ")}`]
}

export function omittedGroups(section: HostSection): string {
  if (section.omittedGroups === 0) return ""
  return `    … and ${amount(section.omittedGroups, "group")} more, ${amount(section.omittedLines, "line")}, for which there is no room\n`
}

export function omittedHosts({ hosts, groups, lines }: Omission): string {
  if (hosts === 0) return ""
  return `${amount(hosts, "further host")}: ${linesInGroups(lines, groups)}, for which there is no room\n`
}

/** At most what a group takes in the mail, whatever the zone. */
export function groupBytes(tally: Tally): number {
  return Buffer.byteLength(group(tally, (ms) => String(ms).padStart(LONGEST_TIME.length)))
}

const LONGEST_TIME = "Nov 23 09:00:12"

/** At most what a section's heading and what it says about omitted hosts take. */
export function sectionFrameBytes(title: string): number {
  return 2 * Buffer.byteLength(name(title)) + 150
}

/** At most what a host's heading and what it says about omitted groups take. */
export function hostFrameBytes(host: string): number {
  return Buffer.byteLength(name(host)) + 170
}
