/**
 * Decodes UTF-8 as glibc does, one code point at a time.
 *
 * That is RFC 3629, and the characters beyond U+10FFFF that UTF-8 once had, up to six bytes each. A byte that is part
 * of no character becomes U+DC00 + byte; so do the bytes of overlong forms and surrogates.
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
  if (lead >= 0xf0 && second >= 0 && third >= 0 && fourth >= 0) {
    const tail = (second << 12) | (third << 6) | fourth
    if (lead <= 0xf7) {
      const codePoint = ((lead & 0x07) << 18) | tail
      if (codePoint >= 0x1_0000) return codePoint
    } else {
      const longer = longCharacterAt(bytes, at, tail)
      if (longer !== undefined) return longer
    }
  }
  return RAW_BYTE_BASE + lead
}

/** A character of five or six bytes. The first four are valid; `tail` has the bits of the second to the fourth. */
function longCharacterAt(bytes: Buffer, at: number, tail: number): number | undefined {
  const lead = bytes[at] ?? 0
  const fifth = continuation(bytes, at + 4)
  if (fifth < 0 || lead > 0xfd) return undefined
  const five = (tail << 6) | fifth
  if (lead <= 0xfb) {
    const codePoint = ((lead & 0x03) << 24) | five
    return codePoint >= 0x20_0000 ? codePoint : undefined
  }
  const sixth = continuation(bytes, at + 5)
  const codePoint = ((lead & 0x01) << 30) | (five << 6) | sixth
  return sixth >= 0 && codePoint >= 0x400_0000 ? codePoint : undefined
}

/** Returns all characters of a line. */
export function charactersOf(bytes: Buffer): Int32Array {
  const characters = new Int32Array(bytes.length)
  let count = 0
  for (let at = 0; at < bytes.length; count += 1) {
    const codePoint = characterAt(bytes, at)
    characters[count] = codePoint
    at += encodedLength(codePoint)
  }
  return characters.subarray(0, count)
}

/** The number of bytes of the character. */
export function encodedLength(codePoint: number): number {
  if (codePoint < 0x80 || isRawByte(codePoint)) return 1
  if (codePoint < 0x800) return 2
  if (codePoint < 0x1_0000) return 3
  if (codePoint < 0x20_0000) return 4
  return codePoint < 0x400_0000 ? 5 : 6
}

/** Whether the character is beyond the UTF-8 of RFC 3629. */
export function isBeyondUnicode(codePoint: number): boolean {
  return codePoint > 0x10_ffff
}

/** Whether this is a byte that is not UTF-8, not a character. */
export function isRawByte(codePoint: number): boolean {
  return codePoint >= RAW_BYTE_BASE + 0x80 && codePoint <= RAW_BYTE_BASE + 0xff
}

export const RAW_BYTE_BASE = 0xdc00

/** The six bits of a continuation byte, or -1. */
function continuation(bytes: Buffer, at: number): number {
  const byte = bytes[at] ?? 0
  return byte >= 0x80 && byte <= 0xbf ? byte & 0x3f : -1
}
