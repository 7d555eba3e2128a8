/**
 * Rules that began to fail: one that used to hit regularly has fallen silent, and lines that are like what it matched are
 * reported since.
 *
 * An alarm that is wrong teaches people not to read, so all of this must be so:
 *
 *   - the rule's history says that it was regular and is silent now (silence.ts);
 *   - the lines are new: in the two weeks that are remembered, none of their group came while the rule still hit;
 *   - one place of the rule is all that keeps it from matching them (smallest-change.ts), or nearly all of their words are those of
 *     the rule's last line (likeness.ts);
 *   - they are no fewer than a tenth of what the rule would have matched since;
 *   - they do not complain where the rule's line did not: "Failed" for "Accepted" is no new spelling.
 *
 * What is proposed has been tried: it matches the new lines and, where it is a change of the rule, its old line too, and
 * hides no line that tamis lists as alarming unless the rule does already.
 */
import type { Rule } from "../rules/rule.ts"
import { isRaising } from "../rules/rules-in-force.ts"
import type { RuleRecord } from "../store/rule-history.ts"
import { alarmingLinesBy, alarmOf } from "../suggest/alarming.ts"
import { suggestRule } from "../suggest/suggest-rule.ts"
import { COMPLAINS } from "../suggest/unasked.ts"
import type { PastWindow } from "../tally/past-window.ts"
import { programOf } from "../tally/rule-activity.ts"
import type { Tally } from "../tally/tally.ts"
import { likeness, wordsOf } from "./likeness.ts"
import { expectedHits, hasFallenSilent } from "./silence.ts"
import { compileOne, type Scopes, smallestChange } from "./smallest-change.ts"

/** A rule in force with what is known of it. */
export interface KnownRule {
  readonly rule: Rule
  readonly record: RuleRecord
  /** Variables as the hosts that use it have them, one entry for each that differs. */
  readonly scopes: readonly Scopes[]
}

export interface RottenRule {
  readonly rule: Rule
  readonly record: RuleRecord
  /** The groups of new lines that are like what it matched, those with most lines first. */
  readonly groups: readonly Tally[]
  /** A pattern that matches them. */
  readonly proposal: { readonly pattern: string; readonly isChange: boolean } | undefined
}

export interface RotSource {
  readonly rules: readonly KnownRule[]
  /** Of the windows that are reported. */
  readonly tallies: readonly Tally[]
  /** What is remembered of windows before. */
  readonly past: readonly PastWindow[]
  readonly nowMs: number
}

/** Told in one mail. */
const MAX_RULES = 10
/** Looked at, those that hit most: a report must not take long. */
const MAX_SILENT = 20
/** Groups that are looked at, those with most lines. */
const MAX_LEFTOVERS = 1_000
/** Of these, groups that are tried on a rule. */
const MAX_GROUPS = 8
/** Of the words of a rule's line, so many must be in a line before it is worth a closer look. */
const SOME_WORDS = 0.4
/** Without a change of one place. */
const NEARLY_ALL_WORDS = 0.8
/** Of the lines that a rule would have matched. */
const MIN_SHARE = 0.1

/** A group of lines with what is asked of it for one rule after the other. */
interface Leftover {
  readonly tally: Tally
  readonly line: string
  readonly words: ReadonlySet<string>
  /** When its template was seen first, on whatever host. */
  readonly seenMs: number
}

export function rottenRules({ rules, tallies, past, nowMs }: RotSource): readonly RottenRule[] {
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
    const found = rotOf(known, leftovers, nowMs)
    if (found !== undefined) rotten.push(found)
  }
  return rotten
}

/** When each template was seen first, on whatever host. */
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
  nowMs: number,
): RottenRule | undefined {
  const { sample } = record
  const alike = leftovers.filter(worthALook(rule, record)).slice(0, MAX_GROUPS)
  if (alike.length === 0) return undefined
  const take = (takes: (line: string) => boolean) =>
    alike.filter(({ tally }) => tally.samples.every(takes)).map(({ tally }) => tally)
  const change = changeOf(
    rule,
    scopes,
    sample,
    alike.map(({ line }) => line),
  )
  if (change !== undefined) {
    const groups = take(change.matches)
    const proposal = { pattern: change.pattern, isChange: true }
    return areEnough(groups, record, nowMs) ? { rule, record, groups, proposal } : undefined
  }
  const groups = take((line) => likeness(sample, line) >= NEARLY_ALL_WORDS)
  if (!areEnough(groups, record, nowMs)) return undefined
  const suggested = isRaising(rule) ? undefined : suggestRule({ lines: groups.flatMap(({ samples }) => samples) })
  return { rule, record, groups, proposal: suggested && { pattern: suggested.pattern, isChange: false } }
}

/** Tells new lines that have some of the rule's words, before patterns are compiled. */
function worthALook(rule: Rule, { sample, lastMs }: RuleRecord): (leftover: Leftover) => boolean {
  const wanted = wordsOf(sample)
  const complained = COMPLAINS.test(sample)
  return ({ line, words, seenMs }) => {
    if (seenMs <= lastMs) return false
    if (wanted.filter((word) => words.has(word)).length < SOME_WORDS * wanted.length) return false
    return isRaising(rule) || (alarmOf(line) === undefined && (complained || !COMPLAINS.test(line)))
  }
}

/** The smallest change that takes in some of these lines, with what it matches; undefined where there is none that is sound. */
function changeOf(rule: Rule, scopes: readonly Scopes[], sample: string, lines: readonly string[]) {
  const inForce = scopes.find((each) => compileOne(rule.text, each)?.(sample) === true)
  const change = inForce && smallestChange(rule.text, inForce, lines)
  if (inForce === undefined || change === undefined || !holds(change.pattern, rule, inForce, sample)) return undefined
  const matches = compileOne(change.pattern, inForce)
  return matches && { pattern: change.pattern, matches }
}

/** The changed rule matches what the rule matched, and hides nothing alarming that the rule does not. */
function holds(pattern: string, rule: Rule, scopes: Scopes, sample: string): boolean {
  const [changed, before] = [compileOne(pattern, scopes), compileOne(rule.text, scopes)]
  if (changed === undefined || before === undefined || !changed(sample)) return false
  return isRaising(rule) || alarmingLinesBy(programOf(sample)).every((line) => !changed(line) || before(line))
}

function areEnough(groups: readonly Tally[], record: RuleRecord, nowMs: number): boolean {
  if (groups.length === 0) return false
  const lines = groups.reduce((sum, { count }) => sum + count, 0)
  const firstMs = groups.reduce((first, group) => Math.min(first, group.firstMs), nowMs)
  return lines >= MIN_SHARE * expectedHits(record, nowMs - firstMs)
}
