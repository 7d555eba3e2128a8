/** The steps over a frame's bytes that every header needs. */
import { isDigit, SPACE } from "../text/ascii.ts"

/** Whether this byte is at this place of the frame. */
export function isAt(bytes: Buffer, at: number, end: number, byte: number): boolean {
  return at < end && bytes[at] === byte
}

/** Whether these bytes are at this place of the frame. */
export function startsWith(bytes: Buffer, at: number, end: number, expected: Buffer): boolean {
  if (end - at < expected.length) return false
  for (let i = 0; i < expected.length; i += 1) {
    if (bytes[at + i] !== expected[i]) return false
  }
  return true
}

/** Only SP: rsyslog escapes a TAB before it looks for fields, so a TAB separates none. */
export function skipBlanks(bytes: Buffer, at: number, end: number): number {
  let next = at
  while (next < end && bytes[next] === SPACE) next += 1
  return next
}

export function skipDigits(bytes: Buffer, at: number, end: number): number {
  let next = at
  while (next < end && isDigit(bytes[next]!)) next += 1
  return next
}

/** Finds the blank, or the end of the frame, behind the word that begins here. */
export function endOfWord(bytes: Buffer, at: number, end: number): number {
  let next = at
  while (next < end && bytes[next] !== SPACE) next += 1
  return next
}
