/**
 * Parses POSIX extended regular expressions with GNU's additions to syntax trees.
 *
 * The dialect is that of GNU grep 3.8, `grep -E` in C.UTF-8, for which logcheck's rules are written. Where POSIX leaves
 * the meaning undefined, grep decides. grep has two matchers, which read a few patterns differently; this parser picks
 * the same one as grep (see Reading).
 */

import {
  ASTERISK,
  BACKSLASH,
  BAR,
  CARET,
  DOLLAR,
  DOT,
  LEFT_BRACE,
  LEFT_BRACKET,
  LEFT_PARENTHESIS,
  PLUS,
  QUESTION_MARK,
  RIGHT_PARENTHESIS,
  ZERO,
} from "../text/ascii.ts"
import { type Bracket, parseSharedBracket, spaceBracket, wordBracket } from "./bracket.ts"
import { isBeyondDfa } from "./dfa.ts"
import type { BackReference, Ere, EreAnchor, EreGroup, EreNode, Reading } from "./ere.ts"
import {
  columnInCharacters,
  type EreRefusal,
  type EreSource,
  ereSource,
  refuse,
  startsWith,
  takeCharacter,
  unitAt,
} from "./source.ts"

export type ParsedEre = { readonly ok: true; readonly ere: Ere } | ({ readonly ok: false } & EreRefusal)

// Bounds on nesting, so that code that walks the tree may recurse. Rules written by people stay below 10 and 3.
const MAX_DEPTH = 200
const MAX_STACKED_REPEATS = 10

/** RE_DUP_MAX of GNU grep. */
const MAX_REPEAT = 32_767

/** Parses patterns. */
export type EreParser = (pattern: string) => ParsedEre

/** Parses a pattern. Never throws. */
export function parseEre(pattern: string): ParsedEre {
  return createEreParser()(pattern)
}

/** The places of a tree's nodes in its pattern: offsets in UTF-16 units. Sequences and alternations have none. */
export type EreSpans = Map<EreNode, { readonly start: number; readonly end: number }>

/** Parses a pattern and records the places of its nodes. Each node is then an object of its own, which costs time. */
export function locateEre(pattern: string, spans: EreSpans): ParsedEre {
  return createEreParser(spans)(pattern)
}

/** Makes a parser for many patterns. It parses repeated parts once, and their nodes are one object in all trees. */
export function createEreParser(spans?: EreSpans): EreParser {
  const shared = nothingShared()
  return (pattern) => {
    // grep compiles every pattern with regex, at least to check whether it is valid.
    const regex = parseAs("regex", pattern, shared, spans)
    if ("refusal" in regex) return { ok: false, ...regex.refusal }
    const { readings, ...ere } = regex
    const dfa = readings === 1 ? regex : parseAs("dfa", pattern, nothingShared(), spans)
    if ("refusal" in dfa) return { ok: false, ...dfa.refusal }
    const { root } = dfa
    if (isBeyondDfa(root)) return { ok: true, ere: { ...ere, reading: "regex", sieve: root } }
    return { ok: true, ere: { ...ere, root, wordAnchors: false, reading: "dfa", sieve: undefined } }
  }
}

function nothingShared(): Shared {
  return { brackets: new Map(), header: undefined }
}

type Parsed = Omit<Ere, "reading" | "sieve"> & {
  /** 1 if the other matcher reads the pattern in the same way. */
  readonly readings: 1 | 2
}

function parseAs(
  reading: Reading,
  pattern: string,
  shared: Shared,
  spans: EreSpans | undefined,
): Parsed | { readonly refusal: EreRefusal } {
  const parser: Parser = {
    source: ereSource(pattern),
    shared,
    spans,
    reading,
    readings: 1,
    depth: 0,
    groups: 0,
    closed: 0,
    wordAnchors: false,
    backReference: undefined,
  }
  const root = parseAlternation(parser)
  const { wordAnchors, backReference, source, readings } = parser
  if (source.refusal !== undefined) {
    return { refusal: { ...source.refusal, column: columnInCharacters(pattern, source.refusal.column) } }
  }
  return { root, wordAnchors, backReference, ascii: !BEYOND_ASCII.test(pattern), readings }
}

const BEYOND_ASCII = /[^\0-\x7f]/

interface Shared {
  readonly brackets: Map<string, Bracket>
  /** The first group of the previous pattern: Debian's rules all begin with the same one. */
  header: { readonly text: string; readonly node: EreGroup; readonly groups: number } | undefined
}

interface Parser {
  readonly source: EreSource
  readonly shared: Shared
  readonly spans: EreSpans | undefined
  readonly reading: Reading
  /** 2 as soon as the other matcher reads something differently. */
  readings: 1 | 2
  depth: number
  groups: number
  /** Groups that are complete, so that a back-reference may name them, as bits. */
  closed: number
  wordAnchors: boolean
  backReference: BackReference | undefined
}

