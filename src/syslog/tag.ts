/**
 * The tag and the text, which follow the host name in a header of the old kind (RFC 3164 §4.1.3).
 *
 *     sshd[1234]: Failed password for …
 *     |    |    | |____ text
 *     |    |    |______ the colon ends the tag; rsyslog relaying RFC 5424 leaves it out
 *     |    |___________ procId
 *     |________________ appName
 *
 * As in rsyslog, a tag ends at the first colon or blank. If that is a blank, rsyslog still takes the word for a tag;
 * here it is a tag only if it ends in a pid.
 */
import { COLON, isDigit, LEFT_BRACKET, LEFT_PARENTHESIS, LESS, RIGHT_BRACKET, SPACE } from "../text/ascii.ts"
import { endOfWord, isAt, skipBlanks } from "./header-steps.ts"
import type { Message } from "./message.ts"

export function parseTag(bytes: Buffer, start: number, end: number, message: Message): void {
  const tagStart = skipBlanks(bytes, start, end)
  let at = tagStart
  while (at < end && bytes[at] !== COLON && bytes[at] !== SPACE) at += 1
  const isClosed = isAt(bytes, at, end, COLON)
  const bracket = pidBracket(bytes, tagStart, at)
  const isOpenTag = !isClosed && isNumber(bytes, bracket + 1, at - 1) && !isColonLater(bytes, at + 1, end)
  if (at === tagStart || !(isClosed || isOpenTag)) {
    setTagless(tagStart, message)
    return
  }
  message.appNameStart = tagStart
  message.appNameEnd = bracket
  message.procIdStart = bracket < at ? bracket + 1 : at
  message.procIdEnd = bracket < at ? at - 1 : at
  message.textStart = skipBlank(bytes, isClosed ? at + 1 : at, end)
}

/** Makes everything from here on the text. */
export function setTagless(textStart: number, message: Message): void {
  message.appNameStart = textStart
  message.appNameEnd = textStart
  message.procIdStart = textStart
  message.procIdEnd = textStart
  message.textStart = textStart
}

/** Skips the one blank that separates the header from the text. Further blanks are part of the text. */
export function skipBlank(bytes: Buffer, at: number, end: number): number {
  return isAt(bytes, at, end, SPACE) ? at + 1 : at
}

/**
 * Finds the bracket that opens `[1234]` at the end of a tag. Returns the tag's end if there is none, or nothing before
 * or in it.
 */
function pidBracket(bytes: Buffer, start: number, end: number): number {
  if (end - start < 4 || bytes[end - 1] !== RIGHT_BRACKET) return end
  let at = end - 2
  while (at > start && bytes[at] !== LEFT_BRACKET) at -= 1
  return at > start && at < end - 2 ? at : end
}

/** macOS puts a word before the colon: "sandboxd[129] ([31211]): …", "kernel[0] <Debug>: …". */
function isColonLater(bytes: Buffer, start: number, end: number): boolean {
  if (!isAt(bytes, start, end, LEFT_PARENTHESIS) && !isAt(bytes, start, end, LESS)) return false
  return bytes[endOfWord(bytes, start, end) - 1] === COLON
}

function isNumber(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) {
    if (!isDigit(bytes[at]!)) return false
  }
  return end > start
}
