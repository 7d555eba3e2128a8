/**
 * Finds times, dates and durations, in the forms that programs write, that start at a place of a line.
 *
 * Every function returns the index after the match, or -1. It reads at most a few dozen characters more than it
 * consumes.
 */
import {
  COLON,
  COMMA,
  DOT,
  LETTER_A,
  LETTER_T,
  LETTER_Z,
  MINUS,
  NINE,
  ONE,
  PLUS,
  SLASH,
  SMALL_A,
  SMALL_BIT,
  SPACE,
  TWO,
  ZERO,
} from "../text/ascii.ts"
import {
  type Codes,
  characterSet,
  codesOf,
  decimal,
  digitsEnd,
  isBoundary,
  isDigit,
  isIn,
  kindAt,
  textOf,
  UPPER,
} from "./character.ts"

const MONTH_NAMES = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
const MONTHS = namesOf(MONTH_NAMES)
/** In dates with hyphens: Oracle writes `23-NOV-26`. */
const DATE_MONTHS = namesOf(`${MONTH_NAMES} ${MONTH_NAMES.toUpperCase()} ${MONTH_NAMES.toLowerCase()}`)
const WEEKDAYS = namesOf("Mon Tue Wed Thu Fri Sat Sun")

// With NUL, which is before the line.
const BEFORE_CLOCK = characterSet("\0 T@([\"'")

/** `12:34`, `12:34:56`, `102:34:56.789`, `3:14 PM`, with a time zone. */
export function clockEnd(line: Codes, at: number): number {
  return clockOf(line, at, true)
}

/** In the header, the host name follows the clock: `am` is no half of the day there. */
function clockOf(line: Codes, at: number, hasHalves: boolean): number {
  const hoursEnd = digitsEnd(line, at)
  if (hoursEnd === at || hoursEnd - at > 3 || line[hoursEnd] !== COLON) return -1
  const minutesEnd = digitsEnd(line, hoursEnd + 1)
  if (minutesEnd - hoursEnd !== 3) return -1
  const hours = decimal(line, at, hoursEnd)
  const isHalf = hasHalves && hours <= 12
  if (line[minutesEnd] === COLON && isDigit(line, minutesEnd + 1)) {
    const secondsEnd = digitsEnd(line, minutesEnd + 1)
    if (secondsEnd - minutesEnd !== 3) return -1
    const end = fractionEnd(line, secondsEnd)
    return zoneEnd(line, isHalf ? halfEnd(line, end) : end)
  }
  // `file.c:12:34` is a line and a column, `dev=08:01` a device, and `1:20` a ratio.
  if (decimal(line, hoursEnd + 1, minutesEnd) >= 60 || !isIn(BEFORE_CLOCK, line[at - 1]!)) return -1
  const end = isHalf ? halfEnd(line, minutesEnd) : minutesEnd
  if (end !== minutesEnd) return end
  return hoursEnd - at === 2 && hours < 24 && isBoundary(line, minutesEnd) ? minutesEnd : -1
}

/** The end of `PM`, ` AM` after a clock, or `at`. */
function halfEnd(line: Codes, at: number): number {
  const start = line[at] === SPACE ? at + 1 : at
  const letter = line[start]! | SMALL_BIT
  const isHalf = (letter === SMALL_A || letter === SMALL_P) && (line[start + 1]! | SMALL_BIT) === SMALL_M
  return isHalf && isBoundary(line, start + 2) ? start + 2 : at
}

const SMALL_M = 0x6d
const SMALL_P = 0x70

function fractionEnd(line: Codes, at: number): number {
  return (line[at] === DOT || line[at] === COMMA) && isDigit(line, at + 1) ? digitsEnd(line, at + 1) : at
}

/**
 * The end of the time zone after a time (`Z`, `+02:00`, `+0200`, ` +0200`), or of the time. Returns -1 only inside a
 * word.
 */
function zoneEnd(line: Codes, at: number): number {
  if (line[at] === LETTER_Z && isBoundary(line, at + 1)) return at + 1
  const sign = line[at] === SPACE ? at + 1 : at
  if (line[sign] === PLUS || line[sign] === MINUS) {
    const hoursEnd = digitsEnd(line, sign + 1)
    if (hoursEnd - sign === 5) return isBoundary(line, hoursEnd) ? hoursEnd : at
    if (hoursEnd - sign === 3 && line[hoursEnd] === COLON) {
      const minutesEnd = digitsEnd(line, hoursEnd + 1)
      if (minutesEnd - hoursEnd === 3 && isBoundary(line, minutesEnd)) return minutesEnd
    }
  }
  return isBoundary(line, at) ? at : -1
}

