/**
 * POSIX extended regular expressions with GNU's additions: a pattern in, a syntax tree out.
 *
 * The dialect is that of GNU grep 3.8, `grep -E` in C.UTF-8, which logcheck's rules are written for:
 * what POSIX leaves undefined is as grep has it. grep has two matchers that read a few patterns in two ways;
 * which of them a pattern falls to is decided here as grep decides it (see Reading).
 */

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

// Bounds on nesting: whoever walks the tree may recurse. Rules written by people stay below 10 and 3.
const MAX_DEPTH = 200
const MAX_STACKED_REPEATS = 10

/** RE_DUP_MAX of GNU grep. */
const MAX_REPEAT = 32_767

/** Parses patterns. */
export type EreParser = (pattern: string) => ParsedEre

/** Parses a pattern. Never throws, whatever the pattern. */
export function parseEre(pattern: string): ParsedEre {
  return createEreParser()(pattern)
}

/** Where the nodes of a tree stand in its pattern: offsets in UTF-16 units. Sequences and alternations have none of their own. */
export type EreSpans = Map<EreNode, { readonly start: number; readonly end: number }>

/** Parses a pattern and notes where its nodes stand. Each node is an object of its own then, which costs time. */
export function locateEre(pattern: string, spans: EreSpans): ParsedEre {
  return createEreParser(spans)(pattern)
}

/** Makes a parser of many patterns: it parses once what they repeat, and such nodes are one object in their trees. */
export function createEreParser(spans?: EreSpans): EreParser {
  const shared = nothingShared()
  return (pattern) => {
    // grep shows every pattern to regex, if only to see whether it is one.
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
  /** Whether the other matcher reads the same. */
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
  /** The first group of the pattern before: Debian's rules all begin with the same one. */
  header: { readonly text: string; readonly node: EreGroup; readonly groups: number } | undefined
}

interface Parser {
  readonly source: EreSource
  readonly shared: Shared
  readonly spans: EreSpans | undefined
  readonly reading: Reading
  /** 2 from the first place on that the other reading takes for something else. */
  readings: 1 | 2
  depth: number
  groups: number
  /** Groups that are complete, which a back-reference may name, as bits. */
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
    // What one branch closes, its neighbours cannot refer to.
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
    if (unit === CLOSING_PARENTHESIS && parser.depth > 0) break
    const previous = parts.at(-1)
    if (REPEAT_OPERATORS.has(unit) && (previous === undefined || previous.kind === "anchor")) {
      parser.readings = 2
      if (skipLeadingRepeat(parser)) continue
    }
    parts.push(parseRepeats(parser))
  }
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: "sequence", parts }
}

const BAR = 0x7c
const CLOSING_PARENTHESIS = 0x29

/** ASCII characters that mean themselves, with a backslash or without, up to one that is repeated. */
const PLAIN_TEXT = /(?:[\w !"#%&',\-/:;<=>@\]`}~]|\\[ !"#$%&()*+,\-./:;=?@[\\\]^_{|}~])+(?![*+?{])/y

/** Passes over the plain text that comes next, if any, and returns it without backslashes. */
function plainText(source: EreSource): string | undefined {
  PLAIN_TEXT.lastIndex = source.at
  if (!PLAIN_TEXT.test(source.pattern)) return undefined
  const text = source.pattern.slice(source.at, PLAIN_TEXT.lastIndex)
  source.at = PLAIN_TEXT.lastIndex
  return text.includes("\\") ? text.replace(/\\(.)/g, "$1") : text
}

/**
 * Passes over a repeat with nothing to repeat and returns whether something else than a character follows.
 *
 * The automaton repeats the empty expression, and takes a `{` that opens no interval for a character. regex passes over
 * the one character of the operator, be it `{`, and takes a `)` behind it for a character.
 */
function skipLeadingRepeat(parser: Parser): boolean {
  const { source, reading } = parser
  if (reading === "dfa") return parseRepeat(source, reading) !== undefined
  while (REPEAT_OPERATORS.has(unitAt(source))) source.at++
  return !startsWith(source, ")")
}

const OPEN_BRACE = 0x7b
const REPEAT_OPERATORS = new Set(Array.from("*+?{", (operator) => operator.charCodeAt(0)))

/** One atom and the repeats behind it; `a+?` is a repeat of a repeat, there is no lazy matching. */
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

/** Notes where a node stands, where that is asked for. */
function located(parser: Parser, node: EreNode, start: number): EreNode {
  if (parser.spans === undefined) return node
  const own = { ...node }
  parser.spans.set(own, { start, end: parser.source.at })
  return own
}

function parseRepeat(source: EreSource, reading: Reading): { min: number; max: number } | undefined {
  switch (unitAt(source)) {
    case 0x2a:
      source.at++
      return { min: 0, max: Number.POSITIVE_INFINITY }
    case 0x2b:
      source.at++
      return { min: 1, max: Number.POSITIVE_INFINITY }
    case 0x3f:
      source.at++
      return { min: 0, max: 1 }
    case OPEN_BRACE:
      return parseInterval(source, reading)
    default:
      return undefined
  }
}

/** `{m}` `{m,}` `{,n}` `{m,n}` `{,}`; undefined, with nothing passed over, where the `{` opens none of them and is a character. */
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
    refuse(source, start + 1, "this is no interval", "write {m}, {m,} or {m,n}, or \\{ for the character")
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
    const digit = unitAt(source) - 0x30
    if (digit < 0 || digit > 9) return number
    number = Math.min((number ?? 0) * 10 + digit, MAX_REPEAT + 1)
    source.at++
  }
}

function parseAtom(parser: Parser): EreNode {
  const { source } = parser
  switch (unitAt(source)) {
    case 0x28:
      return parseGroup(parser)
    case 0x5b:
      return parseSharedBracket(source, parser.shared.brackets)
    case 0x5c:
      return parseEscape(parser)
    case 0x2e:
      source.at++
      return { kind: "any" }
    case 0x5e:
      source.at++
      return { kind: "anchor", at: "line-start" }
    case 0x24:
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
    refuse(source, start + 1, `more than ${MAX_DEPTH} parentheses inside one another`, "write a flatter pattern")
  }
  source.at++
  parser.depth++
  const body = parseAlternation(parser)
  parser.depth--
  if (startsWith(source, ")")) source.at++
  else refuse(source, start + 1, "this ( is never closed", 'add the closing ")", or write \\( for the character')
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

/** A backslash and what follows. GNU knows a few letters; before anything else it only says "the character itself": `\d` is a d. */
function parseEscape(parser: Parser): EreNode {
  const { source } = parser
  const column = source.at + 1
  source.at++
  const codePoint = takeCharacter(source)
  if (codePoint === undefined) {
    refuse(source, column, "a backslash at the end escapes nothing", "write \\\\ for the character")
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
  // To the automaton a reference is anything, to whatever it refers.
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
