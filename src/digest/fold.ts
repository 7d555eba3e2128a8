/** An entry takes up lines of others that say nothing without it: those of a boot, and the end of a state. */

import type { Tally } from "../tally/tally.ts"
import { compareText } from "../text/compare-text.ts"
import type { DigestEntry } from "./entry.ts"

/** An entry with the tallies that its lines are from. */
export interface Whole {
  readonly entry: DigestEntry
  readonly tallies: readonly Tally[]
}

/** The head with the lines of the others in its counts. Its text, values and samples stay its own. */
export function takeUp(head: Whole, others: readonly Whole[]): Whole {
  const entries = [head, ...others].map(({ entry }) => entry)
  const hosts = new Map<string, number>()
  for (const { name, count } of entries.flatMap(({ hosts: own }) => own))
    hosts.set(name, (hosts.get(name) ?? 0) + count)
  const entry = {
    ...head.entry,
    count: sumOf(entries.map(({ count }) => count)),
    firstMs: Math.min(...entries.map(({ firstMs }) => firstMs)),
    lastMs: Math.max(...entries.map(({ lastMs }) => lastMs)),
    hosts: [...hosts]
      .map(([name, count]) => ({ name, count }))
      .sort((a, b) => b.count - a.count || compareText(a.name, b.name)),
    severities: head.entry.severities.map((_, severity) =>
      sumOf(entries.map(({ severities }) => severities[severity]!)),
    ),
  }
  return { entry, tallies: [...head.tallies, ...others.flatMap(({ tallies }) => tallies)] }
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0)
}
