/**
 * Classifies characters for the template: part of a word, of a number, of a hexadecimal number, or a boundary.
 *
 * Masks read every character of every reported line, some of them several times. So they read UTF-16 codes from an
 * array, which takes a nanosecond each, not characters from a string.
 */
import { ZERO } from "../text/ascii.ts"

/**
 * A line's UTF-16 codes, with at least PADDING zeros before and after it. A zero is a boundary, so code that looks
 * around a place need not check where the line begins and ends.
 */
export type Codes = Uint16Array<ArrayBuffer>

/** More than any mask looks ahead: a UUID's last hyphen is 23 characters after its first digit. */
export const PADDING = 32

export const DIGIT = 1
export const HEX_LETTER = 2
export const OTHER_LETTER = 4
export const UPPER = 8
export const LOWER = 16

// All characters beyond ASCII are letters here, not only those of other scripts. This splits no word that matters.
const KINDS = new Uint8Array(0x10000).fill(OTHER_LETTER)
for (let code = 0; code < 128; code += 1) {
  const character = String.fromCharCode(code)
  let kind = 0
  if (character >= "0" && character <= "9") kind = DIGIT
  if (character >= "a" && character <= "z") kind = LOWER | (character <= "f" ? HEX_LETTER : OTHER_LETTER)
  if (character >= "A" && character <= "Z") kind = UPPER | (character <= "F" ? HEX_LETTER : OTHER_LETTER)
  KINDS[code] = kind
}

/** Returns the bits of the character at `at`; 0 for a boundary between words, and beyond the end. */
export function kindAt(line: Codes, at: number): number {
  return KINDS[line[at]!]!
}

export function isDigit(line: Codes, at: number): boolean {
  return kindAt(line, at) === DIGIT
}

export function isHex(line: Codes, at: number): boolean {
  return (kindAt(line, at) & (DIGIT | HEX_LETTER)) !== 0
}

/** Whether a word or number that ends before `at` is whole. */
export function isBoundary(line: Codes, at: number): boolean {
  return kindAt(line, at) === 0
}

/** Returns the index after the digits that start at `at`. */
export function digitsEnd(line: Codes, at: number): number {
  let end = at
  while (isDigit(line, end)) end += 1
  return end
}

/** Counts the places between `at` and `end` where a digit stands next to something else. */
export function digitChanges(line: Codes, at: number, end: number): number {
  let changes = 0
  for (let i = at + 1; i < end; i += 1) if (isDigit(line, i) !== isDigit(line, i - 1)) changes += 1
  return changes
}

/** Returns the number written in the digits from `at` to `end`. */
export function decimal(line: Codes, at: number, end: number): number {
  let value = 0
  for (let i = at; i < end; i += 1) value = value * 10 + line[i]! - ZERO
  return value
}

/** Whether these characters are at `at`. */
export function startsWith(line: Codes, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i += 1) if (line[at + i] !== text.charCodeAt(i)) return false
  return true
}

/** Whether one of these texts is at `at`. A closure would be made anew at each call: this is hot. */
export function startsWithAny(line: Codes, at: number, texts: readonly string[]): boolean {
  for (let i = 0; i < texts.length; i += 1) if (startsWith(line, at, texts[i]!)) return true
  return false
}

/** Whether the characters from `at` to `end` are one of these texts. */
export function isAnyOf(line: Codes, at: number, end: number, texts: readonly string[]): boolean {
  for (let i = 0; i < texts.length; i += 1) {
    const text = texts[i]!
    if (text.length === end - at && startsWith(line, at, text)) return true
  }
  return false
}

export function codesOf(text: string): Codes {
  return Uint16Array.from(text, (character) => character.charCodeAt(0))
}

/** Returns a few characters as a string. */
export function textOf(line: Codes, at: number, end: number): string {
  let text = ""
  for (let i = at; i < end; i += 1) text += String.fromCharCode(line[i]!)
  return text
}

/** A set of ASCII characters, for looking up codes. */
export type CharacterSet = Uint8Array

export function characterSet(characters: string): CharacterSet {
  const set = new Uint8Array(0x80)
  for (let i = 0; i < characters.length; i += 1) set[characters.charCodeAt(i)] = 1
  return set
}

export function isIn(set: CharacterSet, code: number): boolean {
  return code < 0x80 && set[code] === 1
}
