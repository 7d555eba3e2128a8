/** The kept lines of a service with their entries, as the mails of a digest name them. */
import type { Config } from "../config/config.ts"
import { EntryNames } from "../digest/entry-names.ts"
import { OperatorError } from "../errors.ts"
import { Routing } from "../service/routing.ts"
import type { KeptGroup } from "../store/kept-lines.ts"
import type { TallyStore } from "../store/store.ts"
import { retainedTallies } from "../suggest/mail-leftovers.ts"
import { type DigestMemory, noMemory } from "../tally/digest-memory.ts"
import { copyTally, mergeTally } from "../tally/merge.ts"
import type { Pile } from "../tally/pile.ts"
import { noSeverities, type Tally } from "../tally/tally.ts"
import { printable } from "../text/printable.ts"
import { undeliveredWindows } from "./open-windows.ts"

/** What one digest knows of the lines that were left over in `retain.days`. */
export interface DigestGroups {
  readonly digest: string
  readonly memory: DigestMemory
  readonly names: EntryNames
  /** Groups of its hosts: from windows that are not mailed yet, earlier ones, and kept lines. */
  readonly tallies: readonly Tally[]
  /** Windows that are not mailed yet; undefined for a digest that has none. */
  readonly unmailed: Pile | undefined
}

/** Reads the groups of each digest, in the order of the configuration. */
export async function digestGroups(
  store: TallyStore,
  { digests }: Pick<Config, "digests">,
  groups: readonly KeptGroup[],
): Promise<readonly DigestGroups[]> {
  const routing = new Routing(digests)
  const found: DigestGroups[] = []
  for (const { name } of digests) {
    const memory = (await store.memory(name)) ?? noMemory(0)
    // A digest that is new in the configuration has no windows yet.
    const isServed = (await store.overview(name)) !== undefined
    const unmailed = isServed ? await undeliveredWindows(store, name) : undefined
    const counted = unmailed === undefined ? [] : retainedTallies(await store.remembered(name), unmailed)
    const kept = groups.filter(({ host }) => routing.digestsOf(host).includes(name)).map(tallyOf)
    const tallies = together(counted, kept)
    found.push({ digest: name, memory, names: new EntryNames(tallies, memory), tallies, unmailed })
  }
  return found
}

/** Ids of the first entry of each kept group, by fingerprint: in the first digest that has its host. */
export function entryIds(digests: readonly DigestGroups[]): ReadonlyMap<string, string> {
  const ids = new Map<string, string>()
  for (const { names, tallies } of digests) {
    for (const tally of tallies) {
      const [section] = tally.sections
      if (section === undefined || ids.has(tally.fingerprint)) continue
      ids.set(tally.fingerprint, names.idOf({ section, form: names.formOf(tally), topic: tally.alarm }))
    }
  }
  return ids
}

/** An entry that an id names, with its tallies. */
export interface FoundEntry extends DigestGroups {
  readonly id: string
  readonly section: string
  readonly form: string
  readonly topic: string | undefined
  /** The tallies of the entry. */
  readonly members: readonly Tally[]
}

/** Finds an entry by its id, or by one that it had before a family took it up. People copy ids with their #. */
export function findEntry(digests: readonly DigestGroups[], given: string): FoundEntry {
  const id = given.replace(/^#/, "").toLowerCase()
  const entries = digests.flatMap(entriesOf)
  const isFormer = ({ names, section, form, topic }: FoundEntry) =>
    names.formerIdsOf({ section, form, topic }).includes(id)
  const found = entries.find((entry) => entry.id === id) ?? entries.find(isFormer)
  if (found !== undefined) return found
  throw new OperatorError(
    "TAMIS_ENTRY_UNKNOWN",
    `no entry is called ${JSON.stringify(given)}; a mail has the id behind each entry, and tamis history behind each line`,
  )
}

function entriesOf(groups: DigestGroups): readonly FoundEntry[] {
  const { names, tallies } = groups
  const rows = tallies.flatMap((tally) =>
    tally.sections.map((section) => ({ section, form: names.formOf(tally), topic: tally.alarm, tally })),
  )
  const byId = Map.groupBy(rows, (row) => names.idOf(row))
  return Array.from(byId, ([id, members]) => {
    const { section, form, topic } = members[0]!
    return { ...groups, id, section, form, topic, members: members.map(({ tally }) => tally) }
  })
}

/** A tally of a group's kept lines. Of a flood these are a sample. */
function tallyOf({ fingerprint, tally, lines, firstMs, lastMs }: KeptGroup): Tally {
  const counts = { count: lines, firstMs, lastMs, severities: noSeverities(), values: [], samples: [] }
  return { ...tally, fingerprint, ...counts }
}

/** Windows count every line, but summaries of earlier ones leave groups out; those groups have all their lines kept. */
function together(counted: readonly Tally[], kept: readonly Tally[]): readonly Tally[] {
  const merged = new Map(counted.map((tally) => [tally.fingerprint, copyTally(tally)]))
  for (const tally of kept) {
    const known = merged.get(tally.fingerprint)
    if (known === undefined) merged.set(tally.fingerprint, tally)
    else mergeTally(known, { ...tally, count: Math.max(tally.count - known.count, 0) })
  }
  return [...merged.values()]
}

/** A line as it was, with its entry behind it. */
export function lineWithId(line: string, id: string | undefined): string {
  return `${printable(line)}${id === undefined ? "" : `  #${id}`}\n`
}
