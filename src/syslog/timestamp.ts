/**
 * Reads the two forms of time in a syslog header into a Message's fields.
 *
 *     Oct 11 22:14:15                        RFC 3164 §4.1.2
 *     *Mar  1 2026 18:46:11.123 UTC:         the same from routers
 *     2026-10-11T22:14:15.003+02:00          RFC 3339, RFC 5424 §6.2.3
 *
 * The time is kept as written: rsyslog does not convert it either, and no rule depends on it. An incomplete timestamp
 * writes nothing to the Message.
 */
import {
  ASTERISK,
  COLON,
  COMMA,
  DOT,
  isDigit,
  isUpperCase,
  LETTER_T,
  LETTER_Z,
  MINUS,
  PERCENT,
  PLUS,
  SPACE,
  ZERO,
} from "../text/ascii.ts"
import { isAt, skipBlanks, skipDigits } from "./header-steps.ts"
import type { Message } from "./message.ts"

export const NO_TIMESTAMP = -1

/** "Oct 1 22:14:15" */
const MIN_BSD_LENGTH = 14
/** "2026-10-11T22:14:15" */
const MIN_ISO_LENGTH = 19

/**
 * Zones that are recognized before a blank, in a place where a host name could be. Before `: %`, any capitals are a
 * zone.
 */
const ZONES: ReadonlySet<number> = new Set(
  "UTC GMT WET WEST BST CET CEST EET EEST MSK IST JST AEST AEDT EST EDT CST CDT MST MDT PST PDT"
    .split(" ")
    .map((name) => [...Buffer.from(name)].reduce(packByte, 0)),
)

/**
 * Reads either form at the start of a header of the old kind. Returns the place after it and its blank, or
 * NO_TIMESTAMP.
 */
export function parseTimestamp(bytes: Buffer, start: number, end: number, message: Message): number {
  if (start >= end) return NO_TIMESTAMP
  if (!isDigit(bytes[start]!)) return parseBsdTimestamp(bytes, start, end, message)
  const isoEnd = endOfIsoTimestamp(bytes, start, end)
  if (isoEnd !== NO_TIMESTAMP) {
    const behind = timestampTail(bytes, isoEnd, end)
    if (behind !== NO_TIMESTAMP) setIsoTimestamp(bytes, start, message)
    return behind
  }
  // Nexus: "2026 Oct 11 22:14:15 UTC: %…"
  if (!isYear(bytes, start, end) || !isAt(bytes, start + 4, end, SPACE)) return NO_TIMESTAMP
  return parseBsdTimestamp(bytes, start + 5, end, message)
}

/**
 * Reads an RFC 3339 timestamp that fills `[start, end)`, as between two blanks in RFC 5424. Returns whether there is
 * one.
 *
 * Senders also write a blank for the T, a comma for the dot, `+0200`, and no offset at all.
 */
export function parseIsoField(bytes: Buffer, start: number, end: number, message: Message): boolean {
  if (endOfIsoTimestamp(bytes, start, end) !== end) return false
  setIsoTimestamp(bytes, start, message)
  return true
}

function endOfIsoTimestamp(bytes: Buffer, start: number, end: number): number {
  if (end - start < MIN_ISO_LENGTH || !isYear(bytes, start, end)) return NO_TIMESTAMP
  if (bytes[start + 4] !== MINUS || bytes[start + 7] !== MINUS) return NO_TIMESTAMP
  if (bytes[start + 10] !== LETTER_T && bytes[start + 10] !== SPACE) return NO_TIMESTAMP
  const month = twoDigits(bytes, start + 5)
  const day = twoDigits(bytes, start + 8)
  if (month < 1 || month > 12 || day < 1 || day > 31 || !isTime(bytes, start + 11)) return NO_TIMESTAMP
  return skipOffset(bytes, skipFraction(bytes, start + MIN_ISO_LENGTH, end), end)
}

function setIsoTimestamp(bytes: Buffer, start: number, message: Message): void {
  setTimestamp(message, twoDigits(bytes, start + 5), twoDigits(bytes, start + 8), bytes, start + 11)
}

function parseBsdTimestamp(bytes: Buffer, start: number, end: number, message: Message): number {
  // IOS marks a clock that is not reliable ("*"), or has lost its source (".").
  let at = bytes[start] === ASTERISK || bytes[start] === DOT ? start + 1 : start
  if (end - at < MIN_BSD_LENGTH) return NO_TIMESTAMP
  const month = monthOf(bytes, at)
  if (month === 0 || bytes[at + 3] !== SPACE) return NO_TIMESTAMP

  at = skipBlanks(bytes, at + 4, end)
  const dayEnd = skipDigits(bytes, at, end)
  if (dayEnd === at || dayEnd > at + 2 || !isAt(bytes, dayEnd, end, SPACE)) return NO_TIMESTAMP
  const day = dayEnd === at + 2 ? twoDigits(bytes, at) : bytes[at]! - ZERO
  if (day < 1 || day > 31) return NO_TIMESTAMP

  at = skipBlanks(bytes, dayEnd, end)
  if (isYear(bytes, at, end) && isAt(bytes, at + 4, end, SPACE)) at = skipBlanks(bytes, at + 4, end)
  if (end - at < 8 || !isTime(bytes, at)) return NO_TIMESTAMP

  const timeAt = at
  at = skipFraction(bytes, at + 8, end)
  if (isYearBehindTime(bytes, at, end)) at += 5
  const behind = timestampTail(bytes, at, end)
  if (behind !== NO_TIMESTAMP) setTimestamp(message, month, day, bytes, timeAt)
  return behind
}

