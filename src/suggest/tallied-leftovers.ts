/** Turns tallies into leftovers: a group's samples stand for its lines. */
import type { Tally } from "../tally/tally.ts"
import { type BookedLeftovers, daysBetween, MAX_RAISED } from "./leftover-book.ts"

/** Converts the tallies of one digest. */
export function talliedLeftovers(tallies: readonly Tally[]): BookedLeftovers {
  const finest = tallies.filter(({ coarseness }) => coarseness === 0)
  const [system, others] = [finest.filter(isSystem), finest.filter((tally) => !isSystem(tally))]
  return {
    leftovers: system.flatMap(({ samples, host, count, alarm }) =>
      samples.map((line, index) => ({ line, host, count: shareOf(count, samples.length, index), alarm })),
    ),
    raised: others.flatMap(({ samples }) => samples),
    beyond: tallies.reduce(
      (sum, { coarseness, layer, count }) => sum + (coarseness > 0 && layer === "system" ? count : 0),
      0,
    ),
    days: daysOf(system),
  }
}

/** A tally does not say how many lines each sample stands for: equally many, and the first for the rest. */
function shareOf(count: number, samples: number, index: number): number {
  const each = Math.floor(count / samples)
  return index === 0 ? count - each * (samples - 1) : each
}

/** The groups that no rule matches, those with most lines first. */
export function heaviestLeftovers(tallies: readonly Tally[]): readonly Tally[] {
  return tallies
    .filter((tally) => tally.coarseness === 0 && isSystem(tally))
    .sort((a, b) => b.count - a.count || (a.fingerprint < b.fingerprint ? -1 : 1))
}

/**
 * The retained lines of the programs of these groups, on which their rules are tried and counted. Leaves out other
 * programs, so that a flood of their lines does not delay the mail.
 */
export function retainedFor(groups: readonly Tally[], retained: readonly Tally[]): BookedLeftovers {
  const programs = new Set(groups.map(({ program }) => program))
  const { leftovers, raised, beyond } = talliedLeftovers(retained.filter(({ program }) => programs.has(program)))
  return {
    leftovers,
    raised: [...new Set(raised)].slice(0, MAX_RAISED),
    beyond,
    days: daysOf(retained.filter(isSystem)),
  }
}

function daysOf(tallies: readonly Tally[]): number {
  let [firstMs, lastMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const tally of tallies) {
    firstMs = Math.min(firstMs, tally.firstMs)
    lastMs = Math.max(lastMs, tally.lastMs)
  }
  return daysBetween(firstMs, lastMs)
}

function isSystem({ layer }: Tally): boolean {
  return layer === "system"
}
