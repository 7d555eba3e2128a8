/**
 * `tamis show ID`: what lies behind an entry of a mail, from the store of the service, which may be running.
 *
 * Exit status 0: done; 2: the command failed, for example because there is no such entry.
 */
import { digestEntries } from "../digest/entries.ts"
import type { News } from "../digest/entry.ts"
import { hostsOf } from "../digest/host-counts.ts"
import { placesOf } from "../digest/place-values.ts"
import type { StoredLine } from "../store/kept-lines.ts"
import type { KnownForm } from "../tally/digest-memory.ts"
import type { Tally } from "../tally/tally.ts"
import { Template } from "../tally/template.ts"
import { countValue, noValues, trimValues, type Values } from "../tally/values.ts"
import { configuration } from "./configuration.ts"
import { digestGroups, entryIds, type FoundEntry, findEntry } from "./kept-entries.ts"
import { durationOf } from "./moment.ts"
import { chooseDigests, withStore } from "./open-windows.ts"
import type { Output } from "./output.ts"
import { entryJson, entryPage, type ShownEntry, type ShownLine } from "./shown-entry.ts"

export interface ShowOptions {
  readonly config?: string
  readonly digest?: string
  readonly host?: string
  readonly lines: number
  readonly around: string
  readonly json?: boolean
}

const ALWAYS = { fromMs: 0, untilMs: Number.MAX_SAFE_INTEGER }

/** Hosts around whose newest lines other lines are shown, and lines of each. */
const MAX_HOSTS_AROUND = 3
const MAX_LINES_AROUND = 30

/** Lines whose values are counted, the newest ones. */
const MAX_VALUED_LINES = 10_000

export async function show(id: string, options: ShowOptions, output: Output): Promise<0> {
  const { config } = configuration(options.config)
  const aroundMs = durationOf("--around", options.around)
  const chosen = chooseDigests(config, options.digest).map(({ name }) => name)
  const nowMs = Date.now()
  const shown = await withStore(config, async (store): Promise<ShownEntry> => {
    const groups = await store.keptGroups()
    const digests = await digestGroups(store, config, groups)
    const entry = findEntry(
      digests.filter(({ digest }) => chosen.includes(digest)),
      id,
    )
    const hostOf = new Map(groups.map(({ fingerprint, host }) => [fingerprint, host]))
    const ids = entryIds(digests)
    const shownLine = (line: StoredLine): ShownLine => {
      return { ...line, host: hostOf.get(line.fingerprint) ?? "", entry: ids.get(line.fingerprint) }
    }
    const members = new Set(entry.members.map(({ fingerprint }) => fingerprint))
    const isWanted = (host: string) => options.host === undefined || options.host === host
    const wanted = groups.filter(({ fingerprint, host }) => members.has(fingerprint) && isWanted(host))
    const fingerprints = wanted.map(({ fingerprint }) => fingerprint)
    const kept = await store.keptLines(fingerprints, ALWAYS)
    const lines = kept.slice(Math.max(kept.length - options.lines, 0)).map(shownLine)
    const around: ShownLine[][] = []
    for (const { host, receivedAtMs } of aroundMs === 0 ? [] : newestOfHosts(lines)) {
      const others = groups.filter((group) => group.host === host && !members.has(group.fingerprint))
      const span = { fromMs: receivedAtMs - aroundMs, untilMs: receivedAtMs + aroundMs + 1 }
      const near = await store.keptLines(
        others.map(({ fingerprint }) => fingerprint),
        span,
      )
      if (near.length > 0) around.push(nearest(near, receivedAtMs).map(shownLine))
    }
    return describe(entry, { kept, lines, around, aroundMs, nowMs, host: options.host })
  })
  const { timeZone } = config.digests.find(({ name }) => name === shown.digest) ?? { timeZone: "UTC" }
  output.stdout(options.json === true ? entryJson(shown) : entryPage(shown, timeZone))
  return 0
}

interface Lines {
  readonly kept: readonly StoredLine[]
  readonly lines: readonly ShownLine[]
  readonly around: readonly (readonly ShownLine[])[]
  readonly aroundMs: number
  readonly nowMs: number
  readonly host: string | undefined
}

function describe(entry: FoundEntry, { kept, lines, around, aroundMs, nowMs, host }: Lines): ShownEntry {
  const { id, digest, section, form, topic, names } = entry
  const members = entry.members.filter((tally) => host === undefined || tally.host === host)
  const known: KnownForm | undefined = names.known(entry)
  const times = [...members.map(({ firstMs }) => firstMs), ...(known === undefined ? [] : [known.firstMs])]
  const latest = [...members.map(({ lastMs }) => lastMs), ...(known === undefined ? [] : [known.lastMs])]
  const hosts = hostsOf(members)
  return {
    ...{ id, digest, section, topic, template: form, news: newsOf(entry, nowMs) },
    layer: entry.members[0]!.layer,
    sample: kept.at(-1)?.line ?? members.flatMap(({ samples }) => samples)[0] ?? form,
    count: hosts.reduce((sum, { count }) => sum + count, 0),
    hosts,
    firstMs: Math.min(...times),
    lastMs: Math.max(...latest),
    windows: known?.windows ?? 0,
    knownWindows: entry.memory.windows,
    usuallyHourly: known?.hourly,
    rules: [...new Set(members.flatMap(({ rules }) => rules))],
    places: placesOf(form, withValues(members, kept), names.values),
    ...{ kept: kept.length, lines, around, aroundMs },
  }
}

/** As the next mail will have it; undefined where the entry is in no window that waits for a mail. */
function newsOf({ unmailed, memory, id }: FoundEntry, nowMs: number): News | undefined {
  const [oldest] = unmailed?.windows ?? []
  if (unmailed === undefined || oldest === undefined) return undefined
  const spanMs = nowMs - oldest.opensAtMs
  return digestEntries({ tallies: unmailed.tallies, memory, spanMs }).entries.find((each) => each.id === id)?.news
}

/** Gives tallies the values of their kept lines: summaries of earlier windows have none. */
function withValues(tallies: readonly Tally[], kept: readonly StoredLine[]): readonly Tally[] {
  const valuesOf = new Map<string, Values[]>()
  const template = new Template(1_024)
  for (const { fingerprint, line } of kept.slice(-MAX_VALUED_LINES)) {
    template.of(line)
    const values = valuesOf.get(fingerprint) ?? []
    valuesOf.set(fingerprint, values)
    for (let place = 0; place < template.placeCount; place += 1) {
      values[place] ??= noValues(template.maskOf(place))
      countValue(values[place]!, template.valueAt(place))
    }
  }
  for (const values of valuesOf.values()) for (const each of values) trimValues(each)
  return tallies.map((tally) => ({ ...tally, values: valuesOf.get(tally.fingerprint) ?? tally.values }))
}

function newestOfHosts(lines: readonly ShownLine[]): readonly ShownLine[] {
  const newest = new Map<string, ShownLine>()
  for (const line of lines.toReversed()) if (!newest.has(line.host)) newest.set(line.host, line)
  return [...newest.values()].slice(0, MAX_HOSTS_AROUND)
}

/** The lines that are next in time, in their order. */
function nearest(lines: readonly StoredLine[], atMs: number): readonly StoredLine[] {
  const distance = ({ receivedAtMs }: StoredLine) => Math.abs(receivedAtMs - atMs)
  const near = new Set(lines.toSorted((one, other) => distance(one) - distance(other)).slice(0, MAX_LINES_AROUND))
  return lines.filter((line) => near.has(line))
}