function parseAlternation(parser: Parser): EreNode {
  const { source } = parser
  const before = parser.closed
  let closed = before
  const branches: EreNode[] = []
  do {
    if (branches.length > 0) source.at++
    // A branch cannot refer to groups of another branch.
    parser.closed = before
    branches.push(parseSequence(parser))
    closed |= parser.closed
  } while (startsWith(source, "|"))
  parser.closed = closed
  return branches.length === 1 && branches[0] !== undefined ? branches[0] : { kind: "alternation", branches }
}

function parseSequence(parser: Parser): EreNode {
  const { source } = parser
  const parts: EreNode[] = []
  while (source.at < source.pattern.length) {
    const start = source.at
    const text = plainText(source)
    if (text !== undefined) {
      parts.push(located(parser, { kind: "text", text }, start))
      continue
    }
    const unit = unitAt(source)
    if (unit === BAR) break
    // A `)` that closes nothing is a character.
    if (unit === RIGHT_PARENTHESIS && parser.depth > 0) break
    const previous = parts.at(-1)
    if (REPEAT_OPERATORS.has(unit) && (previous === undefined || previous.kind === "anchor")) {
      parser.readings = 2
      if (skipLeadingRepeat(parser)) continue
    }
    parts.push(parseRepeats(parser))
  }
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: "sequence", parts }
}

