/**
 * The emitter writes a syntax tree as a pattern for RE2, in the symbols of an alphabet (ere/alphabet.ts).
 *
 * node-re2 rewrites everything that looks like JavaScript's syntax (its pattern.cc). So the emitter uses only forms
 * that it does not change: ASCII characters, with \ before punctuation that needs it, \x{…} for other characters,
 * brackets of ranges, and (?:…).
 */

import { type Alphabet, type AlphabetSymbol, INVALID_SYMBOL, OTHER_MARK, WORD_MARK } from "../ere/alphabet.ts"
import { type Bracket, bracketTakes } from "../ere/bracket.ts"
import { isAtomBeyondDfa } from "../ere/dfa.ts"
import type { EreAnchor, EreAny, EreCharacter, EreGroup, EreNode, EreRepeat, Reading } from "../ere/ere.ts"
import { isBeyondUnicode, isRawByte } from "../ere/utf8.ts"

/** A pattern that matches no line. */
const NEVER = "[^\\x{0}-\\x{10FFFF}]"

export interface Re2Emitter {
  /**
   * Returns the pattern for lines from `Alphabet.encode`. With the reading "dfa", parts that the automaton cannot run
   * match anything.
   *
   * Word anchors are omitted: RE2 does not have all of them, and knows ASCII words only. So a line that the pattern of
   * a rule with word anchors matches is a candidate, and the marked pattern confirms it.
   */
  plain(root: EreNode, reading: Reading): string
  /** Returns the pattern for lines from `Alphabet.encodeMarked`, exact with word anchors. */
  marked(root: EreNode): string
}

export function createRe2Emitter(alphabet: Alphabet): Re2Emitter {
  const plainTarget = (reading: Reading): Target => ({
    alphabet,
    reading,
    written: new Map(),
    groups: new Map(),
    choice: oneOf,
    text: plainText,
    wordAnchor: () => "",
  })
  const plain: Record<Reading, Target> = { dfa: plainTarget("dfa"), regex: plainTarget("regex") }
  const marked: Target = {
    alphabet,
    // The automaton cannot run word anchors.
    reading: "regex",
    written: new Map(),
    groups: new Map(),
    choice: oneOfMarked,
    text: (text) => Array.from(text, (character) => markedText(character)).join(""),
    wordAnchor: (at) => WORD_ANCHORS[at],
  }
  const mark = `[${WORD_MARK}${codeText(OTHER_MARK.charCodeAt(0))}]`
  const last = codeText(alphabet.symbols.at(-1)?.symbol ?? INVALID_SYMBOL)
  // A mark looks like a character, so a match must not begin inside a triple of mark, character and mark.
  const before = `^(?:${mark}[\\x{0}-${last}]${mark})*`
  return {
    plain: (root, reading) => write(root, plain[reading]),
    marked: (root) => `${before}(?:${write(root, marked)})`,
  }
}

/** Estimates the pattern's size in RE2, with its repeats written out: about one for each character. */
export function re2Size(node: EreNode): number {
  switch (node.kind) {
    case "text":
      return node.text.length
    case "group":
      return re2Size(node.body)
    case "repeat":
      return re2Size(node.body) * Math.max(1, node.max === Number.POSITIVE_INFINITY ? node.min : node.max) + 1
    case "sequence": {
      let size = 1
      for (const part of node.parts) size += re2Size(part)
      return size
    }
    case "alternation": {
      let size = 1
      for (const branch of node.branches) size += re2Size(branch)
      return size
    }
    default:
      return 1
  }
}

type WordAnchor = Exclude<EreAnchor["at"], "line-start" | "line-end">

/** Between the marks of two neighbours; see WORD_MARK. */
const WORD_ANCHORS: Record<WordAnchor, string> = {
  "word-start": "(?m:^)\\b",
  "word-end": "\\b(?m:$)",
  "word-edge": "\\b",
  "not-word-edge": "\\B",
}

/** The differences between plain and marked lines. */
interface Target {
  readonly alphabet: Alphabet
  readonly reading: Reading
  /** The text of each character and bracket so far: all rules share the same few hundred. */
  readonly written: Map<number | "any" | Bracket, string>
  /** The text of each group so far: the header's group is one object in the trees of all rules that begin with it. */
  readonly groups: Map<EreGroup, { readonly text: string; readonly repeats: number }>
  choice(symbols: readonly AlphabetSymbol[]): string
  /** ASCII characters, each of which is its own symbol. */
  text(text: string): string
  wordAnchor(at: WordAnchor): string
}

function write(root: EreNode, target: Target): string {
  const pieces: string[] = []
  emit(root, target, pieces)
  return pieces.join("")
}

/** Appends to `pieces`; returns the largest product of nested repeats, which RE2 bounds. */
function emit(node: EreNode, target: Target, pieces: string[]): number {
  switch (node.kind) {
    case "character":
    case "any":
    case "bracket":
      pieces.push(emitChoice(node, target))
      return 1
    case "text":
      pieces.push(target.text(node.text))
      return 1
    case "anchor":
      pieces.push(emitAnchor(node.at, target))
      return 1
    case "group": {
      let group = target.groups.get(node)
      if (group === undefined) {
        const inner: string[] = []
        const repeats = emit(node.body, target, inner)
        group = { text: `(?:${inner.join("")})`, repeats }
        target.groups.set(node, group)
      }
      pieces.push(group.text)
      return group.repeats
    }
    case "repeat":
      return emitRepeat(node, target, pieces)
    case "sequence":
      return emitAll(node.parts, "", target, pieces)
    case "alternation":
      return emitAll(node.branches, "|", target, pieces)
    case "back-reference":
      if (target.reading !== "dfa") throw new Error("RE2 has no back-references; the caller replaces them")
      pieces.push(ANYTHING)
      return 1
  }
}

