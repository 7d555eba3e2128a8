/** What a mail says of one entry: a line of it, unchanged, and a note below. */
import type { DigestEntry } from "../digest/entry.ts"
import type { PlaceValues } from "../digest/place-values.ts"
import { SEVERITIES } from "../syslog/severity.ts"
import { severityCounts } from "../tally/tally.ts"
import { amount, grouped } from "../text/amount.ts"
import { roundDuration } from "../text/duration.ts"
import { printable, printableStart } from "../text/printable.ts"

/** Longer samples are cut: some applications log whole requests. */
const MAX_SAMPLE_CHARACTERS = 1_000

/** Longer names of hosts, programs, titles and rules are cut. */
const MAX_NAME_CHARACTERS = 100

/** Hosts of an entry that are named. */
const MAX_HOSTS = 5

/** Values of a place that are named, and places. */
const MAX_VALUES = 3
const MAX_PLACES = 3

/** The values of a number are named where there are so few of them: a port or a size tells nothing. */
const MAX_NUMBERS = 5

/** Formats the time of an entry: with the day if the report covers more than one. */
export type TellTime = (ms: number) => string

/** Facts about the report that an entry's note depends on. */
export interface EntryContext {
  readonly time: TellTime
  /** Hosts in the accounts. */
  readonly hosts: number
}

export interface EntryText {
  readonly id: string
  /** One of its lines, unchanged. */
  readonly sample: string
  /** Empty for a single line that says it all. */
  readonly notes: readonly string[]
}

export function name(text: string): string {
  return printableStart(text, MAX_NAME_CHARACTERS)
}

export function entryText(entry: DigestEntry, context: EntryContext): EntryText {
  const sample = entry.samples[0] ?? entry.form
  return {
    id: entry.id,
    sample: printableStart(sample, MAX_SAMPLE_CHARACTERS),
    notes: [
      ...(entry.topic === undefined ? [] : [`${name(entry.topic)} alarm`]),
      ...occurrence(entry, context),
      ...boot(entry),
      ...trace(entry),
      ...end(entry, context.time),
      ...comparison(entry),
      ...severity(entry),
      ...entry.places.flatMap(values).slice(0, MAX_PLACES),
      ...provenance(entry.rules),
    ],
  }
}

/** A note that is short, or fits behind its sample on a line of this length, stands there: the entry takes one line. */
const SHORT_NOTE = 48
const LINE_WITH_NOTE = 140

/** A sample at the margin, its note behind or below it, the entry's id at the end. */
export function entryLines({ id, sample, notes }: EntryText): string {
  const note = notes.join("; ")
  if (note === "") return `${sample}  #${id}\n`
  const isBehind = note.length <= SHORT_NOTE || sample.length + note.length <= LINE_WITH_NOTE
  return isBehind ? `${sample}  (${note})  #${id}\n` : `${sample}\n    ${note}  #${id}\n`
}

/** Count, hosts and times. Empty for a single line, whose own header has its time. */
function occurrence(entry: DigestEntry, { time, hosts }: EntryContext): string[] {
  const first = time(entry.firstMs)
  const last = time(entry.lastMs)
  const when = first === last ? `at ${first}` : `${first} to ${last}`
  if (entry.coarseness > 0) {
    return [`${amount(entry.count, "further line")}${owner(entry)} in too many groups to list, ${when}`]
  }
  // A single host stands in the sample.
  const where = entry.hosts.length > 1 ? ` on ${hostList(entry, hosts)}` : ""
  const own = entry.count - (entry.traceLines ?? 0)
  if (own > 1) return [`${amount(own, "line")}${where}, ${when}`]
  return []
}

function boot({ bootLines = 0 }: DigestEntry): string[] {
  return bootLines === 0 ? [] : [`the start of the host, with ${amount(bootLines, "further line")} of the kernel`]
}

function trace({ traceLines = 0 }: DigestEntry): string[] {
  return traceLines === 0 ? [] : [`+${amount(traceLines, "line")} of trace`]
}

function end({ end: ended }: DigestEntry, time: TellTime): string[] {
  if (ended === undefined) return []
  if (ended === "lasts") return ["has not ended"]
  const { atMs, afterMs } = ended
  return [`ended at ${time(atMs)}${afterMs === undefined ? "" : `, after ${roundDuration(afterMs)}`}`]
}

