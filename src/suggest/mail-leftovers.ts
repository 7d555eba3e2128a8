/** The lines of a mail that no rule matches, and the remembered lines of the same programs, on which suggestions are tried. */
import { copyTally, mergeTally } from "../tally/merge.ts"
import type { PastWindow } from "../tally/past-window.ts"
import type { Pile } from "../tally/pile.ts"
import type { Tally } from "../tally/tally.ts"
import type { BookedLeftovers } from "./leftover-book.ts"
import { heaviestLeftovers, retainedFor } from "./tallied-leftovers.ts"

/** Groups examined, so that a flood does not make the mail late. */
const MAX_GROUPS = 1_000

export interface MailLeftovers {
  /** The groups with most lines, heaviest first. */
  readonly groups: readonly Tally[]
  /** Number of all groups. */
  readonly total: number
  readonly retained: BookedLeftovers
}

/** Reads the leftovers of a mail of these windows. */
export function mailLeftovers(pile: Pile, past: readonly PastWindow[]): MailLeftovers {
  const leftOver = heaviestLeftovers(pile.tallies)
  const groups = leftOver.slice(0, MAX_GROUPS)
  return { groups, total: leftOver.length, retained: retainedFor(groups, retainedTallies(past, pile)) }
}

/** Merges remembered windows with the pile, whose windows are complete. */
export function retainedTallies(past: readonly PastWindow[], { windows, tallies }: Pile): readonly Tally[] {
  const atHand = new Set(windows.map(({ id }) => id))
  const remembered = past.filter(({ id }) => !atHand.has(id)).flatMap((window) => window.tallies)
  const merged = new Map<string, Tally>()
  for (const tally of [...remembered, ...tallies]) {
    const known = merged.get(tally.fingerprint)
    if (known === undefined) merged.set(tally.fingerprint, copyTally(tally))
    else mergeTally(known, tally)
  }
  return [...merged.values()]
}
