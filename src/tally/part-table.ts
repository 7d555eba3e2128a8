/**
 * Looks up the parts that can begin with a word.
 *
 * Every word of every reported line comes here. So there is a table with a row for what the word is made of and its
 * length, and a column for the marks before and after the word. Few rows differ.
 */
import { COLON, LESS } from "../text/ascii.ts"
import { type Codes, DIGIT, OTHER_LETTER } from "./character.ts"
import { PARTS, type VariablePart, type WordClass } from "./variable-parts.ts"

/** The marks that parts distinguish before a word, and behind it; all others are "other". */
const MARKS_BEFORE = marksOf(PARTS.map(({ after = "", notAfter = "" }) => after + notAfter))
const MARKS_BEHIND = marksOf(PARTS.map(({ before = "", notBefore = "" }) => before + notBefore))
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

type Parts = readonly VariablePart[]

const NO_PARTS: Parts = []

/** Those of the parts that fit. Equal lists are mostly one, or the table would be large. */
function narrow(parts: Parts, fits: (part: VariablePart) => boolean): Parts {
  const fitting = parts.filter(fits)
  if (fitting.length === 0) return NO_PARTS
  return fitting.length === parts.length ? parts : fitting
}

/** By the bits of a word's kinds. The same again for words that begin with a digit. */
const KIND_SETS = 32
const DIGIT_FIRST = KIND_SETS

/** The parts of each row. */
const ROWS: Parts[] = []
/** The row of each set of kinds and each length. */
const ROW_NUMBERS = rowNumbers()

function rowNumbers(): Uint16Array {
  const numbers: number[] = []
  const known = new Map<string, number>()
  for (let set = 0; set < 2 * KIND_SETS; set += 1) {
    const kinds = set % KIND_SETS
    const word = wordClass(kinds, (set & DIGIT_FIRST) !== 0)
    const ofWord = narrow(PARTS, ({ first, having = 0 }) => first.includes(word) && (kinds & having) === having)
    for (const length of LENGTHS) {
      const parts = narrow(ofWord, ({ least = 0, most = length }) => least <= length && length <= most)
      const key = parts.map((part) => PARTS.indexOf(part)).join(" ")
      const row = known.get(key) ?? ROWS.push(parts) - 1
      known.set(key, row)
      numbers.push(row)
    }
  }
  return Uint16Array.from(numbers)
}

const CELLS: readonly Parts[] = ROWS.flatMap((parts) =>
  MARKS_BEFORE.flatMap((before) => {
    const fitting = narrow(
      parts,
      ({ after = before, notAfter = "" }) => after.includes(before) && !notAfter.includes(before),
    )
    return MARKS_BEHIND.map((behind) =>
      narrow(fitting, (part) => (part.before ?? behind).includes(behind) && !(part.notBefore ?? "").includes(behind)),
    )
  }),
)

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
export function partsAt(line: Codes, at: number, wordEnd: number, kinds: number, isDigitFirst: boolean): Parts {
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

/** Whether a part can begin with the mark at `at`: `::1`, `<…>`. Other marks only stand between words. */
export function isBeginning(line: Codes, at: number): boolean {
  return line[at] === LESS || (line[at] === COLON && line[at + 1] === COLON)
}
