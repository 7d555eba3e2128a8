/**
 * Looks up the parts that can begin with a word.
 *
 * Every word of every reported line comes here. So there is a table with a row for what the word is made of and its
 * length, and a column for the marks before and after the word. Few rows differ.
 */
import { type Codes, characterSet, DIGIT, isIn, OTHER_LETTER } from "./character.ts"
import { PARTS, type VariablePart, type WordClass } from "./variable-parts.ts"

/** The marks that parts distinguish before a word, and behind it; all others are "other". */
const MARKS_BEFORE = marksOf(PARTS.map(({ after = "" }) => after))
const MARKS_BEHIND = marksOf(PARTS.map(({ before = "" }) => before))
const COLUMNS = MARKS_BEFORE.length * MARKS_BEHIND.length

function marksOf(sets: readonly string[]): readonly string[] {
  return ["other", ...new Set(sets.join(""))]
}

const ORDINALS_BEFORE = ordinalsOf(MARKS_BEFORE)
const ORDINALS_BEHIND = ordinalsOf(MARKS_BEHIND)

function ordinalsOf(marks: readonly string[]): Uint8Array {
  return Uint8Array.from({ length: 128 }, (_, code) => Math.max(0, marks.indexOf(String.fromCharCode(code))))
}

/** The lengths of words that parts distinguish: the least of each class. */
const LENGTHS = [...new Set([0, ...PARTS.flatMap(({ least = 0, most = 0 }) => [least, most + 1])])].sort(
  (a, b) => a - b,
)
const LONGEST = LENGTHS.at(-1)!
const LENGTH_ORDINALS = Uint8Array.from({ length: LONGEST + 1 }, (_, length) =>
  LENGTHS.findLastIndex((least) => least <= length),
)

/** By the bits of a word's kinds. The same again for words that begin with a digit. */
const KIND_SETS = 32
const DIGIT_FIRST = KIND_SETS

/** Numbers lists of parts. Equal ones have one number. */
class Lists {
  readonly all: (readonly VariablePart[])[] = []
  readonly #numbers = new Map<string, number>()

  numberOf(parts: readonly VariablePart[]): number {
    const key = parts.map((part) => PARTS.indexOf(part)).join(" ")
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    this.#numbers.set(key, this.all.length)
    return this.all.push(parts) - 1
  }
}

const ROWS = new Lists()

/** The row of each set of kinds and each length. */
const ROW_NUMBERS = Uint16Array.from({ length: 2 * KIND_SETS * LENGTHS.length }, (_, index) => {
  const set = Math.floor(index / LENGTHS.length)
  const length = LENGTHS[index % LENGTHS.length]!
  return ROWS.numberOf(PARTS.filter((part) => fitsWord(part, set, length)))
})

/** The cells of all rows. */
const CELLS: readonly (readonly VariablePart[])[] = ROWS.all.flatMap((parts) =>
  MARKS_BEFORE.flatMap((before) => {
    const fitting = parts.filter(({ after = before }) => after.includes(before))
    return MARKS_BEHIND.map((behind) => fitting.filter((part) => (part.before ?? behind).includes(behind)))
  }),
)

function fitsWord(part: VariablePart, set: number, length: number): boolean {
  const { first, having = 0, least = 0, most = length } = part
  const kinds = set % KIND_SETS
  if (!first.includes(wordClass(kinds, (set & DIGIT_FIRST) !== 0)) || (kinds & having) !== having) return false
  return least <= length && length <= most
}

function wordClass(kinds: number, isDigitFirst: boolean): WordClass {
  if (kinds === 0) return "none"
  if (kinds === DIGIT) return "digits"
  const isHexadecimal = (kinds & OTHER_LETTER) === 0
  if ((kinds & DIGIT) === 0) return isHexadecimal ? "hex-letters" : "letters"
  if (isDigitFirst) return isHexadecimal ? "digit-hex" : "digit-word"
  return isHexadecimal ? "hex" : "word"
}

/**
 * Returns the parts that can begin with the word from `at` to `wordEnd`, which has characters of these `kinds`. It may
 * be empty.
 */
export function partsAt(
  line: Codes,
  at: number,
  wordEnd: number,
  kinds: number,
  isDigitFirst: boolean,
): readonly VariablePart[] {
  const set = kinds + (isDigitFirst ? DIGIT_FIRST : 0)
  const length = wordEnd - at
  const row = ROW_NUMBERS[set * LENGTHS.length + LENGTH_ORDINALS[length < LONGEST ? length : LONGEST]!]!
  const before = ordinalOf(ORDINALS_BEFORE, line[at - 1]!)
  const behind = ordinalOf(ORDINALS_BEHIND, line[wordEnd]!)
  return CELLS[row * COLUMNS + before * MARKS_BEHIND.length + behind]!
}

function ordinalOf(marks: Uint8Array, code: number): number {
  return code < 0x80 ? marks[code]! : 0
}

const BEGINNINGS = characterSet(
  PARTS.filter(({ first }) => first.includes("none"))
    .map(({ before = "" }) => before)
    .join(""),
)

/** Whether a part can begin with this mark. Others only stand between words. */
export function isBeginning(mark: number): boolean {
  return isIn(BEGINNINGS, mark)
}
