/**
 * Makes suggested rules from leftovers, and tries each of them.
 *
 *     leftovers ──> without those to be careful with ──> families ──> a tested rule each ──> few enough to read
 *
 * The same leftovers make the same rules, in any order.
 */

import { headerOf } from "../rules/line-header.ts"
import type { Rule } from "../rules/rule.ts"
import { isIgnoring, isRaising } from "../rules/rules-in-force.ts"
import { matchingSamples } from "../rules/samples.ts"
import { template } from "../tally/template.ts"
import { compareText } from "../text/compare-text.ts"
import type { Alarming } from "./alarming.ts"
import type { Untouchable } from "./back-test.ts"
import { careFor, SINGLE } from "./careful.ts"
import { cluster, type Member } from "./cluster.ts"
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
  /** Why nobody should use the rule without reading the lines; undefined if tamis knows no reason. */
  readonly careful: string | undefined
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
  /** few: as many rules as a person reads. every: one for each group. careful: also where there is a reason against a rule. */
  readonly scope: "few" | "every" | "careful"
  /** Lines for which hidden lines are counted, if they are more than the leftovers. */
  readonly retained?: readonly Leftover[]
}

/** A person reads one rule for so many leftover lines, and so many in any case; the rarest groups get none. */
const LINES_PER_RULE = 20
const FEW_RULES = 25

/** Samples of one rule: enough to show its variable parts. */
const MAX_SAMPLES = 3

/** Lines to be careful with that every rule is tried on. */
const MAX_CAREFUL = 2_000

export function suggest(
  leftovers: readonly Leftover[],
  { raised, rules, alarming, scope, retained }: SuggestOptions,
): Suggestions {
  const careOf = new Map(leftovers.map((leftover) => [leftover, careFor(leftover, alarming)]))
  const kinds = Map.groupBy(leftovers, (leftover) => careOf.get(leftover)?.reason)
  const sensitive = leftovers.filter((leftover) => careOf.get(leftover)?.isSensitive)
  const raisable = [...raised, ...rules.filter(isRaising).flatMap(matchingSamples)]
  const untouchable = { alarming, forbidden: [...raisable, ...oneOfEachTemplate(sensitive)] }
  const refused = new Map<Leftover, string>()
  const drafts = [...kinds.values()].flatMap((own) => {
    const care = careOf.get(own[0]!)
    if (care === undefined) return draftAll(own, untouchable, scope, refused)
    if (scope === "careful") return draftAll(own, { alarming, forbidden: raisable, care }, scope, refused)
    for (const each of own) refused.set(each, care.reason)
    return []
  })
  const distinct = withoutRedundant(drafts.sort(byWeight), leftovers)
  const lines = extentOf(leftovers).lines
  const most = scope === "few" ? Math.max(FEW_RULES, Math.floor(lines / LINES_PER_RULE)) : distinct.length
  const [shown, rare] = [distinct.slice(0, most), distinct.slice(most)]

  const patterns = shown.map(({ pattern }) => pattern)
  const hidden = hiddenBy(patterns, leftovers)
  const { effects } = retained === undefined ? hidden : hiddenBy(patterns, retained)
  const nearRules = new SimilarRules(rules.filter(isIgnoring))
  const nearMisses = new NearMisses(
    leftovers.map(({ line }) => line),
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
      careful: each.care?.reason,
    }
  })
  const isHidden = new Set(hidden.effects.flat())
  const refusals = new Refusals()
  for (const [leftover, reason] of refused) if (!isHidden.has(leftover)) refusals.add(reason, leftover)
  return {
    suggestions: suggestions.sort((a, b) => b.lines - a.lines || compareText(a.rule, b.rule)),
    refusals: refusals.list(),
    rare: {
      groups: rare.length,
      lines: rare.reduce((sum, { weight }) => sum + weight, 0),
    },
    lines,
    hidden: hidden.lines,
  }
}

/** Groups the lines and drafts a rule for each group. */
function draftAll(
  leftovers: readonly Leftover[],
  untouchable: Untouchable,
  scope: SuggestOptions["scope"],
  refused: Map<Leftover, string>,
): readonly Draft[] {
  const refuse = (members: readonly Member[], reason: string) => {
    for (const { of } of members) refused.set(of, reason)
  }
  const known: KnownWords = new Map()
  const members = leftovers.flatMap((of) => {
    const statement = statementOf(of.line, known)
    if (statement !== undefined) return [{ statement, of }]
    refused.set(of, unfitness(of.line) ?? "")
    return []
  })
  const { clusters, beyond } = cluster(members)
  refuse(beyond, "the program logs too many different messages")
  return clusters.flatMap((each) => {
    const isSingle = each.weight < 2
    if (isSingle && scope !== "careful") {
      refuse(each.members, SINGLE.reason)
      return []
    }
    const drafted = draft(each, untouchable)
    if (!drafted.ok) {
      refuse(each.members, drafted.reason)
      return []
    }
    refuse(drafted.leftOut, "they have a word that fewer than 1 % of such lines have")
    const care = untouchable.care ?? (isSingle ? SINGLE : undefined)
    return [care === undefined ? drafted.draft : { ...drafted.draft, care }]
  })
}

/** The first line of each template, in alphabetical order. */
function oneOfEachTemplate(leftovers: readonly Leftover[]): readonly string[] {
  const ofTemplate = new Map<string, string>()
  for (const { line } of leftovers) {
    const key = template(line)
    const known = ofTemplate.get(key)
    if (known !== undefined ? line < known : ofTemplate.size < MAX_CAREFUL) ofTemplate.set(key, line)
  }
  return [...ofTemplate.values()].sort()
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

function samplesOf({ members }: Draft): readonly string[] {
  return [...new Set(members.map(({ of }) => of.line))].sort(byText).slice(0, MAX_SAMPLES)
}

/** Compares lines without their headers first. */
function byText(a: string, b: string): number {
  const text = (line: string) => line.slice(headerOf(line).length)
  return compareText(text(a), text(b)) || compareText(a, b)
}
