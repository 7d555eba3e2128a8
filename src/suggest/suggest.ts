/**
 * Makes suggested rules from leftovers, and tries each of them.
 *
 *     leftovers ──> without the alarming ones ──> groups that say the same ──> a tested rule each ──> few enough to read
 *
 * The same leftovers make the same rules, in any order.
 */

import { headerOf } from "../rules/line-header.ts"
import type { Rule } from "../rules/rule.ts"
import { isIgnoring, isRaising } from "../rules/rules-in-force.ts"
import { matchingSamples } from "../rules/samples.ts"
import { compareText } from "../text/compare-text.ts"
import type { Alarming } from "./alarming.ts"
import type { Untouchable } from "./back-test.ts"
import { withinBudget } from "./budget.ts"
import { cluster, weightOf } from "./cluster.ts"
import { byWeight, type Draft, draft } from "./draft.ts"
import { hiddenBy } from "./hidden.ts"
import { extentOf, type Leftover } from "./leftover.ts"
import { NearMisses } from "./near-miss.ts"
import { type Refusal, Refusals } from "./refusals.ts"
import { type SimilarRule, SimilarRules } from "./similar-rule.ts"
import { statementOf, unfitness } from "./statement.ts"
import type { KnownWords } from "./words.ts"

export interface Suggestion {
  readonly rule: string
  readonly program: string
  /** Lines that it would have hidden. */
  readonly lines: number
  readonly hosts: number
  /** Lines that it was made from, for `#+`. */
  readonly samples: readonly string[]
  /** A similar line that it does not match, for `#-`. */
  readonly nearMiss: string | undefined
  readonly near: SimilarRule | undefined
}

export interface Suggestions {
  /** Sorted by hidden lines, most first. */
  readonly suggestions: readonly Suggestion[]
  /** Lines without a rule, with the reason. */
  readonly refusals: readonly Refusal[]
  /** Groups that are too rare for a rule, and their lines. */
  readonly rare: { readonly groups: number; readonly lines: number }
  /** Number of all lines, and of those that the rules together would have hidden. */
  readonly lines: number
  readonly hidden: number
}

export interface SuggestOptions {
  /** Lines raised by rules of cracking.d and violations.d. */
  readonly raised: readonly string[]
  /** All rules of the rule sets. Suggestions must not hide samples of raising rules, and may be similar to ignoring ones. */
  readonly rules: readonly Rule[]
  /** Lines that no suggestion may hide. */
  readonly alarming: Alarming
  /** Make a rule for every group, however rare. */
  readonly all: boolean
  /** Lines for which hidden lines are counted, if they are more than the leftovers. */
  readonly retained?: readonly Leftover[]
}

/** Samples of one rule: enough to show its variable parts. */
const MAX_SAMPLES = 3

export function suggest(
  leftovers: readonly Leftover[],
  { raised, rules, alarming, all, retained }: SuggestOptions,
): Suggestions {
  const refusals = new Refusals()
  const ordinary = leftovers.filter((leftover) => {
    const about = leftover.alarm ?? alarming.about(leftover.line)
    if (about !== undefined) refusals.add(`the lines look alarming: ${about}`, leftover)
    return about === undefined
  })
  const forbidden = [...raised, ...rules.filter(isRaising).flatMap(matchingSamples)]
  const untouchable = { alarming, forbidden }
  const drafts = withoutRedundant(draftAll(ordinary, untouchable, refusals), ordinary)
  const lines = extentOf(leftovers).lines
  const { shown, rare } = all ? { shown: drafts, rare: [] } : withinBudget(drafts, lines, untouchable)

  const patterns = shown.map(({ pattern }) => pattern)
  const hidden = hiddenBy(patterns, ordinary)
  const { effects } = retained === undefined ? hidden : hiddenBy(patterns, retained)
  const nearRules = new SimilarRules(rules.filter(isIgnoring))
  const nearMisses = new NearMisses(
    ordinary.map(({ line }) => line),
    alarming.lines,
  )
  const suggestions = shown.map((each, index) => {
    const samples = samplesOf(each)
    return {
      rule: each.pattern,
      program: each.program,
      ...extentOf(effects[index]!),
      samples,
      nearMiss: nearMisses.of(each.pattern, samples[0]!, each.program),
      near: nearRules.to(each.pattern),
    }
  })
  return {
    suggestions: suggestions.sort((a, b) => b.lines - a.lines || compareText(a.rule, b.rule)),
    refusals: refusals.list(),
    rare: {
      groups: rare.flatMap(({ parts }) => parts).length,
      lines: weightOf(rare),
    },
    lines,
    hidden: hidden.lines,
  }
}

/** Groups the lines and drafts a rule for each group, the heaviest first. */
function draftAll(leftovers: readonly Leftover[], untouchable: Untouchable, refusals: Refusals): readonly Draft[] {
  const known: KnownWords = new Map()
  const members = leftovers.flatMap((of) => {
    const statement = statementOf(of.line, known)
    if (statement !== undefined) return [{ statement, weight: of.count, of }]
    refusals.add(unfitness(of.line) ?? "", of)
    return []
  })
  const { clusters, beyond } = cluster(members)
  for (const { of } of beyond) refusals.add("the program logs too many different messages", of)
  const drafts: Draft[] = []
  for (const each of clusters) {
    const drafted = draft(each, untouchable)
    if (drafted.ok) drafts.push(drafted.draft)
    else for (const { of } of each.members) refusals.add(drafted.reason, of)
  }
  return drafts.sort(byWeight)
}

/** Drops rules whose lines the others hide already. */
function withoutRedundant(drafts: readonly Draft[], leftovers: readonly Leftover[]): readonly Draft[] {
  const { effects } = hiddenBy(
    drafts.map(({ pattern }) => pattern),
    leftovers,
  )
  const seen = new Set<Leftover>()
  return drafts.filter((_, index) => {
    const before = seen.size
    for (const leftover of effects[index]!) seen.add(leftover)
    return seen.size > before
  })
}

/** The first line of each of the rule's groups, then further ones; all in alphabetical order. */
function samplesOf({ parts }: Draft): readonly string[] {
  const ofEach = parts.map(({ cluster: { members } }) => [...new Set(members.map(({ of }) => of.line))].sort(byText))
  const most = Math.max(MAX_SAMPLES, ofEach.length)
  const turns = Math.max(...ofEach.map(({ length }) => length))
  const inTurn = Array.from({ length: Math.min(turns, most) }, (_, turn) =>
    ofEach.flatMap((lines) => lines[turn] ?? []),
  )
  return inTurn.flat().slice(0, most)
}

/** Compares lines without their headers first. */
function byText(a: string, b: string): number {
  const text = (line: string) => line.slice(headerOf(line).length)
  return compareText(text(a), text(b)) || compareText(a, b)
}
