/** ASCII characters by name, as bytes and as code points. */
export const NUL = 0x00
export const TAB = 0x09
export const LF = 0x0a
export const CR = 0x0d
export const SPACE = 0x20
export const QUOTE = 0x22
export const NUMBER_SIGN = 0x23
export const DOLLAR = 0x24
export const PERCENT = 0x25
export const LEFT_PARENTHESIS = 0x28
export const RIGHT_PARENTHESIS = 0x29
export const ASTERISK = 0x2a
export const PLUS = 0x2b
export const COMMA = 0x2c
export const MINUS = 0x2d
export const DOT = 0x2e
export const SLASH = 0x2f
export const ZERO = 0x30
export const ONE = 0x31
export const TWO = 0x32
export const NINE = 0x39
export const COLON = 0x3a
export const LESS = 0x3c
export const EQUALS = 0x3d
export const GREATER = 0x3e
export const QUESTION_MARK = 0x3f
export const AT_SIGN = 0x40
export const LETTER_A = 0x41
export const LETTER_T = 0x54
export const LETTER_Z = 0x5a
export const LEFT_BRACKET = 0x5b
export const BACKSLASH = 0x5c
export const RIGHT_BRACKET = 0x5d
export const CARET = 0x5e
export const UNDERSCORE = 0x5f
export const SMALL_A = 0x61
export const SMALL_B = 0x62
export const SMALL_E = 0x65
export const SMALL_I = 0x69
export const SMALL_X = 0x78
export const LEFT_BRACE = 0x7b
export const BAR = 0x7c
export const TILDE = 0x7e
export const DELETE = 0x7f

/** Bit that a small letter has and its capital has not. */
export const SMALL_BIT = 0x20

// Numbers, not names: V8 reads an exported constant from memory each time, which the loops over every byte would feel.

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

export function isUpperCase(code: number): boolean {
  return code >= 0x41 && code <= 0x5a
}

export function isLowerCase(code: number): boolean {
  return code >= 0x61 && code <= 0x7a
}

export function isHexDigit(code: number): boolean {
  return isDigit(code) || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x66)
}
