/**
 * Windows in, a report out: the content of one mail, in its order and within its size.
 *
 * Every line is counted once, even if its group is in two sections or was left out.
 */

import type { Layer, Quarantined } from "../rules/rule.ts"
import { totalOf } from "../tally/counters.ts"
import type { Pile } from "../tally/pile.ts"
import type { Tally } from "../tally/tally.ts"
import { compareText } from "../text/compare-text.ts"
import type { HostSection, Report, Section } from "./report.ts"
import { chooseGroups, type FullSection } from "./room.ts"

export interface ReportLimits {
  /** For the sections with their headings. The rest, mainly the accounts, has bounds of its own. */
  readonly maxBytes: number
  /** The end of a window that is still open. */
  readonly nowMs: number
}

const LAYERS: readonly Layer[] = ["cracking", "violations", "system"]

/** Makes one report of at least one window, without the parts that need more than the windows. */
export function summarize(
  digest: string,
  { windows, tallies, hosts, losses, newHosts }: Pile,
  quarantined: readonly Quarantined[],
  limits: ReportLimits,
): Report {
  const oldest = windows[0]
  const newest = windows.at(-1)
  if (oldest === undefined || newest === undefined) throw new RangeError("a report needs a window")
  const full = arrange(tallies)
  const shown = chooseGroups(full, limits.maxBytes)
  return {
    digest,
    opensAtMs: oldest.opensAtMs,
    closesAtMs: newest.closesAtMs ?? limits.nowMs,
    windows: windows.length,
    sections: full.map((section) => abridge(section, shown.get(section)!)),
    groups: tallies.length,
    newHosts: [...newHosts].sort(),
    accounts: { total: totalOf(hosts.values()), hosts, losses },
    quarantined,
    suggestedRules: [],
  }
}

/** All groups in the order of the mail: by layer, title, host, and time. */
function arrange(tallies: readonly Tally[]): readonly FullSection[] {
  const sections = new Map<string, { layer: Layer; hosts: Map<string, Tally[]> }>()
  // Coarse groups hold the rest of their host's lines, so they come last.
  const chronological = tallies.toSorted((a, b) => a.coarseness - b.coarseness || a.firstMs - b.firstMs)
  for (const tally of chronological) {
    for (const title of tally.sections) {
      const { hosts } = obtain(sections, title, () => ({ layer: tally.layer, hosts: new Map<string, Tally[]>() }))
      obtain(hosts, tally.host, () => []).push(tally)
    }
  }
  return [...sections]
    .map(([title, { layer, hosts }]) => ({ title, layer, hosts: byKey(hosts) }))
    .sort((a, b) => LAYERS.indexOf(a.layer) - LAYERS.indexOf(b.layer) || compareText(a.title, b.title))
}

function abridge({ title, layer, hosts }: FullSection, shown: ReadonlySet<Tally>): Section {
  const abridged = hosts.map((groups) => abridgeHost(groups, shown))
  const omitted = abridged.filter(({ groups }) => groups.length === 0)
  return {
    title,
    layer,
    hosts: abridged.filter(({ groups }) => groups.length > 0),
    omitted: {
      hosts: omitted.length,
      groups: sum(omitted.map(({ omittedGroups }) => omittedGroups)),
      lines: sum(omitted.map(({ omittedLines }) => omittedLines)),
    },
  }
}

function abridgeHost(all: readonly Tally[], shown: ReadonlySet<Tally>): HostSection {
  const groups = all.filter((tally) => shown.has(tally))
  const omitted = all.filter((tally) => !shown.has(tally))
  return {
    host: all[0]?.host ?? "",
    groups,
    omittedGroups: omitted.length,
    omittedLines: sum(omitted.map(({ count }) => count)),
  }
}

function byKey<T>(map: ReadonlyMap<string, T>): T[] {
  return [...map].sort(([a], [b]) => compareText(a, b)).map(([, value]) => value)
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

function obtain<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}