/** Hosts with a line each that are named without numbers. */
const MAX_PLAIN_HOSTS = 3

/** `12 of 40 hosts: web1 312, web2 44, …`, or `web1, web2` where each has one line. */
function hostList({ hosts }: DigestEntry, all: number): string {
  if (hosts.length <= MAX_PLAIN_HOSTS && hosts.every(({ count }) => count === 1)) {
    return hosts.map((host) => name(host.name)).join(", ")
  }
  const named = hosts.slice(0, MAX_HOSTS).map((host) => `${name(host.name)} ${grouped(host.count)}`)
  return `${hosts.length} of ${amount(Math.max(all, hosts.length), "host")}: ${named.join(", ")}${hosts.length > MAX_HOSTS ? ", …" : ""}`
}

function owner({ coarseness, program, hosts }: DigestEntry): string {
  if (coarseness === 1) return program === "" ? " without a program" : ` of ${name(program)}`
  return coarseness === 2
    ? ` of ${hosts
        .map((host) => name(host.name))
        .slice(0, MAX_HOSTS)
        .join(", ")}`
    : " of further hosts"
}

/** The reason why a known form is news. */
function comparison({ news, newOn, hosts, usuallyHourly, traceLines, bootLines = 0 }: DigestEntry): string[] {
  if (news === "more" && usuallyHourly !== undefined) return [`usually ${rate(usuallyHourly)}`]
  if (news !== "new" || usuallyHourly === undefined) return []
  if (newOn.length === 0 && bootLines > 0) return []
  if (newOn.length === 0) return [traceLines === undefined ? "new account or address" : "new in the trace"]
  if (hosts.length === newOn.length) return [`new on ${newOn.length === 1 ? "this host" : "these hosts"}`]
  return [`new on ${newOn.slice(0, MAX_HOSTS).map(name).join(", ")}${newOn.length > MAX_HOSTS ? ", …" : ""}`]
}

/** `3 an hour`, `2 a day`. */
export function rate(hourly: number): string {
  if (hourly >= 1) return `${grouped(Math.round(hourly))} an hour`
  const daily = Math.round(hourly * 24)
  return daily >= 1 ? `${grouped(daily)} a day` : "less than one a day"
}

/** The least grave severity that is worth a word: most programs say everything below it. */
const LEAST_MENTIONED = SEVERITIES.indexOf("err")

/** `severity err`, or, where lines differ, `severity 3 err, 9 info`. */
function severity({ severities, count }: DigestEntry): string[] {
  const counts = Object.entries(severityCounts({ severities: [...severities] }))
  const gravest = severities.findIndex((lines) => lines > 0)
  if (gravest === -1 || gravest > LEAST_MENTIONED) return []
  if (counts.length === 1 && counts[0]?.[1] === count) return [`severity ${counts[0][0]}`]
  return [`severity ${counts.map(([keyword, lines]) => `${grouped(lines)} ${keyword}`).join(", ")}`]
}

/** `9 addresses: 218.75.153.170 ×695, …`. Empty where there is one value, or where values tell nothing. */
export function values({ mask, distinct, isExact, top, range }: PlaceValues): string[] {
  if (distinct < 2) return []
  const isNumber = range !== undefined
  if (isNumber && (!isExact || distinct > MAX_NUMBERS || top.every(([, lines]) => lines === 1))) return []
  if (!isNumber && mask !== "<ip>" && mask !== "<*>" && mask !== "<mail>") return []
  const noun =
    mask === "<ip>" ? amount(distinct, "address", "addresses") : amount(distinct, isNumber ? "number" : "value")
  // A rare value beside a common one is what a reader wants to see.
  const shown = isNumber ? top : top.slice(0, MAX_VALUES)
  const named = shown.map(([value, lines]) => `${printable(value)} ×${grouped(lines)}`)
  return [`${isExact ? "" : "about "}${noun}: ${named.join(", ")}${distinct > shown.length ? ", …" : ""}`]
}

function provenance(rules: readonly string[]): string[] {
  if (rules.length === 0) return []
  return [`${rules.length === 1 ? "rule" : "rules"} ${rules.map(name).join(", ")}`]
}