/** Some small routers write the year after the time: "Oct 11 22:14:15 2026". */
function isYearBehindTime(bytes: Buffer, at: number, end: number): boolean {
  if (!isAt(bytes, at, end, SPACE) || !isYear(bytes, at + 1, end)) return false
  // Not "2001:db8::1".
  const behind = isAt(bytes, at + 5, end, COLON) ? at + 6 : at + 5
  return behind === end || bytes[behind] === SPACE
}

/** The end of the timestamp after the time: a zone's name, a colon (Cisco); then a blank or the end. */
function timestampTail(bytes: Buffer, start: number, end: number): number {
  let at = skipZone(bytes, start, end)
  if (isAt(bytes, at, end, SPACE) && isColonBeforePercent(bytes, at + 1, end)) at += 1
  if (isAt(bytes, at, end, COLON)) at += 1
  if (at === end) return end
  return bytes[at] === SPACE ? at + 1 : NO_TIMESTAMP
}

function skipZone(bytes: Buffer, at: number, end: number): number {
  if (!isAt(bytes, at, end, SPACE)) return at
  let packed = 0
  let next = at + 1
  while (next < end && next - at <= 5 && isUpperCase(bytes[next]!)) {
    packed = packByte(packed, bytes[next]!)
    next += 1
  }
  const length = next - at - 1
  if (length < 2) return at
  if (isAt(bytes, next, end, SPACE)) {
    return isColonBeforePercent(bytes, next + 1, end) || (length <= 4 && ZONES.has(packed)) ? next : at
  }
  return isColonBeforePercent(bytes, next, end) ? next : at
}

/** `: %`, which occurs only before Cisco's facility-severity-mnemonic. */
export function isColonBeforePercent(bytes: Buffer, at: number, end: number): boolean {
  return end - at >= 3 && bytes[at] === COLON && bytes[at + 1] === SPACE && bytes[at + 2] === PERCENT
}

function skipFraction(bytes: Buffer, at: number, end: number): number {
  if (at >= end || (bytes[at] !== DOT && bytes[at] !== COMMA)) return at
  const behind = skipDigits(bytes, at + 1, end)
  return behind === at + 1 ? at : behind
}

/**
 * `Z`, `+02:00`, `+0200` or nothing. Returns NO_TIMESTAMP if anything else follows a sign. A Z after the offset comes
 * from templates that add one to a time that has its zone already.
 */
function skipOffset(bytes: Buffer, at: number, end: number): number {
  if (at >= end) return at
  if (bytes[at] === LETTER_Z) return at + 1
  if (bytes[at] !== PLUS && bytes[at] !== MINUS) return at
  const minutesAt = isAt(bytes, at + 3, end, COLON) ? at + 4 : at + 3
  if (end - minutesAt < 2) return NO_TIMESTAMP
  const hours = twoDigits(bytes, at + 1)
  const minutes = twoDigits(bytes, minutesAt)
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return NO_TIMESTAMP
  return isAt(bytes, minutesAt + 2, end, LETTER_Z) ? minutesAt + 3 : minutesAt + 2
}

/** Whether `22:14:15` is at a place that has eight bytes. 60 is a leap second. */
function isTime(bytes: Buffer, at: number): boolean {
  if (bytes[at + 2] !== COLON || bytes[at + 5] !== COLON) return false
  const hour = twoDigits(bytes, at)
  const minute = twoDigits(bytes, at + 3)
  const second = twoDigits(bytes, at + 6)
  return hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59 && second >= 0 && second <= 60
}

/** Four digits that begin with 19 or 20. The day before it has at most two digits, and the hour after it a colon. */
function isYear(bytes: Buffer, at: number, end: number): boolean {
  if (end - at < 4) return false
  const century = twoDigits(bytes, at)
  return (century === 19 || century === 20) && twoDigits(bytes, at + 2) >= 0
}

/** The value of two digits at a place that has two bytes, or -1. */
function twoDigits(bytes: Buffer, at: number): number {
  const tens = bytes[at]! - ZERO
  const ones = bytes[at + 1]! - ZERO
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1
}

function setTimestamp(message: Message, month: number, day: number, bytes: Buffer, timeAt: number): void {
  message.month = month
  message.day = day
  message.hour = twoDigits(bytes, timeAt)
  message.minute = twoDigits(bytes, timeAt + 3)
  message.second = twoDigits(bytes, timeAt + 6)
}

/** 1-12 for an English month's three letters in any case, 0 for anything else. */
function monthOf(bytes: Buffer, at: number): number {
  const packed = ((bytes[at]! | 0x20) << 16) | ((bytes[at + 1]! | 0x20) << 8) | (bytes[at + 2]! | 0x20)
  switch (packed) {
    case 0x6a616e:
      return 1
    case 0x666562:
      return 2
    case 0x6d6172:
      return 3
    case 0x617072:
      return 4
    case 0x6d6179:
      return 5
    case 0x6a756e:
      return 6
    case 0x6a756c:
      return 7
    case 0x617567:
      return 8
    case 0x736570:
      return 9
    case 0x6f6374:
      return 10
    case 0x6e6f76:
      return 11
    case 0x646563:
      return 12
    default:
      return 0
  }
}

function packByte(packed: number, byte: number): number {
  return (packed << 8) | byte
}
