/** Finds the word before a place of a line: the key of a value, the preposition of a name. */
import { isLowerCase, isUpperCase, SMALL_BIT } from "../text/ascii.ts"
import { type Codes, characterSet, isBoundary, isIn } from "./character.ts"

/** Between a key and its value, also in JSON. */
const JOINTS = characterSet(" :=\"'\\(>-")
const MAX_JOINT = 6

/** Returns the index after the key of the value at `at`: before blanks, an equals sign, quotes. `at` if there is none. */
export function keyEnd(line: Codes, at: number): number {
  const least = at - MAX_JOINT
  let end = at
  while (end > least && isIn(JOINTS, line[end - 1]!)) end -= 1
  return end
}

/** Whether one of these words, in small letters, is the key of the value at `at`. */
export function followsKey(line: Codes, at: number, words: readonly string[]): boolean {
  const end = keyEnd(line, at)
  return end < at && endsInAny(line, end, words)
}

/** Whether a whole word that is `word` in small letters ends before `end`. */
export function endsInWord(line: Codes, end: number, word: string): boolean {
  const start = end - word.length
  return isWord(line, start, word) && isBoundary(line, start - 1)
}

/** Whether one of these words ends before `end`. */
export function endsInAny(line: Codes, end: number, words: readonly string[]): boolean {
  for (let i = 0; i < words.length; i += 1) if (endsInWord(line, end, words[i]!)) return true
  return false
}

/** Whether these letters are at `at`, large or small. */
export function isWord(line: Codes, at: number, word: string): boolean {
  for (let i = 0; i < word.length; i += 1) if ((line[at + i]! | SMALL_BIT) !== word.charCodeAt(i)) return false
  return true
}

export function isLetter(code: number): boolean {
  return isLowerCase(code) || isUpperCase(code)
}
