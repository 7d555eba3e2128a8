/**
 * Finds the rules that nearly match a line that none of them matches, each with the place where it failed.
 *
 * Each pattern is walked twice, from the line's start forward and from its end backward. The part that neither walk reached
 * is the mistake: a changed word in the line, or a piece of the rule that is too strict. A rule is near if the walks
 * reached much of the line and much of the pattern; a piece that matches anything (`.*`) counts for little.
 */

import { type AnchorState, automatonOf, type Taking } from "../ere/automaton.ts"
import { createEreParser, type EreParser, type EreSpans, locateEre } from "../ere/parse.ts"
import { variableScopes } from "../rules/compile.ts"
import { CLASSIC_DATE_LENGTH } from "../rules/line-header.ts"
import type { Rule } from "../rules/rule.ts"
import { type Expanded, expandVariables } from "../rules/variables.ts"
import { type Characters, textOf, type Walk, walk } from "./walk.ts"

export interface NearRule {
  readonly rule: Rule
  /** The pattern with its variables replaced. */
  readonly pattern: string
  /** The form of the line that it comes nearer to. */
  readonly form: "classic" | "iso"
  /** Whether the rule matches the line up to the end of the program's name. */
  readonly sameProgram: boolean
  /** From 0 (nothing in common) to 1; rules of the same program get SAME_PROGRAM in addition. */
  readonly nearness: number
  /** Where the match failed: 0-based, in characters. The end is the place from which the rest matches, if it does. */
  readonly line: Span
  /** The text there; undefined at the line's end. */
  readonly got: string | undefined
  /** The pieces that the rule would have accepted there, the nearest to a match first. */
  readonly expected: readonly Expected[]
  /** From here on, in characters, the end of the rule matches the rest of the line. Undefined if that is very short. */
  readonly resumes: number | undefined
  /** The rule has a back-reference, for which any text that its group matches was accepted. */
  readonly approximate: boolean
}

/** Half-open. */
export interface Span {
  readonly start: number
  readonly end: number
}

export interface Expected {
  /** A piece of the pattern, or the text that it stands for; undefined for an anchor. */
  readonly text: string | undefined
  /** Whether the text means itself. */
  readonly literal: boolean
  readonly anchor: AnchorState["at"] | undefined
  /** How many characters of the text are in the line already. */
  readonly wordStart: number
  /** Its place in the rule as written: 0-based, in UTF-16 units. */
  readonly rule: Span
  /** The variable that it came from, as `${NAME}`. */
  readonly variable: string | undefined
}

export interface LineForms {
  readonly classic: Characters
  readonly iso: Characters
  /** In characters of the classic form: the end of the program's name, and the start of the text after the tag. */
  readonly nameEnd: number
  readonly textStart: number
}

/** How many characters longer the date of the ISO form is. */
export function isoShift({ classic, iso }: LineForms): number {
  return iso.codePoints.length - classic.codePoints.length
}

/** The rules that match the line in one of its forms, in the order given. */
export function rulesThatMatch(
  rules: readonly Rule[],
  variables: ReadonlyMap<string, string>,
  { classic, iso }: LineForms,
): Rule[] {
  const parse = createEreParser()
  return rules.filter((rule) => {
    const expansion = expandVariables(rule.text, variableScopes(rule, variables))
    const parsed = expansion.ok ? parse(expansion.expanded.pattern) : undefined
    const automaton = parsed?.ok && parsed.ere.backReference === undefined ? automatonOf(parsed.ere.root) : undefined
    return automaton !== undefined && (walk(automaton, classic).matched || walk(automaton, iso).matched)
  })
}

/** Finds at most `most` rules that nearly match, best first. Leaves out rules that match. */
export function nearRules(
  rules: readonly Rule[],
  variables: ReadonlyMap<string, string>,
  forms: LineForms,
  most: number,
): NearRule[] {
  const parse = createEreParser()
  const attempts = rules.flatMap((rule) => attempt(rule, { variables, forms, parse }) ?? [])
  attempts.sort((one, other) => other.nearness - one.nearness)
  const near: NearRule[] = []
  const patterns = new Set<string>()
  const least = (attempts[0]?.nearness ?? 0) * MIN_SHARE
  for (const found of attempts) {
    if (near.length === most || found.nearness < least) break
    if (patterns.has(found.expanded.pattern)) continue
    patterns.add(found.expanded.pattern)
    near.push(describe(found, forms))
  }
  return near
}

