/**
 * Finds where a word of a template ends: at a separator, but a URL and a path take more.
 *
 * Every function returns the index after the word, and looks no further ahead than it consumes, but for a few characters.
 */
import {
  BACKSLASH,
  COLON,
  COMMA,
  DOT,
  GREATER,
  isLowerCase,
  isUpperCase,
  LESS,
  QUESTION_MARK,
  QUOTE,
  RIGHT_BRACKET,
  RIGHT_PARENTHESIS,
  SLASH,
  SMALL_BIT,
  SPACE,
  TILDE,
} from "../text/ascii.ts"
import { maskEnd } from "./marks.ts"

const APOSTROPHE = 0x27
const EXCLAMATION_MARK = 0x21
const SEMICOLON = 0x3b
const RIGHT_BRACE = 0x7d

const SEPARATORS = new Uint8Array(0x80)
for (const character of "=()[]{},;'\"|<>:") SEPARATORS[character.charCodeAt(0)] = 1

/** Whether this character alone separates words. */
export function separates(code: number): boolean {
  return code < 0x80 && SEPARATORS[code] === 1
}

export function isStop(code: number): boolean {
  return code === DOT || code === EXCLAMATION_MARK || code === QUESTION_MARK
}

/** Whether a separator stands at `at`, and not a mask. */
export function isSeparator(text: string, at: number, end: number, isForm: boolean): boolean {
  const code = text.charCodeAt(at)
  return separates(code) && (code !== LESS || maskEnd(text, at, end, isForm) === at)
}

export function wordEnd(text: string, start: number, end: number, isForm: boolean): number {
  const first = text.charCodeAt(start)
  if (first === SLASH || (first === TILDE && text.charCodeAt(start + 1) === SLASH))
    return pathEnd(text, start, end, isForm)
  let at = start
  while (at < end) {
    const code = text.charCodeAt(at)
    if (code <= SPACE) break
    if (!separates(code)) {
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
const PCI_ADDRESS = /^[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7](?![0-9a-zA-Z])/

/** `0000:00:1f.2` is one word. */
function isPciAddress(text: string, at: number): boolean {
  return PCI_ADDRESS.test(text.slice(at, at + PCI_ADDRESS_LENGTH + 1))
}

/** `can't` and `root's` are words. */
export function isLetter(code: number): boolean {
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

export function isClosing(code: number): boolean {
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
    if (!isQuery && separates(code)) break
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
