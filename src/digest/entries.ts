/**
 * Tallies become entries: one for each family in each section, over all hosts, judged against the digest's memory.
 *
 *     tallies ──host apart──> templates ──families──> forms ──memory──> entries
 *
 * Every line is in exactly one entry of each of its sections, so counts add up.
 */

import { SEVERITIES } from "../syslog/severity.ts"
import type { DigestMemory } from "../tally/digest-memory.ts"
import type { Tally } from "../tally/tally.ts"
import { compareText } from "../text/compare-text.ts"
import { HOUR_MS } from "../units.ts"
import { accessesOf, isAccess } from "./access.ts"
import { foldBoots } from "./boots.ts"
import { DigestForms } from "./digest-forms.ts"
import type { DigestEntry } from "./entry.ts"
import { EntryNames } from "./entry-names.ts"
import { withoutHost } from "./families.ts"
import { sum, type Whole } from "./fold.ts"
import { hostsOf } from "./host-counts.ts"
import { keyOf } from "./known-forms.ts"
import { judgeNews } from "./news.ts"
import { byOrder } from "./order.ts"
import { placesOf } from "./place-values.ts"
import { remember } from "./remember.ts"
import { chooseSamples } from "./samples.ts"
import { foldStates } from "./states.ts"
import { foldTraces } from "./traces.ts"

export interface DigestSource {
  readonly tallies: readonly Tally[]
  /** Of the windows before these. */
  readonly memory: DigestMemory
  /** The length of the windows that the tallies are from. */
  readonly spanMs: number
  /** Serves many windows of one digest, one after the other. */
  readonly forms?: DigestForms | undefined
}

export interface Digested {
  /** In the order of the mail. */
  readonly entries: readonly DigestEntry[]
  /** The tallies of each entry. */
  readonly talliesOf: ReadonlyMap<DigestEntry, readonly Tally[]>
  /** The memory with these windows in it. */
  readonly memory: DigestMemory
}

export function digestEntries({ tallies, memory, spanMs, forms = new DigestForms() }: DigestSource): Digested {
  const names = new EntryNames(tallies, memory, forms)
  const rows = tallies.flatMap((tally) => {
    const form = names.formOf(tally)
    return tally.sections.map((section) => ({ section, tally, form }))
  })
  const groups = Map.groupBy(rows, (row) => `${keyOf(row)}\0${row.tally.alarm ?? ""}`)
  const hours = Math.max(spanMs, 1) / HOUR_MS
  const drafts = [...groups.values()].map((members) => draft(members, names))
  const judge = ({ accesses, tallies: own, ...entry }: Draft): Whole => {
    const before = names.known(entry)
    const hosts = entry.hosts.map(({ name }) => name)
    const { topic, count } = entry
    const judged = judgeNews({ topic, hosts, hourly: count / hours, count, accesses }, before, memory)
    return { entry: { ...entry, ...judged, usuallyHourly: before?.hourly }, tallies: own }
  }
  const wholes = foldStates(
    foldTraces(foldBoots(drafts.map(judge), (boot) => names.known(boot))),
    ({ entry, tallies: own }) => judge({ ...entry, topic: undefined, accesses: [], tallies: own }),
  )
  const talliesOf = new Map(wholes.map(({ entry, tallies: own }) => [entry, own]))
  const occurrences = drafts.map((entry) => ({ ...entry, hosts: entry.hosts.map(({ name }) => name) }))
  return {
    entries: [...talliesOf.keys()].sort(byOrder),
    talliesOf,
    memory: remember(memory, names.knownForms, occurrences, spanMs),
  }
}

interface Row {
  readonly section: string
  readonly form: string
  readonly tally: Tally
}

interface Draft extends Omit<DigestEntry, "news" | "newOn" | "usuallyHourly"> {
  /** Empty where the lines are no logins. */
  readonly accesses: readonly string[]
  readonly tallies: readonly Tally[]
}

function draft(rows: readonly Row[], names: EntryNames): Draft {
  const heaviest = rows
    .map(({ tally }) => tally)
    .sort((a, b) => b.count - a.count || compareText(a.fingerprint, b.fingerprint))
  const { section, form } = rows[0]!
  const first = heaviest[0]!
  return {
    id: names.idOf({ section, form, topic: first.alarm }),
    layer: first.layer,
    section,
    topic: first.alarm,
    form,
    program: first.program,
    count: sum(heaviest.map(({ count }) => count)),
    firstMs: heaviest.reduce((least, { firstMs }) => Math.min(least, firstMs), Number.POSITIVE_INFINITY),
    lastMs: heaviest.reduce((most, { lastMs }) => Math.max(most, lastMs), 0),
    hosts: hostsOf(heaviest),
    severities: SEVERITIES.map((_, severity) => sum(heaviest.map(({ severities }) => severities[severity] ?? 0))),
    samples: chooseSamples(heaviest),
    rules: [...new Set(heaviest.flatMap(({ rules }) => rules))],
    places: placesOf(form, heaviest, names.values),
    coarseness: first.coarseness,
    accesses: [
      ...new Set(heaviest.filter(isAccess).flatMap((tally) => accessesOf(withoutHost(tally.template), tally))),
    ],
    tallies: heaviest,
  }
}
