/**
 * The blanks that `[[:space:]]` matches in C.UTF-8. logcheck strips them from lines, and drops rules that have nothing
 * else.
 *
 * ASCII's six, and those that glibc's iswspace() names. No-break spaces are not among them.
 */
import { CR, SPACE, TAB } from "../text/ascii.ts"

/** Finds the end of a line without its trailing blanks: `s/[[:space:]]+$//`, as bytes. */
export function trimmedEnd(bytes: Buffer, start: number, end: number): number {
  let at = end
  while (at > start) {
    const byte = bytes[at - 1]
    if (byte === undefined) break
    if (isAsciiBlank(byte)) {
      at -= 1
    } else if (byte >= 0x80 && at - start >= 3 && isWideBlank(bytes[at - 3], bytes[at - 2], byte)) {
      at -= 3
    } else {
      break
    }
  }
  return at
}

function isAsciiBlank(byte: number): boolean {
  return byte === SPACE || (byte >= TAB && byte <= CR)
}

/** All of them have three bytes in UTF-8: U+1680, U+2000-2006, U+2008-200A, U+2028, U+2029, U+205F, U+3000. */
function isWideBlank(first: number | undefined, second: number | undefined, third: number): boolean {
  if (first === 0xe2 && second === 0x80) {
    return third === 0xa8 || third === 0xa9 || (third <= 0x8a && third !== 0x87)
  }
  if (first === 0xe2 && second === 0x81) return third === 0x9f
  if (first === 0xe1 && second === 0x9a) return third === 0x80
  return first === 0xe3 && second === 0x80 && third === 0x80
}
