/** A window's tallies as leftovers: a group's samples stand for its lines. */
import type { Tally } from "../tally/tally.ts"
import type { BookedLeftovers } from "./leftover-book.ts"

const DAY_MS = 86_400_000

/** Takes tallies of one digest, from the windows that there are. */
export function talliedLeftovers(tallies: readonly Tally[]): BookedLeftovers {
  const finest = tallies.filter(({ coarseness }) => coarseness === 0)
  const [system, others] = [finest.filter(isSystem), finest.filter((tally) => !isSystem(tally))]
  const firstMs = Math.min(...system.map((tally) => tally.firstMs))
  const lastMs = Math.max(...system.map((tally) => tally.lastMs))
  return {
    leftovers: system.flatMap(({ samples, host, count }) =>
      samples.map((line, index) => ({ line, host, count: index === 0 ? count : 0 })),
    ),
    raised: others.flatMap(({ samples }) => samples),
    beyond: tallies.reduce(
      (sum, { coarseness, layer, count }) => sum + (coarseness > 0 && layer === "system" ? count : 0),
      0,
    ),
    days: Math.max(1, Math.ceil((lastMs - firstMs) / DAY_MS)) || 1,
  }
}

function isSystem({ layer }: Tally): boolean {
  return layer === "system"
}
