/**
 * UTF-8 as RFC 3629 has it: bytes in, code points out, one at a time.
 *
 * A byte that is part of no character stands for itself as U+DC00 + byte; so do the bytes of overlong
 * forms, surrogates and whatever lies beyond U+10FFFF. (grep takes the last for characters in negated
 * brackets, though not for `.`; here they are nothing to either, and the line is reported.)
 */

/** Returns the character that begins at the offset. */
export function characterAt(bytes: Buffer, at: number): number {
  const lead = bytes[at] ?? 0
  if (lead < 0x80) return lead
  const second = continuation(bytes, at + 1)
  if (lead >= 0xc2 && lead <= 0xdf && second >= 0) return ((lead & 0x1f) << 6) | second
  const third = continuation(bytes, at + 2)
  if (lead >= 0xe0 && lead <= 0xef && second >= 0 && third >= 0) {
    const codePoint = ((lead & 0x0f) << 12) | (second << 6) | third
    if (codePoint >= 0x800 && (codePoint < 0xd800 || codePoint > 0xdfff)) return codePoint
  }
  const fourth = continuation(bytes, at + 3)
  if (lead >= 0xf0 && lead <= 0xf4 && second >= 0 && third >= 0 && fourth >= 0) {
    const codePoint = ((lead & 0x07) << 18) | (second << 12) | (third << 6) | fourth
    if (codePoint >= 0x1_0000 && codePoint <= 0x10_ffff) return codePoint
  }
  return RAW_BYTE_BASE + lead
}

/** How many bytes the character took. */
export function encodedLength(codePoint: number): number {
  if (codePoint < 0x80 || isRawByte(codePoint)) return 1
  if (codePoint < 0x800) return 2
  return codePoint < 0x1_0000 ? 3 : 4
}

/** Whether this stands for a byte that is not UTF-8 rather than for a character. */
export function isRawByte(codePoint: number): boolean {
  return codePoint >= RAW_BYTE_BASE + 0x80 && codePoint <= RAW_BYTE_BASE + 0xff
}

export const RAW_BYTE_BASE = 0xdc00

/** The six bits of a continuation byte, or -1. */
function continuation(bytes: Buffer, at: number): number {
  const byte = bytes[at] ?? 0
  return byte >= 0x80 && byte <= 0xbf ? byte & 0x3f : -1
}