/** Least nearness, as a share of the nearest rule's: much farther rules only distract from it. */
const MIN_SHARE = 0.6

interface Attempt {
  readonly rule: Rule
  readonly expanded: Expanded
  readonly form: "classic" | "iso"
  readonly sameProgram: boolean
  readonly nearness: number
  readonly forward: Walk
  readonly backward: Walk
  readonly approximate: boolean
}

interface Ground {
  readonly variables: ReadonlyMap<string, string>
  readonly forms: LineForms
  readonly parse: EreParser
}

/** Bonus for a rule of the same program: people look at those first. */
const SAME_PROGRAM = 0.25

/** Walks a rule over both forms; undefined if it matches, cannot be run, or has nothing to do with the line. */
function attempt(rule: Rule, { variables, forms, parse }: Ground): Attempt | undefined {
  const expansion = expandVariables(rule.text, variableScopes(rule, variables))
  if (!expansion.ok) return undefined
  const { expanded } = expansion
  const parsed = parse(expanded.pattern)
  if (!parsed.ok) return undefined
  const { root, backReference } = parsed.ere
  const ahead = automatonOf(root)
  const back = automatonOf(root, "backward")
  if (ahead === undefined || back === undefined) return undefined

  const classic = walk(ahead, forms.classic)
  // After the date, both forms are the same: the ISO form is worth a walk only for rules that fail within the date.
  const iso = !classic.matched && classic.to <= CLASSIC_DATE_LENGTH ? walk(ahead, forms.iso) : classic
  const form = iso !== classic && (iso.matched || iso.to > classic.to) ? "iso" : "classic"
  const forward = form === "iso" ? iso : classic
  const approximate = backReference !== undefined
  if (forward.matched && !approximate) return undefined
  const line = forms[form]
  const shift = form === "iso" ? isoShift(forms) : 0
  const backward = walk(back, line, "backward")
  const sameProgram = forward.matched || forward.to > forms.nameEnd + shift
  const textStart = forms.textStart + shift
  if (!sameProgram && !saysTheSame(backward, line, textStart)) return undefined
  // Many rules belong to one program: to be near, a rule must also match a part of the text.
  const rest = line.codePoints.length - textStart
  if (forward.to <= textStart && says(backward) * MIN_SAID < rest) return undefined
  const nearness = nearnessOf(forward, backward, line.codePoints.length)
  if (nearness < MIN_NEARNESS) return undefined
  const bonus = sameProgram ? SAME_PROGRAM : 0
  return { rule, expanded, form, sameProgram, nearness: nearness + bonus, forward, backward, approximate }
}

/** Below this, rule and line have little more than a header in common: tried on Debian's rules. */
const MIN_NEARNESS = 0.25

/** How much of the pattern a walk matched, measured in the fewest characters that the part matches. */
function says({ length, missing }: Walk): number {
  return length - missing
}

/** Whether a rule of another program matches the text: `sshd` became `sshd-session` and logs the same messages. */
function saysTheSame(backward: Walk, { codePoints }: Characters, textStart: number): boolean {
  return backward.to <= textStart && says(backward) * MIN_SAID >= codePoints.length - backward.to
}

/** A rule must match at least one third of the rest of a line. */
const MIN_SAID = 3

function nearnessOf(forward: Walk, backward: Walk, lineLength: number): number {
  if (forward.matched) return 1
  if (forward.length === 0 || lineLength === 0) return 0
  const ofLine = Math.min(1, (forward.to - forward.from + backward.from - backward.to) / lineLength)
  const reached = Math.min(forward.length, 2 * forward.length - forward.missing - backward.missing)
  // Measured in the fewest characters that the pattern needs: `.*` matches much and needs none.
  return (reached / forward.length) * ((ofLine + Math.min(1, reached / lineLength)) / 2)
}

/** Fewer characters at the end match by chance. */
const MIN_RESUMING = 4

