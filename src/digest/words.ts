/**
 * Cuts a template into words and what stands between them.
 *
 *     Failed password for root from <ip>:<n>      Failed|password|for|root|from|<ip>|:|<n>
 *     user=ada rhost= cmd="ls -l"                 user|=|ada|rhost|=||cmd|=|"|ls|-l|"
 *
 * A place where a value could stand and none does holds an empty word: `rhost=`, `()`, `""`. Joined, the tokens are the text
 * again, with one blank for several; cut again, it gives the same tokens. Linear in the text.
 */
import {
  BAR,
  COLON,
  COMMA,
  DOT,
  EQUALS,
  GREATER,
  isDigit,
  LEFT_BRACE,
  LEFT_BRACKET,
  LEFT_PARENTHESIS,
  LESS,
  MINUS,
  QUOTE,
  RIGHT_BRACKET,
  RIGHT_PARENTHESIS,
  SPACE,
  UNDERSCORE,
} from "../text/ascii.ts"
import type { Lexicon } from "./lexicon.ts"
import { Token } from "./token.ts"
import { isClosing, isLetter, isSeparator, isStop, separates, wordEnd } from "./word-end.ts"

const APOSTROPHE = 0x27
const SEMICOLON = 0x3b

/** Ends a template that was cut. */
export const ELLIPSIS = "…"

/** Cuts one text at a time. */
export class WordCutter {
  readonly #lexicon: Lexicon
  readonly #pool: Token[] = []
  readonly #tokens: Token[] = []

  constructor(lexicon: Lexicon) {
    this.#lexicon = lexicon
  }

  /** Cuts `text` from `at` on. In the text of a form, `<*>` is a word. The tokens are good until the next text is cut. */
  cut(text: string, at: number, isForm: boolean): readonly Token[] {
    const tokens = this.#tokens
    tokens.length = 0
    const end = textEnd(text, at)
    let isSpaced = false
    while (at < end) {
      const code = text.charCodeAt(at)
      let next = at + 1
      if (code <= SPACE) {
        isSpaced = tokens.length > 0
        at = next
        continue
      }
      if (isSeparator(text, at, end, isForm)) {
        if (code === EQUALS) while (next < end && text.charCodeAt(next) === EQUALS) next += 1
        this.#addOther(text, isSpaced, at, next)
        if (next === at + 1 && isEmptyAfter(text, at, end)) this.#addWord(text, false, next, next)
      } else {
        next = wordEnd(text, at, end, isForm)
        let last = next
        while (last > at && isStop(text.charCodeAt(last - 1))) last -= 1
        if (last > at) this.#addWord(text, isSpaced, at, last)
        if (last < next) this.#addOther(text, isSpaced && last === at, last, next)
      }
      isSpaced = false
      at = next
    }
    return tokens
  }

  #addWord(text: string, isSpaced: boolean, start: number, end: number): void {
    const lexeme = this.#lexicon.find(text, start, end)
    this.#tokens.push(this.#next().set(lexeme.text, lexeme, isSpaced, start, end))
  }

  #addOther(text: string, isSpaced: boolean, start: number, end: number): void {
    const other = end === start + 1 ? text.charAt(start) : text.slice(start, end)
    this.#tokens.push(this.#next().set(other, undefined, isSpaced, start, end))
  }

  #next(): Token {
    const index = this.#tokens.length
    if (index === this.#pool.length) this.#pool.push(new Token())
    return this.#pool[index]!
  }
}

export function isCut(text: string): boolean {
  return text.charCodeAt(blankStart(text, text.length) - 1) === ELLIPSIS.charCodeAt(0)
}

/** A template that was cut ends within a word, which is left out. */
function textEnd(text: string, at: number): number {
  const end = blankStart(text, text.length)
  return isCut(text) ? Math.max(at, blankStart(text, text.lastIndexOf(" ", end - 1))) : Math.max(at, end)
}

/** Returns the index of the first of the blanks that end before `end`. */
function blankStart(text: string, end: number): number {
  let start = Math.max(0, end)
  while (start > 0 && text.charCodeAt(start - 1) <= SPACE) start -= 1
  return start
}

/** Whether nothing stands where the separator at `at` lets a value be expected. */
function isEmptyAfter(text: string, at: number, end: number): boolean {
  const code = text.charCodeAt(at)
  const next = at + 1 < end ? text.charCodeAt(at + 1) : SPACE
  switch (code) {
    case LEFT_PARENTHESIS:
      return next === RIGHT_PARENTHESIS
    case LEFT_BRACKET:
      return next === RIGHT_BRACKET
    case LESS:
      return next === GREATER
    case QUOTE:
    case APOSTROPHE:
      return next === code && (at === 0 || isBeforeValue(text.charCodeAt(at - 1)))
    case EQUALS:
      return at > 0 && isKeyEnd(text.charCodeAt(at - 1)) && isEmptyAssignment(text, at + 1, end)
    default:
      return false
  }
}

function isBeforeValue(code: number): boolean {
  return (
    code <= SPACE ||
    code === EQUALS ||
    code === LEFT_PARENTHESIS ||
    code === LEFT_BRACKET ||
    code === COMMA ||
    code === COLON ||
    code === LEFT_BRACE
  )
}

/** A key can end in a mask: `cs<n>=`. */
function isKeyEnd(code: number): boolean {
  return code > SPACE && (!separates(code) || code === GREATER)
}

/** `rhost= user=root` has an empty host; `allDrawn= false` has a value. */
function isEmptyAssignment(text: string, at: number, end: number): boolean {
  if (at >= end) return true
  const code = text.charCodeAt(at)
  if (code > SPACE) return isClosing(code) || code === COMMA || code === SEMICOLON || code === BAR
  while (at < end && text.charCodeAt(at) <= SPACE) at += 1
  if (at >= end || text.charCodeAt(at) === SEMICOLON || text.charCodeAt(at) === COMMA) return true
  let last = at
  while (last < end && last - at < 40 && isKeyCode(text.charCodeAt(last))) last += 1
  return last > at && text.charCodeAt(last) === EQUALS
}

function isKeyCode(code: number): boolean {
  return (
    isLetter(code) ||
    isDigit(code) ||
    code === UNDERSCORE ||
    code === MINUS ||
    code === DOT ||
    code === LESS ||
    code === GREATER
  )
}
