/**
 * Limits suggestions to a number that a person reads: one rule for 20 leftover lines.
 *
 * Beyond that, rare groups of one program share a rule with an alternative for each, so that no rule gets wider; the
 * rarest groups first. If there are still too many, the rarest groups get no rule.
 */
import { compareText } from "../text/compare-text.ts"
import type { Untouchable } from "./back-test.ts"
import { weightOf } from "./cluster.ts"
import { byWeight, type Draft, family, holds, join } from "./draft.ts"
import { MAX_RULE_LENGTH } from "./pattern.ts"

const LINES_PER_RULE = 20

/** This many rules are always allowed. */
const FEW_RULES = 25

/** Alternatives of one rule: nobody reads more. */
const MAX_PARTS = 12

/** Share of the lines that the rules must hide: shorter rules are worth losing the rest. */
const ENOUGH = 0.97

/** Lengths tried for joined rules, so that they stay as short as possible. */
const JOINED_LENGTHS = [200, 300, 450, 700, MAX_RULE_LENGTH]

export interface WithinBudget {
  readonly shown: readonly Draft[]
  readonly rare: readonly Draft[]
}

/** Takes the drafts for `lines` lines, the heaviest first. */
export function withinBudget(drafts: readonly Draft[], lines: number, untouchable: Untouchable): WithinBudget {
  const most = Math.max(FEW_RULES, Math.floor(lines / LINES_PER_RULE))
  const joined = joinToFit(drafts, most)
    .flatMap(({ draft, of }) => (of.length === 1 || holds(draft, untouchable) ? draft : of))
    .sort(byWeight)
  return { shown: joined.slice(0, most), rare: joined.slice(most) }
}

/** Joins as few drafts as necessary. If that takes long rules, the rarest drafts are dropped instead. */
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
    // Join fewer of them, if that is enough.
    return weights.map((weight) => joinUpTo(drafts, weight, maxLength)).find(({ length }) => length <= most) ?? shortest
  }
  return joinUpTo(drafts, heaviest, MAX_RULE_LENGTH)
}

interface Joined {
  readonly draft: Draft
  /** The drafts that it joins; itself if it is alone. */
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
