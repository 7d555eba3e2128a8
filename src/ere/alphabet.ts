/**
 * The compressed alphabet makes exact matching beyond ASCII cheap.
 *
 * `[[:alnum:]]` holds some 140,000 characters, but the rules in force distinguish few of them: only the classes of a
 * character matter, and whether a rule names it. Before a line with such characters is matched, each is replaced by the
 * one symbol of its kind, and the patterns are written in symbols:
 *
 *     line      c a f é           c a f U+0083       U+0083: any lower-case letter that no rule names
 *     pattern   [[:alpha:]]+      [A-Za-z\x{82}-\x{83}…]+
 *
 * ASCII characters are their own symbols, so an ASCII line needs no encoding. Other symbols are numbered from U+0080
 * up. In practice they have two bytes each.
 */

import { bracketTakes, wordBracket } from "./bracket.ts"
import { CLASS_SETS_BEYOND_ASCII, classesOf } from "./character-classes.ts"
import type { Ere, EreNode } from "./ere.ts"
import { characterAt, encodedLength, isBeyondUnicode, isRawByte, RAW_BYTE_BASE } from "./utf8.ts"

export interface Alphabet {
  /** Ascending. */
  readonly symbols: readonly AlphabetSymbol[]
  /** Returns the line in symbols. The bytes are valid until the next call. */
  encode(line: Buffer): Buffer
  /** Like `encode`, with every character between two marks, for word anchors; see WORD_MARK. */
  encodeMarked(line: Buffer): Buffer
  /** Whether a line in symbols holds a character beyond U+10FFFF. */
  isBeyondUnicode(encoded: Buffer): boolean
}

/** A symbol stands for one character that is ASCII or that rules name, or for all others with one set of classes. */
export interface AlphabetSymbol {
  readonly symbol: number
  readonly codePoint: number | undefined
  readonly classes: number
  /** Whether a word anchor counts it as part of a word. */
  readonly word: boolean
}

/** Stands for all characters beyond Unicode. */
const FIRST_BEYOND_UNICODE = 0x11_0000

/** Stands for a byte that is not UTF-8 and that no rule names. No pattern matches it. */
export const INVALID_SYMBOL = 0x80

/**
 * In a marked line each character is between two marks: WORD_MARK if it is part of a word, else OTHER_MARK. `foo-`
 * becomes `afaaoaaoa\n-\n`. RE2's `\b` knows ASCII only; on a marked line it finds word boundaries where grep does. It
 * also distinguishes a word's start from its end, since `(?m:^)` holds after a line feed and `(?m:$)` before one.
 */
export const WORD_MARK = "a"
export const OTHER_MARK = "\n"

/** Makes the alphabet that distinguishes the characters that these rules distinguish. */
export function createAlphabet(eres: readonly Ere[]): Alphabet {
  const named = new Set<number>()
  for (const { ascii, root } of eres) if (!ascii) collectNamed(root, named)

  const symbols: AlphabetSymbol[] = []
  for (let codePoint = 0; codePoint < 0x80; codePoint++) symbols.push(characterSymbol(codePoint, codePoint))
  const byClasses = new Map<number, number>()
  const byName = new Map<number, number>()
  let next = INVALID_SYMBOL
  for (const classes of CLASS_SETS_BEYOND_ASCII) {
    next = symbolAfter(next)
    byClasses.set(classes, next)
    symbols.push({ symbol: next, codePoint: undefined, classes, word: bracketTakes(WORD, -1, classes) })
  }
  for (const codePoint of [FIRST_BEYOND_UNICODE, ...named]) {
    next = symbolAfter(next)
    byName.set(codePoint, next)
    symbols.push(characterSymbol(next, codePoint))
  }

  function symbolOf(codePoint: number): number {
    const symbol = byName.get(codePoint)
    if (symbol !== undefined) return symbol
    if (isRawByte(codePoint)) return INVALID_SYMBOL
    const known = isBeyondUnicode(codePoint) ? byName.get(FIRST_BEYOND_UNICODE) : byClasses.get(classesOf(codePoint))
    return known ?? INVALID_SYMBOL
  }

  let scratch = Buffer.alloc(0)

  function makeRoom(line: Buffer): void {
    const room = line.length * MAX_ENCODED_BYTES
    if (scratch.length < room) scratch = Buffer.alloc(room)
  }

  /** Writes the character's symbol in UTF-8 and returns how many bytes it took. */
  function write(codePoint: number, at: number): number {
    if (codePoint < 0x80) {
      scratch[at] = codePoint
      return 1
    }
    const symbol = symbolOf(codePoint)
    if (symbol >= 0x800) return scratch.write(String.fromCodePoint(symbol), at)
    scratch[at] = 0xc0 | (symbol >> 6)
    scratch[at + 1] = 0x80 | (symbol & 0x3f)
    return 2
  }

  function encode(line: Buffer): Buffer {
    makeRoom(line)
    let length = 0
    for (let at = 0; at < line.length; ) {
      const codePoint = characterAt(line, at)
      at += encodedLength(codePoint)
      length += write(codePoint, length)
    }
    return scratch.subarray(0, length)
  }

  function encodeMarked(line: Buffer): Buffer {
    makeRoom(line)
    let length = 0
    for (let at = 0; at < line.length; ) {
      const codePoint = characterAt(line, at)
      at += encodedLength(codePoint)
      const mark = (isWord(codePoint) ? WORD_MARK : OTHER_MARK).charCodeAt(0)
      scratch[length++] = mark
      length += write(codePoint, length)
      scratch[length++] = mark
    }
    return scratch.subarray(0, length)
  }

  const beyondUnicode = Buffer.from(String.fromCodePoint(symbolOf(FIRST_BEYOND_UNICODE)))

  return { symbols, encode, encodeMarked, isBeyondUnicode: (encoded) => encoded.includes(beyondUnicode) }
}

/**
 * A byte that is not UTF-8 becomes one symbol and two marks. If rules name thousands of characters, a symbol has up to
 * four bytes.
 */
const MAX_ENCODED_BYTES = 6

const WORD = wordBracket(false)

/**
 * Whether a word anchor counts the character as part of a word. glibc reads a byte that is not UTF-8 as Latin-1 there.
 */
export function isWord(codePoint: number): boolean {
  return bracketTakes(WORD, isRawByte(codePoint) ? codePoint - RAW_BYTE_BASE : codePoint)
}

function characterSymbol(symbol: number, codePoint: number): AlphabetSymbol {
  return { symbol, codePoint, classes: classesOf(codePoint), word: isWord(codePoint) }
}

/** Skips the surrogates, which UTF-8 cannot hold. */
function symbolAfter(symbol: number): number {
  return symbol === 0xd7ff ? 0xe000 : symbol + 1
}

/** Adds the characters beyond ASCII that the pattern names, in a bracket or outside. */
function collectNamed(node: EreNode, named: Set<number>): void {
  switch (node.kind) {
    case "character":
      if (node.codePoint >= 0x80) named.add(node.codePoint)
      return
    case "bracket":
      // Ranges end with ASCII, so this is a single character.
      for (const [first] of node.ranges) if (first >= 0x80) named.add(first)
      return
    case "group":
    case "repeat":
      collectNamed(node.body, named)
      return
    case "sequence":
      for (const part of node.parts) collectNamed(part, named)
      return
    case "alternation":
      for (const branch of node.branches) collectNamed(branch, named)
  }
}