/** `2026-11-23`, `2026/11/23`, `23/Nov/2026`, `23-Nov-2026`, `23-NOV-26`, `23-NOV`, `23.11.2026`, `11/23/2026`. */
export function dateEnd(line: Codes, at: number): number {
  const firstEnd = digitsEnd(line, at)
  const separator = line[firstEnd]
  if (separator !== MINUS && separator !== SLASH && separator !== DOT) return -1
  const second = firstEnd + 1
  const length = firstEnd - at
  if (length === 4 && separator !== DOT && isYear(line, at)) {
    const isDate = isTwoDigits(line, second) && line[second + 2] === separator && isTwoDigits(line, second + 3)
    return isDate && (line[second + 5] === LETTER_T || isBoundary(line, second + 5)) ? second + 5 : -1
  }
  if (length > 2) return -1
  if (separator === MINUS && DATE_MONTHS.has(packed(line, second))) return monthEnd(line, at, firstEnd)
  let secondEnd = -1
  if (separator === DOT) secondEnd = isTwoDigits(line, second) ? second + 2 : -1
  else if (isMonth(line, second)) secondEnd = second + 3
  else if (separator === SLASH && isDayAndMonth(line, at, firstEnd)) secondEnd = digitsEnd(line, second)
  return secondEnd !== -1 && line[secondEnd] === separator && isYear(line, secondEnd + 1) ? secondEnd + 5 : -1
}

/** `23-Nov-2026`, `23-NOV-26`, `23-NOV` */
function monthEnd(line: Codes, at: number, dayEnd: number): number {
  const end = dayEnd + 4
  if (line[end] !== MINUS) return isBoundary(line, end) && decimal(line, at, dayEnd) <= 31 ? end : -1
  if (isYear(line, end + 1)) return end + 5
  return isTwoDigits(line, end + 1) && isBoundary(line, end + 3) ? end + 3 : -1
}

/** `11/23/`, `23/11/`; not `0/12/` and not the end of a longer row of numbers. */
function isDayAndMonth(line: Codes, at: number, firstEnd: number): boolean {
  const secondEnd = digitsEnd(line, firstEnd + 1)
  if (secondEnd === firstEnd + 1 || secondEnd - firstEnd > 3) return false
  if (line[at - 1] === SLASH || line[secondEnd + 5] === SLASH) return false
  const first = decimal(line, at, firstEnd)
  const second = decimal(line, firstEnd + 1, secondEnd)
  return first > 0 && second > 0 && Math.min(first, second) <= 12 && Math.max(first, second) <= 31
}

const BETWEEN_DATE_AND_CLOCK = characterSet("T :_")

/**
 * A date with a time: `2026-11-23T17:45:00.5Z`, `2026/11/23 17:45:00`, `23/Nov/2026:17:45:00 +0100`,
 * `20261123T174500Z`, `23-NOV-26 03.14.07.123456 PM`.
 */
export function timestampEnd(line: Codes, at: number): number {
  return timestampOf(line, at, true)
}

function timestampOf(line: Codes, at: number, hasHalves: boolean): number {
  const date = dateEnd(line, at)
  if (date !== -1) {
    if (!isIn(BETWEEN_DATE_AND_CLOCK, line[date]!)) return -1
    return line[date + 3] === DOT ? dottedClockEnd(line, date + 1) : clockOf(line, date + 1, hasHalves)
  }
  const dayEnd = at + 8
  if (line[dayEnd] !== LETTER_T || digitsEnd(line, at) !== dayEnd) return -1
  const clock = digitsEnd(line, dayEnd + 1)
  return clock - dayEnd === 7 ? zoneEnd(line, clock) : -1
}

/** `03.14.07.123456 PM`, as Oracle writes it. */
function dottedClockEnd(line: Codes, at: number): number {
  const isClock =
    isTwoDigits(line, at) && isTwoDigits(line, at + 3) && line[at + 5] === DOT && isTwoDigits(line, at + 6)
  return isClock ? zoneEnd(line, halfEnd(line, fractionEnd(line, at + 8))) : -1
}

/** Info, warning, error, fatal. */
const SEVERITIES = characterSet("IWEF")

/** `E1101 12:13:14.567890`, as Kubernetes writes it: the severity, the month and the day. glog writes the year as well. */
export function klogTimeEnd(line: Codes, at: number, wordEnd: number): number {
  const length = wordEnd - at
  if ((length !== 5 && length !== 9) || !isIn(SEVERITIES, line[at]!)) return -1
  const month = decimal(line, wordEnd - 4, wordEnd - 2)
  const day = decimal(line, wordEnd - 2, wordEnd)
  if (digitsEnd(line, at + 1) !== wordEnd || month < 1 || month > 12 || day < 1 || day > 31) return -1
  const clock = clockEnd(line, wordEnd + 1)
  return clock !== -1 && line[wordEnd + 9] === DOT ? clock : -1
}

