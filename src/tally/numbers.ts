/**
 * Finds numbers, versions and sizes that start at a place of a line.
 *
 * Every function returns the index after the match, or -1. It reads at most a few dozen characters more than it
 * consumes.
 */
import { DOT, MINUS, PLUS, SLASH, SMALL_B, SMALL_BIT, SMALL_E, SMALL_I, TILDE, UNDERSCORE } from "../text/ascii.ts"
import {
  type Codes,
  characterSet,
  DIGIT,
  digitsEnd,
  isBoundary,
  isDigit,
  isIn,
  startsWith,
  textOf,
} from "./character.ts"

/** `802.11ac`, `802.1X` */
export function ieeeStandardEnd(line: Codes, at: number): number {
  if (!startsWith(line, at, "802.") || !isDigit(line, at + 4)) return -1
  let end = digitsEnd(line, at + 4)
  while (!isBoundary(line, end)) end += 1
  return end
}

/** `2.4.57`, `5.10.0-21-amd64`, `9.2p1`, `2.36-9+deb12u3`; but `1.5` is a number, and `HTTP/1.1` is not. */
export function versionEnd(line: Codes, at: number): number {
  let end = digitsEnd(line, at)
  let numbers = 1
  while (line[end] === DOT && isDigit(line, end + 1)) {
    end = digitsEnd(line, end + 1)
    numbers += 1
  }
  if (numbers === 1) return -1
  if (numbers === 2 && (unitEnd(line, end) !== -1 || isExponent(line, end))) return -1
  const hasSuffix = !isBoundary(line, end) || (isSuffixMark(line, end) && !isBoundary(line, end + 1))
  const followsName = line[at - 1] === SLASH && !isBoundary(line, at - 2) && !isDigit(line, at - 2)
  if (numbers === 2 && !hasSuffix && !followsName) return -1
  while (!isBoundary(line, end) || ((isSuffixMark(line, end) || line[end] === DOT) && !isBoundary(line, end + 1))) {
    end += 1
  }
  return end
}

function isSuffixMark(line: Codes, at: number): boolean {
  return line[at] === MINUS || line[at] === PLUS || line[at] === TILDE
}

const MULTIPLES = characterSet("kKMGTPE")

/** A size with its unit: an amount of data, also per second. After a blank, a unit is an ordinary word. */
export function sizeEnd(line: Codes, at: number): number {
  const number = decimalEnd(line, at)
  let end = number
  if (isIn(MULTIPLES, line[end]!)) end += 1
  if (end > number && line[end] === SMALL_I) end += 1
  if ((line[end]! | SMALL_BIT) === SMALL_B) end += 1
  if (end === number) return -1
  // A hexadecimal word: bytes have a large letter.
  if (end === number + 1 && line[number] === SMALL_B && number - at >= 6) return -1
  if (startsWith(line, end, "it")) end += 2
  if (startsWith(line, end, "ps") || startsWith(line, end, "/s")) end += 2
  return isBoundary(line, end) ? end : -1
}

const UNITS: ReadonlySet<string> = new Set([
  ...["Hz", "kHz", "MHz", "GHz", "V", "mV", "A", "mA", "W", "mW", "C", "rpm", "RPM", "dB", "dBm", "pps", "ppm", "x"],
])

/** Returns the index after a unit that directly follows its number, or -1. */
function unitEnd(line: Codes, at: number): number {
  let end = at
  while (end - at < 4 && !isBoundary(line, end) && !isDigit(line, end)) end += 1
  return isBoundary(line, end) && UNITS.has(textOf(line, at, end)) ? end : -1
}

/** A number that is part of a name: `dm-0`, `eth0.100`, `GigabitEthernet0/1`, `python3.11`, `TLS_AES_256`, `HTTP/2`. */
export function namingNumberEnd(line: Codes, at: number, wordEnd: number, kinds: number): number {
  if (kinds !== DIGIT || wordEnd - at > 4) return -1
  const mark = line[at - 1]
  if (mark === UNDERSCORE) return endsInName(line, at - 1) ? wordEnd : -1
  if (line[wordEnd] === UNDERSCORE && !isBoundary(line, wordEnd + 1)) return wordEnd
  if (mark === MINUS) {
    // One digit is part of a name (dm-0, gw-1, %LINK-3-UPDOWN). More digits are a count (session-12), and so is a digit
    // before a dot and a word (session-7.scope).
    const isNumbered = wordEnd - at === 1 && !isBoundary(line, at - 2) && !isDigit(line, at - 2)
    return isNumbered && !(line[wordEnd] === DOT && !isBoundary(line, wordEnd + 1)) ? wordEnd : -1
  }
  if (mark === SLASH && startsWith(line, at - 5, "HTTP/")) return wordEnd
  if ((mark !== DOT && mark !== SLASH) || !isDigit(line, at - 2)) return -1
  return followsLetter(line, at - 2) ? wordEnd : -1
}

/** Whether a word with a letter in it ends before `end`: it does in `AES_256`, and in `task_200811101024_0003` it does not. */
function endsInName(line: Codes, end: number): boolean {
  let before = end - 1
  while (end - before < 16 && isDigit(line, before)) before -= 1
  return !isBoundary(line, before) && !isDigit(line, before)
}

const JOINTS = characterSet("./_")

/**
 * Whether a letter precedes the digits and the marks between them: it does for `0.` in `eth0.100`, but not in
 * `1.0.100`.
 */
function followsLetter(line: Codes, last: number): boolean {
  let before = last
  while (last - before < 16 && (isDigit(line, before) || isIn(JOINTS, line[before]!))) before -= 1
  return !isBoundary(line, before) && isDigit(line, before + 1) && !isDigit(line, before)
}

/** `42`, `0.25`, `1e-05`, `45C`: a number, possibly followed by a unit, which is not masked. */
export function numberEnd(line: Codes, at: number, wordEnd: number, kinds: number): number {
  if (kinds === DIGIT && line[wordEnd] !== DOT) return wordEnd
  const end = decimalEnd(line, at)
  if (isExponent(line, end)) return digitsEnd(line, end + 2)
  if (kinds === DIGIT && end <= wordEnd) return wordEnd
  return isBoundary(line, end) || unitEnd(line, end) !== -1 ? end : -1
}

function decimalEnd(line: Codes, at: number): number {
  const end = digitsEnd(line, at)
  return line[end] === DOT && isDigit(line, end + 1) ? digitsEnd(line, end + 1) : end
}

function isExponent(line: Codes, at: number): boolean {
  const isSigned = line[at + 1] === MINUS || line[at + 1] === PLUS
  return (
    (line[at]! | SMALL_BIT) === SMALL_E &&
    isSigned &&
    isDigit(line, at + 2) &&
    isBoundary(line, digitsEnd(line, at + 2))
  )
}
