/** Lines by host: an entry has those of many tallies, and takes up those of other entries. */
import type { Tally } from "../tally/tally.ts"
import { compareText } from "../text/compare-text.ts"
import type { EntryHost } from "./entry.ts"

/** Sums the lines of each host, most lines first. */
export function hostCounts(counts: readonly EntryHost[]): readonly EntryHost[] {
  const sums = new Map<string, number>()
  for (const { name, count } of counts) sums.set(name, (sums.get(name) ?? 0) + count)
  const hosts = Array.from(sums, ([name, count]) => ({ name, count }))
  return hosts.sort((a, b) => b.count - a.count || compareText(a.name, b.name))
}

/** Lines by host of tallies. */
export function hostsOf(tallies: readonly Pick<Tally, "host" | "count">[]): readonly EntryHost[] {
  return hostCounts(tallies.map(({ host, count }) => ({ name: host, count })))
}
