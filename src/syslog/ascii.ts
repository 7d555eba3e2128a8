/** The bytes that syslog headers are made of, by name, and the steps over them that every header needs. */
export const NUL = 0x00
export const LF = 0x0a
export const CR = 0x0d
export const SPACE = 0x20
export const PERCENT = 0x25
export const LEFT_PARENTHESIS = 0x28
export const ASTERISK = 0x2a
export const PLUS = 0x2b
export const COMMA = 0x2c
export const MINUS = 0x2d
export const DOT = 0x2e
export const SLASH = 0x2f
export const ZERO = 0x30
export const ONE = 0x31
export const COLON = 0x3a
export const LESS = 0x3c
export const GREATER = 0x3e
export const AT_SIGN = 0x40
export const LEFT_BRACKET = 0x5b
export const BACKSLASH = 0x5c
export const RIGHT_BRACKET = 0x5d
export const LEFT_BRACE = 0x7b
export const DELETE = 0x7f

export function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39
}

export function isUpperCase(byte: number): boolean {
  return byte >= 0x41 && byte <= 0x5a
}

export function isHexDigit(byte: number): boolean {
  return isDigit(byte) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66)
}

/** Whether this byte stands at this place of the frame. */
export function isAt(bytes: Buffer, at: number, end: number, byte: number): boolean {
  return at < end && bytes[at] === byte
}

/** Whether these bytes stand at this place of the frame. */
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
