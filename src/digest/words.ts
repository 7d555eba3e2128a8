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
  BACKSLASH,
  BAR,
  COLON,
  COMMA,
  DOT,
  EQUALS,
  GREATER,
  isDigit,
  isLowerCase,
  isUpperCase,
  LEFT_BRACE,
  LEFT_BRACKET,
  LEFT_PARENTHESIS,
  LESS,
  MINUS,
  QUESTION_MARK,
  QUOTE,
  RIGHT_BRACKET,
  RIGHT_PARENTHESIS,
  SLASH,
  SMALL_BIT,
  SPACE,
  TILDE,
  UNDERSCORE,
} from "../text/ascii.ts"
import type { Lexicon } from "./lexicon.ts"
import { Token } from "./token.ts"

/** An open place. */
export const OPEN = "<*>"
/** An open place that takes only what looks like a name: `eth0`, `db1.example`. */
export const OPEN_NAME = "<name>"

const APOSTROPHE = 0x27
const EXCLAMATION_MARK = 0x21
const SEMICOLON = 0x3b
const RIGHT_BRACE = 0x7d
/** Ends a template that was cut. */
export const ELLIPSIS = "…"

const SEPARATORS = new Uint8Array(0x80)
for (const character of "=()[]{},;'\"|<>:") SEPARATORS[character.charCodeAt(0)] = 1

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

function isStop(code: number): boolean {
  return code === DOT || code === EXCLAMATION_MARK || code === QUESTION_MARK
}

function isSeparator(text: string, at: number, end: number, isForm: boolean): boolean {
  const code = text.charCodeAt(at)
  if (code >= 0x80 || SEPARATORS[code] === 0) return false
  return code !== LESS || maskEnd(text, at, end, isForm) === at
}

/** What stands in templates and in forms instead of values. What else is in angle brackets was written so. */
const MASKS = /<(?:n|ip|hex|id|time|date|duration|size|mac|uuid|path|url|mail|class|unit)>/y
const MASKS_AND_OPEN = new RegExp(`${MASKS.source}|<\\*>|<name>`, "y")

/** Returns the index after the mask at `at`, such as `<ip>`; `at` where there is none. */
function maskEnd(text: string, at: number, end: number, isForm: boolean): number {
  if (text.charCodeAt(at) !== LESS) return at
  const mask = isForm ? MASKS_AND_OPEN : MASKS
  mask.lastIndex = at
  return mask.test(text) && mask.lastIndex <= end ? mask.lastIndex : at
}

function wordEnd(text: string, start: number, end: number, isForm: boolean): number {
  const first = text.charCodeAt(start)
  if (first === SLASH || (first === TILDE && text.charCodeAt(start + 1) === SLASH))
    return pathEnd(text, start, end, isForm)
  let at = start
  while (at < end) {
    const code = text.charCodeAt(at)
    if (code <= SPACE) break
    if (code >= 0x80 || SEPARATORS[code] === 0) {
      at += 1
      continue
    }
    if (code === LESS) {
      const mask = maskEnd(text, at, end, isForm)
      if (mask === at) break
      at = mask
      continue
    }
    if (code === COLON) {
      if (text.startsWith("://", at) && at > start + 1) return urlEnd(text, at + 3, end, isForm)
      if (at === start + 4 && isPciAddress(text, start)) return start + PCI_ADDRESS_LENGTH
      if (at === start + 1 && isLetter(first) && text.charCodeAt(at + 1) === BACKSLASH)
        return drivePathEnd(text, at + 1, end, isForm)
      break
    } else if (code !== APOSTROPHE || !isLetter(text.charCodeAt(at - 1)) || !isLetter(text.charCodeAt(at + 1))) break
    at += 1
  }
  return at
}

const PCI_ADDRESS_LENGTH = 12
const PCI_ADDRESS = /[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7](?![0-9a-zA-Z])/y

/** `0000:00:1f.2` is one word. */
function isPciAddress(text: string, at: number): boolean {
  PCI_ADDRESS.lastIndex = at
  return PCI_ADDRESS.test(text)
}

/** `can't` and `root's` are words. */
function isLetter(code: number): boolean {
  return isLowerCase(code | SMALL_BIT) && (isLowerCase(code) || isUpperCase(code))
}

function urlEnd(text: string, at: number, end: number, isForm: boolean): number {
  while (at < end) {
    const code = text.charCodeAt(at)
    if (code === LESS) {
      const mask = maskEnd(text, at, end, isForm)
      if (mask === at) break
      at = mask
      continue
    }
    if (code <= SPACE || isClosing(code) || code === QUOTE || code === APOSTROPHE) break
    at += 1
  }
  while (isStop(text.charCodeAt(at - 1)) || isPause(text.charCodeAt(at - 1))) at -= 1
  return at
}

function isClosing(code: number): boolean {
  return code === RIGHT_PARENTHESIS || code === RIGHT_BRACKET || code === RIGHT_BRACE || code === GREATER
}

function isPause(code: number): boolean {
  return code === COMMA || code === SEMICOLON || code === COLON
}

/** Behind its question mark, a path takes what else separates words: `/index?a=b&c=d`. */
function pathEnd(text: string, start: number, end: number, isForm: boolean): number {
  let at = start
  let isQuery = false
  while (at < end) {
    const code = text.charCodeAt(at)
    if (code === LESS) {
      const mask = maskEnd(text, at, end, isForm)
      if (mask === at) break
      at = mask
      continue
    }
    if (code === QUESTION_MARK && at > start && at + 1 < end && text.charCodeAt(at + 1) > SPACE) isQuery = true
    if (code <= SPACE || code === QUOTE || code === APOSTROPHE || isClosing(code)) break
    if (!isQuery && code < 0x80 && SEPARATORS[code] === 1) break
    at += 1
  }
  return at
}

function drivePathEnd(text: string, at: number, end: number, isForm: boolean): number {
  while (at < end) {
    const code = text.charCodeAt(at)
    if (code === LESS) {
      const mask = maskEnd(text, at, end, isForm)
      if (mask === at) break
      at = mask
      continue
    }
    if (code <= SPACE || code === QUOTE || code === APOSTROPHE || code === COMMA || isClosing(code)) break
    at += 1
  }
  return at
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
  return code > SPACE && (code >= 0x80 || SEPARATORS[code] === 0 || code === GREATER)
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
