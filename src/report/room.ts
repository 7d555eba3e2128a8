/**
 * Chooses the groups of a mail that cannot show all of them.
 *
 * Hosts take turns: every host of every section gets its first group before any gets a second one, so that a host that
 * floods cannot hide another. Within a host, programs take turns in the same way. Security sections may take half of the
 * room first, so that a noisy network cannot hide them.
 */
import type { Layer } from "../rules/rule.ts"
import type { Tally } from "../tally/tally.ts"
import { groupBytes, hostFrameBytes, sectionFrameBytes } from "./layout.ts"

/** All groups of a section by host, both in the order of the mail. */
export interface FullSection {
  readonly title: string
  readonly layer: Layer
  readonly hosts: readonly (readonly Tally[])[]
}

interface Candidate {
  readonly section: FullSection
  /** All groups of the same host in the same section. */
  readonly host: readonly Tally[]
  readonly group: Tally
  /** Number of this host's groups before this one. */
  readonly turn: number
}

/** No line with a header is shorter: with less room left, no group fits. */
const SMALLEST_GROUP_BYTES = 40

/** Returns the groups that each section shows. With their headings, the sections take `maxBytes` at most. */
export function chooseGroups(
  sections: readonly FullSection[],
  maxBytes: number,
): ReadonlyMap<FullSection, ReadonlySet<Tally>> {
  const shown = new Map(sections.map((section) => [section, new Set<Tally>()]))
  const begun = new Set<readonly Tally[]>()
  let room = maxBytes - sections.reduce((sum, { title }) => sum + sectionFrameBytes(title), 0)

  function fill(candidates: readonly Candidate[], reserved: number): void {
    for (const { section, host, group } of candidates) {
      if (room - reserved < SMALLEST_GROUP_BYTES) return
      const chosen = shown.get(section)!
      if (chosen.has(group)) continue
      const bytes = groupBytes(group) + (begun.has(host) ? 0 : hostFrameBytes(group.host))
      if (room - reserved < bytes) continue
      chosen.add(group)
      begun.add(host)
      room -= bytes
    }
  }

  const candidates = sections.flatMap(candidatesOf).sort((a, b) => a.turn - b.turn)
  fill(
    candidates.filter(({ section }) => section.layer !== "system"),
    room / 2,
  )
  fill(candidates, 0)
  return shown
}

function candidatesOf(section: FullSection): Candidate[] {
  return section.hosts.flatMap((host) => takingTurns(host).map((group, turn) => ({ section, host, group, turn })))
}

/** Coarse groups, which stand for a whole flood, come first; then the first group of every program, the second ones, and so on. */
function takingTurns(groups: readonly Tally[]): Tally[] {
  const seen = new Map<string, number>()
  return groups
    .map((group) => {
      if (group.coarseness > 0) return { group, turn: -1 }
      const turn = seen.get(group.program) ?? 0
      seen.set(group.program, turn + 1)
      return { group, turn }
    })
    .sort((a, b) => a.turn - b.turn)
    .map(({ group }) => group)
}