function emitAll(nodes: readonly EreNode[], between: string, target: Target, pieces: string[]): number {
  let most = 1
  for (let index = 0; index < nodes.length; index += 1) {
    if (index > 0 && between !== "") pieces.push(between)
    most = Math.max(most, emit(nodes[index]!, target, pieces))
  }
  return most
}

function emitAnchor(at: EreAnchor["at"], target: Target): string {
  if (at === "line-start") return "^"
  return at === "line-end" ? "$" : target.wordAnchor(at)
}

/** RE2 refuses more repeats, and a larger product of nested repeats (maximum_repeat_count in its parse.cc). */
const MAX_RE2_REPEATS = 1000

/** Writes a repeat that RE2 would refuse as several consecutive repeats: `a{1500}` as `a{1000}a{500}`. */
function emitRepeat({ body, min, max }: EreRepeat, target: Target, pieces: string[]): number {
  const start = pieces.length
  const repeats = emit(body, target, pieces)
  const most = Math.floor(MAX_RE2_REPEATS / repeats)
  const limit = max === Number.POSITIVE_INFINITY ? min : max
  if (limit <= most && body.kind !== "repeat" && body.kind !== "anchor") {
    pieces.push(repeatText(min, max))
    return repeats * Math.max(1, limit)
  }
  const text = pieces.splice(start).join("")
  // RE2 reads `x{2}*` and `^*` differently, or refuses them.
  const operand = body.kind === "repeat" || body.kind === "anchor" ? `(?:${text})` : text
  if (limit <= most) {
    pieces.push(operand, repeatText(min, max))
    return repeats * Math.max(1, limit)
  }
  for (const count of chunks(min, most)) pieces.push(operand, repeatText(count, count))
  if (max === Number.POSITIVE_INFINITY) pieces.push(operand, "*")
  else for (const count of chunks(max - min, most)) pieces.push(operand, repeatText(0, count))
  return repeats * most
}

function repeatText(min: number, max: number): string {
  if (max === Number.POSITIVE_INFINITY) return min === 0 ? "*" : min === 1 ? "+" : `{${min},}`
  if (min === 0 && max === 1) return "?"
  return min === max ? `{${min}}` : `{${min},${max}}`
}

function chunks(count: number, most: number): number[] {
  const full = new Array<number>(Math.floor(count / most)).fill(most)
  return count % most === 0 ? full : [...full, count % most]
}

function emitChoice(node: EreCharacter | EreAny | Bracket, target: Target): string {
  if (target.reading === "dfa" && isAtomBeyondDfa(node)) return ANYTHING
  const key = choiceKey(node)
  let text = target.written.get(key)
  if (text === undefined) {
    text = target.choice(target.alphabet.symbols.filter((symbol) => takes(node, symbol, target.reading)))
    target.written.set(key, text)
  }
  return text
}

const ANYTHING = "(?:[\\x{0}-\\x{10FFFF}]*)"

function choiceKey(node: EreCharacter | EreAny | Bracket): number | "any" | Bracket {
  if (node.kind === "character") return node.codePoint
  return node.kind === "any" ? "any" : node
}

function takes(
  node: EreCharacter | EreAny | Bracket,
  { codePoint, classes }: AlphabetSymbol,
  reading: Reading,
): boolean {
  switch (node.kind) {
    case "character":
      return node.codePoint === codePoint
    case "any":
      if (codePoint === undefined) return true
      return !isRawByte(codePoint) && (reading === "regex" || !isBeyondUnicode(codePoint))
    case "bracket":
      return bracketTakes(node, codePoint ?? -1, classes)
  }
}

function oneOf(symbols: readonly AlphabetSymbol[]): string {
  const codes = symbols.map(({ symbol }) => symbol)
  if (codes.length <= 1) return codes[0] === undefined ? NEVER : codeText(codes[0])
  const ranges: { first: number; last: number }[] = []
  for (const code of codes) {
    const range = ranges.at(-1)
    if (range?.last === code - 1) range.last = code
    else ranges.push({ first: code, last: code })
  }
  const text = ranges.map(({ first, last }) =>
    first === last ? codeText(first) : `${codeText(first)}-${codeText(last)}`,
  )
  return `[${text.join("")}]`
}

/** Escapes characters that have a special meaning outside brackets. */
function plainText(text: string): string {
  return text.replace(/[$()*+./?[\\\]^{|}]/g, "\\$&")
}

/** An ASCII character between its two marks. */
function markedText(character: string): string {
  const mark = /\w/.test(character) ? WORD_MARK : codeText(OTHER_MARK.charCodeAt(0))
  return mark + codeText(character.charCodeAt(0)) + mark
}

/** One of the symbols between its two marks. */
function oneOfMarked(symbols: readonly AlphabetSymbol[]): string {
  const mark = codeText(OTHER_MARK.charCodeAt(0))
  const ofWords = oneOf(symbols.filter(({ word }) => word))
  const others = oneOf(symbols.filter(({ word }) => !word))
  return `(?:${WORD_MARK}${ofWords}${WORD_MARK}|${mark}${others}${mark})`
}

/** A character in a form that means itself, inside brackets and outside. */
function codeText(code: number): string {
  const text = String.fromCodePoint(code)
  if (/^[0-9A-Za-z ]$/.test(text)) return text
  return code > 0x20 && code < 0x7f ? `\\${text}` : `\\x{${code.toString(16).toUpperCase()}}`
}
