/**
 * Makes text safe to show in a mail, on a terminal, or in a page.
 *
 * Text from the network may contain escape sequences, text that runs backwards, invisible characters, and halves of
 * characters. Every string that tamis did not write itself goes through here at every exit.
 */
import { amount } from "./amount.ts"

/**
 * Controls (Cc, line feed and tab included), formats (Cf: bidirectional overrides, zero width, soft
 * hyphens, tags), line and paragraph separators (Zl, Zp), unpaired surrogates (Cs), and the letters that
 * are blank although Unicode calls them letters (Hangul fillers, the empty Braille pattern).
 */
export const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u115F\u1160\u2800\u3164\uFFA0]/gu

/** Returns `text` with every character that does not show as itself escaped: `\x1b`, `\u202e`, `\u{e0041}`. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, escaped)
}

/** Whether `printable` returns `text` as it is. */
export function isPrintable(text: string): boolean {
  return printable(text) === text
}

/** Like `printable`, but shows only the first `most` characters (UTF-16 units), and the number of the others. */
export function printableStart(text: string, most: number): string {
  if (text.length <= most) return printable(text)
  const end = isHighSurrogate(text.charCodeAt(most - 1)) ? most - 1 : most
  return `${printable(text.slice(0, end))} […${amount(text.length - end, "more character")}]`
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, "0")}`
  if (code < 0x10000) return `\\u${code.toString(16).padStart(4, "0")}`
  return `\\u{${code.toString(16)}}`
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff
}
