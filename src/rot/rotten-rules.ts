/**
 * Rules that began to fail: a rule that used to match regularly has stopped, and lines like those that it matched are
 * reported since then.
 *
 * False alarms teach people not to read, so all of these conditions must hold:
 *
 *   - by its history, the rule matched regularly and is silent now (silence.ts);
 *   - the lines are new: in the remembered two weeks, no line of their group came while the rule still matched;
 *   - a change in one place of the rule makes it match them (smallest-change.ts), or nearly all of their words are those
 *     of the rule's last line (common-subsequence.ts);
 *   - they are at least a tenth of the lines that the rule would have matched since then;
 *   - they do not complain if the rule's line did not: "Failed" for "Accepted" is no new spelling.
 *
 * The proposal has been tried. It matches the new lines; as a change of the rule, it also matches the rule's old line. It
 * hides no sample of an alarm rule, unless the rule already does.
 */
import type { Rule } from "../rules/rule.ts"
import { isRaising } from "../rules/rules-in-force.ts"
import type { Scopes } from "../rules/variables.ts"
import type { RuleRecord } from "../store/rule-history.ts"
import type { Alarming } from "../suggest/alarming.ts"
import { suggestRule } from "../suggest/suggest-rule.ts"
import { COMPLAINS } from "../suggest/unasked.ts"
import type { PastWindow } from "../tally/past-window.ts"
import { programOf } from "../tally/rule-activity.ts"
import type { Tally } from "../tally/tally.ts"
import { likeness } from "../text/common-subsequence.ts"
import { decodeUtf8b } from "../text/utf8b.ts"
import { wordsOf } from "./line-words.ts"
import { expectedHits, hasFallenSilent } from "./silence.ts"
import { compileOne, smallestChange } from "./smallest-change.ts"

/** A rule in force with its history. */
export interface KnownRule {
  readonly rule: Rule
  readonly record: RuleRecord
  /** Variables as the hosts that use it have them, one entry for each that differs. */
  readonly scopes: readonly Scopes[]
}

export interface RottenRule {
  readonly rule: Rule
  readonly record: RuleRecord
  /** Groups of new lines that are similar to the rule's lines, those with most lines first. */
  readonly groups: readonly Tally[]
  /** A pattern that matches the new lines. */
  readonly proposal: { readonly pattern: string; readonly isChange: boolean } | undefined
}

export interface RotSource {
  readonly rules: readonly KnownRule[]
  /** The tallies of the reported windows. */
  readonly tallies: readonly Tally[]
  /** Remembered earlier windows. */
  readonly past: readonly PastWindow[]
  /** Lines that no proposal may hide. */
  readonly alarming: Alarming
  readonly nowMs: number
}

/** Rules in one mail. */
const MAX_RULES = 10
/** Silent rules examined, those with most hits first: a report must not take long. */
const MAX_SILENT = 20
/** Groups examined, those with most lines. */
const MAX_LEFTOVERS = 1_000
/** Groups tried on one rule. */
const MAX_GROUPS = 8
/** Share of the words of a rule's line that a line must have before patterns are compiled for it. */
const SOME_WORDS = 0.4
/** Similarity from which lines belong to a rule without a change in one place. */
const NEARLY_ALL_WORDS = 0.8
/** Least share of the lines that a rule would have matched. */
const MIN_SHARE = 0.1

/** A group of lines, prepared for the comparison with many rules. */
interface Leftover {
  readonly tally: Tally
  readonly line: string
  readonly words: ReadonlySet<string>
  /** When its template was seen first, on any host. */
  readonly seenMs: number
}

export function rottenRules({ rules, tallies, past, alarming, nowMs }: RotSource): readonly RottenRule[] {
  const silent = rules
    .filter(({ record }) => record.sample !== "" && hasFallenSilent(record, nowMs))
    .sort((one, other) => other.record.hits - one.record.hits)
    .slice(0, MAX_SILENT)
  if (silent.length === 0) return []
  const seen = firstSeen(past)
  const leftovers = tallies
    .filter(({ layer, coarseness, samples }) => layer === "system" && coarseness === 0 && samples.length > 0)
    .sort((one, other) => other.count - one.count)
    .slice(0, MAX_LEFTOVERS)
    .map((tally): Leftover => {
      const line = tally.samples[0] ?? ""
      const seenMs = Math.min(tally.firstMs, seen.get(withoutHost(tally.template)) ?? tally.firstMs)
      return { tally, line, words: new Set(wordsOf(line)), seenMs }
    })
  const rotten: RottenRule[] = []
  for (const known of silent) {
    if (rotten.length === MAX_RULES) break
    const found = rotOf(known, leftovers, alarming, nowMs)
    if (found !== undefined) rotten.push(found)
  }
  return rotten
}

