/**
 * No more rules than somebody reads: one for 20 lines that are left over.
 *
 * Where there would be more, rare groups of one program share a rule that has an alternative for each, so that none of them gets wider;
 * the rarer, the sooner. Where there are still more, the rarest go without.
 */
import { compareText } from "../text/compare-text.ts"
import { type Draft, family, holds, join } from "./draft.ts"
import { MAX_RULE_LENGTH } from "./pattern.ts"

const LINES_PER_RULE = 20

/** So many are read in any case. */
const FEW_RULES = 25

/** Alternatives of one rule: more are not read. */
const MAX_PARTS = 12

/** Of the lines that rules could hide: shorter rules are worth the rest. */
const ENOUGH = 0.97

/** Joined rules get no longer than they have to be. */
const JOINED_LENGTHS = [200, 300, 450, 700, MAX_RULE_LENGTH]

export interface WithinBudget {
  readonly shown: readonly Draft[]
  readonly rare: readonly Draft[]
}

/** Takes drafts, the heaviest first, of so many lines. */
export function withinBudget(drafts: readonly Draft[], lines: number, forbidden: readonly string[]): WithinBudget {
  const most = Math.max(FEW_RULES, Math.floor(lines / LINES_PER_RULE))
  const joined = joinToFit(drafts, most)
    .flatMap(({ draft, of }) => (of.length === 1 || holds(draft, forbidden) ? draft : of))
    .sort(byWeight)
  return { shown: joined.slice(0, most), rare: joined.slice(most) }
}

/** Joins as few as makes them fit; where that takes long rules, what the rarest ones hide is not worth it. */
function joinToFit(drafts: readonly Draft[], most: number): readonly Joined[] {
  if (drafts.length <= most) return drafts.map(alone)
  const weights = [...new Set(drafts.map(({ weight }) => weight))].sort((a, b) => a - b)
  const heaviest = weights.at(-1) ?? 0
  const all = weightOf(drafts)
  for (const maxLength of JOINED_LENGTHS) {
    const shortest = joinUpTo(drafts, heaviest, maxLength)
    const shown = shortest
      .map(({ draft }) => draft)
      .sort(byWeight)
      .slice(0, most)
    if (shortest.length > most && weightOf(shown) < ENOUGH * all) continue
    // The same with fewer of them joined, where that does as well.
    return weights.map((weight) => joinUpTo(drafts, weight, maxLength)).find(({ length }) => length <= most) ?? shortest
  }
  return joinUpTo(drafts, heaviest, MAX_RULE_LENGTH)
}

interface Joined {
  readonly draft: Draft
  /** What it was joined of; itself where it stands alone. */
  readonly of: readonly Draft[]
}

function alone(draft: Draft): Joined {
  return { draft, of: [draft] }
}

/** Joins the drafts of at most this weight with others of their family; those that begin alike with each other. */
function joinUpTo(drafts: readonly Draft[], weight: number, maxLength: number): Joined[] {
  const families = Map.groupBy(
    drafts.filter((each) => each.weight <= weight),
    family,
  )
  const joined = [...families.values()].flatMap((members) => {
    const done: Joined[] = []
    for (const member of members.toSorted((a, b) => compareText(a.pattern, b.pattern))) {
      const open = done.at(-1)
      const both = open !== undefined && open.of.length < MAX_PARTS ? join(open.draft, member, maxLength) : undefined
      if (open === undefined || both === undefined) done.push(alone(member))
      else done[done.length - 1] = { draft: both, of: [...open.of, member] }
    }
    return done
  })
  return [...drafts.filter((each) => each.weight > weight).map(alone), ...joined]
}

function weightOf(drafts: readonly Draft[]): number {
  return drafts.reduce((sum, { weight }) => sum + weight, 0)
}

function byWeight(a: Draft, b: Draft): number {
  return b.weight - a.weight || compareText(a.pattern, b.pattern)
}
