/** An entry as `tamis show` prints it: as text, and as JSON. */
import type { EntryHost, News } from "../digest/entry.ts"
import type { PlaceValues } from "../digest/place-values.ts"
import { name, rate, values } from "../report/entry-text.ts"
import { zonedTime } from "../report/zoned-time.ts"
import type { Layer } from "../rules/rule.ts"
import type { StoredLine } from "../store/kept-lines.ts"
import { amount, grouped } from "../text/amount.ts"
import { isoTime } from "../text/iso-time.ts"
import { printable } from "../text/printable.ts"
import { printableJson } from "../text/printable-json.ts"
import { MINUTE_MS, SECOND_MS } from "../units.ts"
import { lineWithId } from "./kept-entries.ts"

export interface ShownLine extends StoredLine {
  readonly host: string
  readonly entry: string | undefined
}

export interface ShownEntry {
  readonly id: string
  readonly digest: string
  readonly section: string
  readonly layer: Layer
  readonly topic: string | undefined
  /** Undefined where the entry is in no window that waits for a mail. */
  readonly news: News | undefined
  readonly template: string
  readonly sample: string
  /** In `retain.days`. */
  readonly count: number
  /** Most lines first. */
  readonly hosts: readonly EntryHost[]
  readonly firstMs: number
  readonly lastMs: number
  /** In how many windows it was, of how many that the digest knows. */
  readonly windows: number
  readonly knownWindows: number
  /** Undefined where it is not known yet. */
  readonly usuallyHourly: number | undefined
  readonly rules: readonly string[]
  readonly places: readonly PlaceValues[]
  /** Number of kept lines. */
  readonly kept: number
  /** The newest of them, the newest last. */
  readonly lines: readonly ShownLine[]
  /** Other lines of the same hosts, by host. */
  readonly around: readonly (readonly ShownLine[])[]
  readonly aroundMs: number
}

const NEWS: Readonly<Record<News, string>> = {
  alarming: "alarming",
  new: "new",
  more: "more than usual",
  usual: "as usual",
}

/** Hosts that are named. `--json` has all. */
const MAX_HOSTS = 10

export function entryPage(entry: ShownEntry, timeZone: string): string {
  const clock = zonedTime(timeZone)
  const { id, sample, section, topic, news, digest, template, rules, places, kept, lines, around } = entry
  const facts: readonly (readonly [string, string | undefined])[] = [
    ["section", `${section} of digest ${digest}`],
    ["alarm", topic],
    ["now", news && NEWS[news]],
    ["template", template],
    ["lines", `${grouped(entry.count)} on ${amount(entry.hosts.length, "host")}: ${hostNames(entry.hosts)}`],
    ["first seen", clock.minute(entry.firstMs)],
    ["last seen", clock.minute(entry.lastMs)],
    ["usually", usually(entry)],
    ...places
      .flatMap(values)
      .map((each) => ["values", kept < entry.count ? `${each} (in the kept lines)` : each] as const),
    ["rules", rules.length === 0 ? undefined : rules.join(", ")],
  ]
  const shown = facts.flatMap(([label, value]) =>
    value === undefined ? [] : [`  ${label.padEnd(11)}${printable(value)}`],
  )
  const page = [`${lineWithId(sample, id)}\n${shown.join("\n")}\n`]
  if (kept === 0) page.push("tamis keeps no line of this entry any more.\n")
  else {
    const which = lines.length < kept ? `, the newest ${grouped(lines.length)}` : ""
    page.push(
      `${amount(kept, "line")} kept${which}:\n\n${lines.map(({ line }) => lineWithId(line, undefined)).join("")}`,
    )
  }
  for (const others of around) {
    const heading = `Other lines of ${name(others[0]!.host)} within ${span(entry.aroundMs)} of the newest line:`
    page.push(`${heading}\n\n${others.map(({ line, entry: of }) => lineWithId(line, of)).join("")}`)
  }
  return page.join("\n")
}

function hostNames(hosts: readonly EntryHost[]): string {
  const named = hosts.slice(0, MAX_HOSTS).map((host) => `${name(host.name)} ${grouped(host.count)}`)
  return `${named.join(", ")}${hosts.length > MAX_HOSTS ? ", …" : ""}`
}

function usually({ usuallyHourly, windows, knownWindows }: ShownEntry): string {
  if (usuallyHourly === undefined) return "not known yet: it is in no earlier window"
  return `${rate(usuallyHourly)}, in ${grouped(windows)} of ${amount(knownWindows, "window")}`
}

function span(ms: number): string {
  return ms % MINUTE_MS === 0 ? amount(ms / MINUTE_MS, "minute") : amount(ms / SECOND_MS, "second")
}

export function entryJson(entry: ShownEntry): string {
  const { id, digest, section, layer, topic, news, template, sample, count, hosts, rules, places, kept } = entry
  return printableJson({
    ...{ id, digest, section, layer, alarm: topic, news, template, sample, count, hosts },
    first: isoTime(entry.firstMs),
    last: isoTime(entry.lastMs),
    ...{ windows: entry.windows, knownWindows: entry.knownWindows, usuallyHourly: entry.usuallyHourly, rules },
    values: places.map(({ mask, distinct, isExact, top, range }) => ({ mask, distinct, exact: isExact, top, range })),
    kept,
    lines: entry.lines.map(lineDocument),
    around: entry.around.flat().map(lineDocument),
  })
}

function lineDocument({ receivedAtMs, host, entry, line }: ShownLine) {
  return { at: isoTime(receivedAtMs), host, entry, line }
}
