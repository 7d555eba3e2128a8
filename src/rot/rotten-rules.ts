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
import type { PastWindow } from "../store/store.ts"
import { alarmingLinesBy, alarmOf } from "../suggest/alarming.ts"
import { suggestRule } from "../suggest/suggest-rule.ts"
import { COMPLAINS } from "../suggest/unasked.ts"
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
const MAX_SILENT = 40
/** Groups that are tried on a rule, those with most lines. */
const MAX_GROUPS = 12
/** Of the words of a rule's line, so many must be in a line before it is worth a closer look. */
const SOME_WORDS = 0.4
/** Without a change of one place. */
const NEARLY_ALL_WORDS = 0.8
/** Of the lines that a rule would have matched. */
const MIN_SHARE = 0.1

export function rottenRules({ rules, tallies, past, nowMs }: RotSource): readonly RottenRule[] {
  const silent = rules
    .filter(({ record }) => record.sample !== "" && hasFallenSilent(record, nowMs))
    .sort((one, other) => other.record.hits - one.record.hits)
    .slice(0, MAX_SILENT)
  if (silent.length === 0) return []
  const leftovers = tallies
    .filter(({ layer, coarseness, samples }) => layer === "system" && coarseness === 0 && samples.length > 0)
    .sort((one, other) => other.count - one.count)
  const seen = firstSeen(past)
  const rotten: RottenRule[] = []
  for (const known of silent) {
    if (rotten.length === MAX_RULES) break
    const { lastMs } = known.record
    const isNew = ({ template, firstMs }: Tally) =>
      Math.min(firstMs, seen.get(withoutHost(template)) ?? firstMs) > lastMs
    const found = rotOf(known, leftovers.filter(isNew), nowMs)
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
  leftovers: readonly Tally[],
  nowMs: number,
): RottenRule | undefined {
  const { sample } = record
  const alike = leftovers.filter(({ samples }) => isWorthALook(rule, sample, samples[0]!)).slice(0, MAX_GROUPS)
  if (alike.length === 0) return undefined
  const inForce = scopes.find((each) => compileOne(rule.text, each)?.(sample) === true)
  const lines = alike.flatMap(({ samples }) => samples)
  const change = inForce && smallestChange(rule.text, inForce, lines)
  const isSound = change !== undefined && inForce !== undefined && holds(change.pattern, rule, inForce, sample)
  const taken = new Set(isSound ? change.lines : lines.filter((line) => likeness(sample, line) >= NEARLY_ALL_WORDS))
  const groups = alike.filter(({ samples }) => samples.every((line) => taken.has(line)))
  if (!areEnough(groups, record, nowMs)) return undefined
  if (isSound) return { rule, record, groups, proposal: { pattern: change.pattern, isChange: true } }
  const suggested = isRaising(rule) ? undefined : suggestRule({ lines: groups.flatMap(({ samples }) => samples) })
  return { rule, record, groups, proposal: suggested && { pattern: suggested.pattern, isChange: false } }
}

/** What is cheap to tell, before patterns are compiled. */
function isWorthALook(rule: Rule, sample: string, line: string): boolean {
  if (!isRaising(rule)) {
    if (alarmOf(line) !== undefined) return false
    if (COMPLAINS.test(line) && !COMPLAINS.test(sample)) return false
  }
  const words = new Set(wordsOf(line))
  const wanted = wordsOf(sample)
  return (
    wanted.filter((word) => words.has(word)).length >= SOME_WORDS * wanted.length ||
    likeness(sample, line) >= SOME_WORDS
  )
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