/**
 * With names: `Jun 21 16:47:48`, `Sat Jun 18 02:08:10 2005`, `Sat, 18 Jun 2005 02:08:10 +0200`, `21 Jun 2005 16:47:48`,
 * `Jun 21, 2005 4:47:48 PM`.
 */
export function writtenTimeEnd(line: Codes, at: number, wordEnd: number): number {
  return wordEnd - at > 3 ? -1 : writtenTimeOf(line, at, true)
}

/** The time in the header of a line, in its classic and its ISO form. */
export function headerTimeEnd(line: Codes, at: number): number {
  return line[at + 10] === LETTER_T ? timestampOf(line, at, false) : writtenTimeOf(line, at, false)
}

function writtenTimeOf(line: Codes, at: number, hasHalves: boolean): number {
  let date = at
  if (isName(line, at, WEEKDAYS)) date = skipBlanks(line, line[at + 3] === COMMA ? at + 4 : at + 3)
  const monthFirst = isMonth(line, date)
  const day = monthFirst ? skipBlanks(line, date + 3) : date
  const digits = digitsEnd(line, day)
  const dayEnd = monthFirst && line[digits] === COMMA ? digits + 1 : digits
  if (digits === day || digits - day > 2 || line[dayEnd] !== SPACE) return -1
  let clock = dayEnd + 1
  if (!monthFirst) {
    if (!isMonth(line, clock) || line[clock + 3] !== SPACE) return -1
    clock += 4
  }
  if (isYear(line, clock) && line[clock + 4] === SPACE) clock += 5
  else if (isYear(line, clock) && line[clock + 4] === COMMA && line[clock + 5] === SPACE) clock += 6
  const end = clockOf(line, clock, hasHalves)
  if (end === -1) return -1
  const year = zoneNameEnd(line, end) + 1
  return line[year - 1] === SPACE && isYear(line, year) ? year + 4 : end
}

/** The end of a zone's name (` CEST`), or `at` if there is none. */
function zoneNameEnd(line: Codes, at: number): number {
  if (line[at] !== SPACE) return at
  let end = at + 1
  while (end - at < 6 && line[end]! >= LETTER_A && line[end]! <= LETTER_Z) end += 1
  return end - at > 1 ? end : at
}

const DURATION_UNITS: ReadonlySet<string> = new Set([
  ...["ns", "us", "µs", "μs", "ms", "s", "sec", "secs", "m", "min", "mins", "h", "hr", "hrs", "d", "day", "days", "w"],
])

/** `5s`, `1.5ms`, `2h5m3s`, `1min 20.5s`: one duration, in one or more units. */
export function durationEnd(line: Codes, at: number): number {
  let end = -1
  let part = at
  while (isDigit(line, part)) {
    let unit = digitsEnd(line, part)
    if (line[unit] === DOT && isDigit(line, unit + 1)) unit = digitsEnd(line, unit + 1)
    let unitEnd = unit
    while (unitEnd - unit < 5 && !isDigit(line, unitEnd) && !isBoundary(line, unitEnd)) unitEnd += 1
    if (unitEnd === unit || !DURATION_UNITS.has(textOf(line, unit, unitEnd))) break
    part = unitEnd
    if (isBoundary(line, unitEnd)) {
      end = unitEnd
      if (line[unitEnd] === SPACE) part = unitEnd + 1
    }
  }
  return end
}

function isTwoDigits(line: Codes, at: number): boolean {
  return isDigit(line, at) && isDigit(line, at + 1)
}

function isYear(line: Codes, at: number): boolean {
  const century = line[at] === TWO ? ZERO : NINE
  const isCentury = (line[at] === ONE || line[at] === TWO) && line[at + 1] === century
  return isCentury && isTwoDigits(line, at + 2) && !isDigit(line, at + 4)
}

function isMonth(line: Codes, at: number): boolean {
  return isName(line, at, MONTHS)
}

function isName(line: Codes, at: number, names: ReadonlySet<number>): boolean {
  if ((kindAt(line, at) & UPPER) === 0) return false
  return names.has(packed(line, at)) && isBoundary(line, at + 3)
}

function namesOf(names: string): ReadonlySet<number> {
  return new Set(names.split(" ").map((name) => packed(codesOf(name), 0)))
}

/** Three characters as one number; 0 if they are not all ASCII. */
function packed(line: Codes, at: number): number {
  const first = line[at]!
  const second = line[at + 1]!
  const third = line[at + 2]!
  return (first | second | third) < 0x80 ? (first << 14) | (second << 7) | third : 0
}

function skipBlanks(line: Codes, at: number): number {
  // Days are padded to two characters.
  let end = at
  while (end - at < 2 && line[end] === SPACE) end += 1
  return end
}
