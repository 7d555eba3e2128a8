/** An entry takes up lines of others that say nothing without it: those of a boot, and the end of a state. */
import type { Tally } from "../tally/tally.ts"
import type { DigestEntry } from "./entry.ts"
import { hostCounts } from "./host-counts.ts"

/** An entry with the tallies that its lines are from. */
export interface Whole {
  readonly entry: DigestEntry
  readonly tallies: readonly Tally[]
}

/** The head with the lines of the others in its counts. Its text, values and samples stay its own. */
export function takeUp(head: Whole, others: readonly Whole[]): Whole {
  const entries = [head, ...others].map(({ entry }) => entry)
  const entry = {
    ...head.entry,
    count: sum(entries.map(({ count }) => count)),
    firstMs: Math.min(...entries.map(({ firstMs }) => firstMs)),
    lastMs: Math.max(...entries.map(({ lastMs }) => lastMs)),
    hosts: hostCounts(entries.flatMap(({ hosts }) => hosts)),
    severities: head.entry.severities.map((_, severity) => sum(entries.map(({ severities }) => severities[severity]!))),
  }
  return { entry, tallies: [...head.tallies, ...others.flatMap(({ tallies }) => tallies)] }
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