function describe({ rule, expanded, form, forward, backward, ...attempt }: Attempt, forms: LineForms): NearRule {
  const line = forms[form]
  const { pattern } = expanded
  const spans: EreSpans = new Map()
  const located = locateEre(pattern, spans)
  const automaton = located.ok ? automatonOf(located.ere.root) : undefined
  const waiting = automaton === undefined ? [] : walk(automaton, line).waiting
  const seen = waiting.map((state) => expectation(state, { rule, expanded, spans, before: forward.to, line }))
  const expected = distinct(seen).slice(0, MAX_EXPECTED)
  const resumes = says(backward) >= MIN_RESUMING && backward.to >= forward.to ? backward.to : undefined
  const atEnd = forward.to === line.codePoints.length
  return {
    rule,
    pattern,
    form,
    sameProgram: attempt.sameProgram,
    nearness: attempt.nearness,
    line: { start: forward.to, end: Math.max(resumes ?? 0, forward.to + Number(!atEnd)) },
    got: gotText(line, forward.to, expected[0], resumes),
    expected,
    resumes,
    approximate: attempt.approximate,
  }
}

const MAX_EXPECTED = 3

interface Standing {
  readonly rule: Rule
  readonly expanded: Expanded
  readonly spans: EreSpans
  /** The place in the line that the walk reached. */
  readonly before: number
  readonly line: Characters
}

function expectation(state: Taking | AnchorState, standing: Standing): Expected {
  const { expanded, spans, before, line } = standing
  const { node } = state
  const span = spans.get(node) ?? { start: 0, end: expanded.pattern.length }
  if (state.kind === "anchor") {
    return { text: undefined, literal: false, anchor: state.at, wordStart: 0, ...asWritten(span, standing) }
  }
  if (node.kind !== "text") {
    const literal = node.kind === "character"
    const text = literal ? String.fromCodePoint(node.codePoint) : expanded.pattern.slice(span.start, span.end)
    return { text, literal, anchor: undefined, wordStart: 0, ...asWritten(span, standing) }
  }
  // Show a word from its beginning: "closed" and not "sed".
  const [word = ""] = /^\w+/.exec(node.text.slice(state.index)) ?? []
  const [begun = ""] = /\w+$/.exec(word === "" ? "" : node.text.slice(0, state.index)) ?? []
  const isBegun = textOf(line, before - begun.length, before) === begun
  const wordStart = isBegun ? begun.length : 0
  const end = state.index + Math.max(1, word.length)
  const rest = {
    start: offsetIn(expanded.pattern, span.start, state.index),
    end: offsetIn(expanded.pattern, span.start, end),
  }
  const text = node.text.slice(state.index - wordStart, end)
  return { text, literal: true, anchor: undefined, wordStart, ...asWritten(rest, standing) }
}

/** The offset in the pattern of a character of a text; in the pattern, some characters have a backslash. */
function offsetIn(pattern: string, start: number, index: number): number {
  let offset = start
  for (let at = 0; at < index; at += 1) offset += pattern[offset] === "\\" ? 2 : 1
  return offset
}

const VARIABLE = /\$\{[A-Z_][A-Z0-9_]*\}/y

/** The place of a piece of the pattern in the rule, and the variable that it came from, if any. */
function asWritten({ start, end }: Span, { rule, expanded }: Standing): Pick<Expected, "rule" | "variable"> {
  const first = expanded.columnAsWritten(start + 1) - 1
  VARIABLE.lastIndex = first
  const [variable] = VARIABLE.exec(rule.text) ?? []
  if (variable !== undefined) return { rule: { start: first, end: first + variable.length }, variable }
  return { rule: { start: first, end: Math.max(first + 1, expanded.columnAsWritten(end)) }, variable }
}

/** Alternatives may expect the same text. */
function distinct(expected: readonly Expected[]): Expected[] {
  const byText = new Map<string, Expected>()
  for (const each of expected) {
    const key = JSON.stringify([each.text, each.anchor])
    if (!byText.has(key)) byText.set(key, each)
  }
  return [...byText.values()]
}

/** Characters shown of unexpected text. */
const MAX_GOT = 40

/** The text from a place to where the rule resumes, at least one character; if a word was expected, the whole word there. */
function gotText(line: Characters, at: number, expected: Expected | undefined, resumes = at): string | undefined {
  const { wordStart: begun = 0, literal = false, text = "" } = expected ?? {}
  if (at === line.codePoints.length && begun === 0) return undefined
  const [word = ""] = literal && text.length > 1 ? (/^\w+/.exec(textOf(line, at, at + MAX_GOT)) ?? []) : []
  const end = Math.max(resumes, at + word.length, at + Number(begun === 0))
  return end - at > MAX_GOT ? `${textOf(line, at - begun, at + MAX_GOT)}…` : textOf(line, at - begun, end)
}