/** When each template was seen first, on any host. */
function firstSeen(past: readonly PastWindow[]): ReadonlyMap<string, number> {
  const seen = new Map<string, number>()
  for (const { template, firstMs } of past.flatMap(({ tallies }) => tallies)) {
    const key = withoutHost(template)
    seen.set(key, Math.min(firstMs, seen.get(key) ?? firstMs))
  }
  return seen
}

function withoutHost(template: string): string {
  return template.slice(template.indexOf(" ") + 1)
}

function rotOf(
  { rule, record, scopes }: KnownRule,
  leftovers: readonly Leftover[],
  alarming: Alarming,
  nowMs: number,
): RottenRule | undefined {
  const { sample } = record
  const alike = leftovers.filter(worthALook(rule, record, alarming)).slice(0, MAX_GROUPS)
  if (alike.length === 0) return undefined
  const take = (takes: (line: string) => boolean) =>
    alike.filter(({ tally }) => tally.samples.every(takes)).map(({ tally }) => tally)
  const change = changeOf(
    rule,
    scopes,
    sample,
    alike.map(({ line }) => line),
    alarming,
  )
  if (change !== undefined) {
    const groups = take(change.matches)
    const proposal = { pattern: change.pattern, isChange: true }
    return areEnough(groups, record, nowMs) ? { rule, record, groups, proposal } : undefined
  }
  const groups = take((line) => likeness(wordsOf(sample), wordsOf(line)) >= NEARLY_ALL_WORDS)
  if (!areEnough(groups, record, nowMs)) return undefined
  const lines = groups.flatMap(({ samples }) => samples)
  const suggested = isRaising(rule) ? undefined : suggestRule({ lines, alarming })
  return { rule, record, groups, proposal: suggested && { pattern: suggested.pattern, isChange: false } }
}

/** Filters new lines that have some of the rule's words, before patterns are compiled. */
function worthALook(rule: Rule, { sample, lastMs }: RuleRecord, alarming: Alarming): (leftover: Leftover) => boolean {
  const wanted = wordsOf(sample)
  const complained = COMPLAINS.test(sample)
  return ({ tally, line, words, seenMs }) => {
    if (seenMs <= lastMs) return false
    if (wanted.filter((word) => words.has(word)).length < SOME_WORDS * wanted.length) return false
    if (isRaising(rule)) return true
    return tally.alarm === undefined && alarming.about(line) === undefined && (complained || !COMPLAINS.test(line))
  }
}

/** The smallest sound change of the rule that matches some of these lines; undefined if there is none. */
function changeOf(rule: Rule, scopes: readonly Scopes[], sample: string, lines: readonly string[], alarming: Alarming) {
  const inForce = scopes.find((each) => compileOne(rule.text, each)?.(sample) === true)
  const change = inForce && smallestChange(rule.text, inForce, lines)
  if (inForce === undefined || change === undefined) return undefined
  if (!holds(change.pattern, rule, inForce, sample, alarming)) return undefined
  const matches = compileOne(change.pattern, inForce)
  return matches && { pattern: change.pattern, matches }
}

/** Whether the changed rule matches the rule's old line, and hides no alarming line that the rule does not hide. */
function holds(pattern: string, rule: Rule, scopes: Scopes, sample: string, alarming: Alarming): boolean {
  const [changed, before] = [compileOne(pattern, scopes), compileOne(rule.text, scopes)]
  if (changed === undefined || before === undefined || !changed(sample)) return false
  return (
    isRaising(rule) ||
    alarming
      .linesBy(programOf(sample))
      .map((line) => decodeUtf8b(line))
      .every((line) => !changed(line) || before(line))
  )
}

function areEnough(groups: readonly Tally[], record: RuleRecord, nowMs: number): boolean {
  if (groups.length === 0) return false
  const lines = groups.reduce((sum, { count }) => sum + count, 0)
  const firstMs = groups.reduce((first, group) => Math.min(first, group.firstMs), nowMs)
  return lines >= MIN_SHARE * expectedHits(record, nowMs - firstMs)
}
