/**
 * Chooses the entries of a mail that cannot show all of them.
 *
 * Each part of the mail gets its share of the room, so that a flood of one kind hides no other; the unused room of a part goes
 * to the next. Within a part hosts take turns, and programs within a host, so that one that floods cannot hide another.
 */
import type { DigestEntry } from "../digest/entry.ts"
import { classOf, type EntryClass } from "../digest/order.ts"

/** Of the room that is left, in the order of the mail. What is as usual has one paragraph of its own. */
const SHARES: Readonly<Record<EntryClass, number>> = {
  alerts: 0.6,
  alarming: 0.7,
  events: 0.6,
  new: 0.85,
  more: 1,
  usual: 0,
}

/** Takes entries in the order of the mail; returns those that `maxBytes` has room for, in the same order. */
export function chooseEntries(
  entries: readonly DigestEntry[],
  maxBytes: number,
  bytesOf: (entry: DigestEntry) => number,
): readonly DigestEntry[] {
  const chosen = new Set<DigestEntry>()
  let room = maxBytes
  const fill = (candidates: readonly DigestEntry[], share: number) => {
    let left = room * share
    for (const entry of candidates) {
      const bytes = bytesOf(entry)
      if (chosen.has(entry) || bytes > left) continue
      chosen.add(entry)
      left -= bytes
      room -= bytes
    }
  }
  const byClass = [...Map.groupBy(entries, classOf)].filter(([each]) => each !== "usual")
  for (const [each, candidates] of byClass) fill(takingTurns(candidates), SHARES[each])
  for (const [, candidates] of byClass) fill(takingTurns(candidates), 1)
  return entries.filter((entry) => chosen.has(entry))
}

/** The first entry of each host, then the second ones, and so on; the entries of a host likewise by program. */
function takingTurns(entries: readonly DigestEntry[]): readonly DigestEntry[] {
  const byHost = Map.groupBy(entries, ({ hosts }) => hosts[0]?.name)
  const queues = [...byHost.values()].map((own) => inTurns([...Map.groupBy(own, ({ program }) => program).values()]))
  return inTurns(queues)
}

/** The first of each queue, then the second ones, and so on. */
function inTurns(queues: readonly (readonly DigestEntry[])[]): readonly DigestEntry[] {
  return queues
    .flatMap((queue) => queue.map((entry, turn) => ({ entry, turn })))
    .sort((a, b) => a.turn - b.turn)
    .map(({ entry }) => entry)
}