/** ASCII characters that mean themselves, with or without a backslash, and are not repeated. */
const PLAIN_TEXT = /(?:[\w !"#%&',\-/:;<=>@\]`}~]|\\[ !"#$%&()*+,\-./:;=?@[\\\]^_{|}~])+(?![*+?{])/y

/** Consumes the plain text that comes next, if any, and returns it without backslashes. */
function plainText(source: EreSource): string | undefined {
  PLAIN_TEXT.lastIndex = source.at
  if (!PLAIN_TEXT.test(source.pattern)) return undefined
  const text = source.pattern.slice(source.at, PLAIN_TEXT.lastIndex)
  source.at = PLAIN_TEXT.lastIndex
  return text.includes("\\") ? text.replace(/\\(.)/g, "$1") : text
}

/**
 * Consumes a repeat with nothing to repeat. Returns false if the next character is a literal, whatever it is.
 *
 * The automaton repeats the empty expression, and reads a `{` that opens no interval as a character. regex skips the
 * one character of the operator, even `{`, and reads a `)` after it as a character.
 */
function skipLeadingRepeat(parser: Parser): boolean {
  const { source, reading } = parser
  if (reading === "dfa") return parseRepeat(source, reading) !== undefined
  while (REPEAT_OPERATORS.has(unitAt(source))) source.at++
  return !startsWith(source, ")")
}

const REPEAT_OPERATORS = new Set(Array.from("*+?{", (operator) => operator.charCodeAt(0)))

/** One atom and the repeats after it. `a+?` is a repeat of a repeat; there is no lazy matching. */
function parseRepeats(parser: Parser): EreNode {
  const { source, reading } = parser
  const start = source.at
  let body = located(parser, parseAtom(parser), start)
  if (body.kind === "anchor" && reading === "regex") return body
  for (let stacked = 0; ; stacked++) {
    const column = source.at + 1
    const limits = parseRepeat(source, reading)
    if (limits === undefined) return body
    if (stacked === MAX_STACKED_REPEATS) {
      refuse(source, column, `more than ${MAX_STACKED_REPEATS} repeats in a row`, "write one repeat")
    }
    body = located(parser, { kind: "repeat", body, ...limits }, start)
  }
}

/** Records the place of a node, if places are asked for. */
function located(parser: Parser, node: EreNode, start: number): EreNode {
  if (parser.spans === undefined) return node
  const own = { ...node }
  parser.spans.set(own, { start, end: parser.source.at })
  return own
}

function parseRepeat(source: EreSource, reading: Reading): { min: number; max: number } | undefined {
  switch (unitAt(source)) {
    case ASTERISK:
      source.at++
      return { min: 0, max: Number.POSITIVE_INFINITY }
    case PLUS:
      source.at++
      return { min: 1, max: Number.POSITIVE_INFINITY }
    case QUESTION_MARK:
      source.at++
      return { min: 0, max: 1 }
    case LEFT_BRACE:
      return parseInterval(source, reading)
    default:
      return undefined
  }
}

/**
 * `{m}` `{m,}` `{,n}` `{m,n}` `{,}`; undefined, with nothing consumed, if the `{` opens none of them and is a
 * character.
 */
function parseInterval(source: EreSource, reading: Reading): { min: number; max: number } | undefined {
  const start = source.at
  source.at++
  const min = parseNumber(source)
  const comma = startsWith(source, ",")
  if (comma) source.at++
  const max = comma ? parseNumber(source) : min
  const empty = min === undefined && !comma
  if (reading === "dfa" && (!startsWith(source, "}") || empty || (min ?? 0) > (max ?? Number.POSITIVE_INFINITY))) {
    source.at = start
    return undefined
  }
  if ((startsWith(source, "}") && empty) || (startsWith(source, ",") && comma)) {
    refuse(source, start + 1, "this interval is not valid", "write {m}, {m,} or {m,n}, or \\{ for a literal {")
  } else if (!startsWith(source, "}")) {
    source.at = start
    return undefined
  }
  source.at++
  const limits = { min: min ?? 0, max: max ?? Number.POSITIVE_INFINITY }
  if (limits.min > limits.max) {
    refuse(source, start + 1, "this interval is backwards", "write the smaller number first")
  } else if (limits.min > MAX_REPEAT || (max !== undefined && max > MAX_REPEAT)) {
    refuse(source, start + 1, `more than ${MAX_REPEAT} repeats`, "use * or +")
  }
  return limits
}

function parseNumber(source: EreSource): number | undefined {
  let number: number | undefined
  for (;;) {
    const digit = unitAt(source) - ZERO
    if (digit < 0 || digit > 9) return number
    number = Math.min((number ?? 0) * 10 + digit, MAX_REPEAT + 1)
    source.at++
  }
}

function parseAtom(parser: Parser): EreNode {
  const { source } = parser
  switch (unitAt(source)) {
    case LEFT_PARENTHESIS:
      return parseGroup(parser)
    case LEFT_BRACKET:
      return parseSharedBracket(source, parser.shared.brackets)
    case BACKSLASH:
      return parseEscape(parser)
    case DOT:
      source.at++
      return { kind: "any" }
    case CARET:
      source.at++
      return { kind: "anchor", at: "line-start" }
    case DOLLAR:
      source.at++
      return { kind: "anchor", at: "line-end" }
    default:
      return { kind: "character", codePoint: takeCharacter(source) ?? 0 }
  }
}

function parseGroup(parser: Parser): EreNode {
  const { source, shared } = parser
  const { at: start, pattern } = source
  const isFirst = parser.groups === 0
  if (isFirst && shared.header !== undefined && pattern.startsWith(shared.header.text, start)) {
    const { text, node, groups } = shared.header
    source.at += text.length
    parser.groups = groups
    for (let index = 1; index <= Math.min(groups, MAX_BACK_REFERENCE); index++) parser.closed |= 1 << index
    return node
  }
  const index = ++parser.groups
  if (parser.depth === MAX_DEPTH) {
    refuse(source, start + 1, `parentheses are nested more than ${MAX_DEPTH} deep`, "simplify the pattern")
  }
  source.at++
  parser.depth++
  const body = parseAlternation(parser)
  parser.depth--
  if (startsWith(source, ")")) source.at++
  else refuse(source, start + 1, "this ( is never closed", 'add the closing ")", or write \\( for a literal (')
  if (index <= MAX_BACK_REFERENCE) parser.closed |= 1 << index
  const node: EreGroup = { kind: "group", index, body }
  if (isFirst && isPlain(parser)) shared.header = { text: pattern.slice(start, source.at), node, groups: parser.groups }
  return node
}

/** Whether the parser has met nothing that must be noted of every pattern that shares what it parsed. */
function isPlain({ wordAnchors, backReference, readings, source }: Parser): boolean {
  return !wordAnchors && backReference === undefined && readings === 1 && source.refusal === undefined
}

/** `\9`. */
const MAX_BACK_REFERENCE = 9

const WORD_ANCHORS = new Map<string, EreAnchor["at"]>([
  ["<", "word-start"],
  [">", "word-end"],
  ["b", "word-edge"],
  ["B", "not-word-edge"],
])

const ESCAPED_BRACKETS: ReadonlyMap<string, Bracket> = new Map([
  ["w", wordBracket(false)],
  ["W", wordBracket(true)],
  ["s", spaceBracket(false)],
  ["S", spaceBracket(true)],
])

/**
 * A backslash and the next character. A few letters have a meaning of GNU's; any other character means itself: `\d` is
 * d.
 */
function parseEscape(parser: Parser): EreNode {
  const { source } = parser
  const column = source.at + 1
  source.at++
  const codePoint = takeCharacter(source)
  if (codePoint === undefined) {
    refuse(source, column, "this backslash at the end escapes nothing", "write \\\\ for a literal backslash")
    return { kind: "sequence", parts: [] }
  }
  const text = String.fromCodePoint(codePoint)
  const wordAnchor = WORD_ANCHORS.get(text)
  if (wordAnchor !== undefined) {
    parser.wordAnchors = true
    return { kind: "anchor", at: wordAnchor }
  }
  const bracket = ESCAPED_BRACKETS.get(text)
  if (bracket !== undefined) return bracket
  switch (text) {
    case "`":
      return { kind: "anchor", at: "line-start" }
    case "'":
      return { kind: "anchor", at: "line-end" }
  }
  if (text >= "1" && text <= "9") return parseBackReference(parser, column, Number(text))
  return { kind: "character", codePoint }
}

function parseBackReference(parser: Parser, column: number, group: number): EreNode {
  // The automaton reads any reference as "anything", so it need not be valid there.
  if (parser.reading === "regex" && (parser.closed & (1 << group)) === 0) {
    refuse(parser.source, column, `\\${group} refers to no group before it`, `write ${group} for the digit`)
  }
  const reference: BackReference = {
    kind: "back-reference",
    group,
    column: columnInCharacters(parser.source.pattern, column),
  }
  parser.backReference ??= reference
  return reference
}
