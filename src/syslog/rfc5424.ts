/**
 * The header of RFC 5424 §6.
 *
 *     1 2026-10-11T22:14:15.003Z web1 su 42 ID47 [x@32473 a="b"] 'su root' failed …
 *     | |                        |    |  |  |    |               |__ MSG, perhaps behind a BOM
 *     | |                        |    |  |  |    |__ STRUCTURED-DATA: skipped, rsyslog's log files lack it too
 *     | |                        |    |  |  |__ MSGID: skipped as well
 *     | |                        |    |  |__ PROCID
 *     | |                        |    |__ APP-NAME
 *     | |                        |__ HOSTNAME      each of them "-" where the sender has none
 *     | |__ TIMESTAMP
 *     |__ VERSION
 */
import { BACKSLASH, COLON, LEFT_BRACKET, MINUS, ONE, QUOTE, RIGHT_BRACKET, SPACE } from "../text/ascii.ts"
import { endOfWord, isAt, startsWith } from "./header-steps.ts"
import { Defect, type Message } from "./message.ts"
import { skipBlank } from "./tag.ts"
import { parseIsoField } from "./timestamp.ts"

const BOM = Buffer.from([0xef, 0xbb, 0xbf])

/** Parses the part after the PRI and returns true, or returns false if it is not RFC 5424. */
export function parseRfc5424(bytes: Buffer, start: number, end: number, message: Message): boolean {
  if (!isAt(bytes, start, end, ONE) || !isAt(bytes, start + 1, end, SPACE)) return false
  const timestamp = start + 2
  const timestampEnd = endOfWord(bytes, timestamp, end)
  const isNil = timestamp < timestampEnd && endOfField(bytes, timestamp, timestampEnd) === timestamp
  if (!isNil && !parseIsoField(bytes, timestamp, timestampEnd, message)) return false

  // Between two consecutive blanks is an empty field, which counts as nil.
  const hostname = skipBlank(bytes, timestampEnd, end)
  const hostnameEnd = endOfWord(bytes, hostname, end)
  message.hostnameStart = hostname
  message.hostnameEnd = endOfField(bytes, hostname, hostnameEnd)

  const appName = skipBlank(bytes, hostnameEnd, end)
  const appNameEnd = endOfWord(bytes, appName, end)
  message.appNameStart = appName
  message.appNameEnd = endOfField(bytes, appName, appNameEnd)
  // Some senders write their whole tag, with its colon.
  if (appNameEnd > appName + 1 && bytes[appNameEnd - 1] === COLON) message.appNameEnd -= 1

  const procId = skipBlank(bytes, appNameEnd, end)
  const procIdEnd = endOfWord(bytes, procId, end)
  message.procIdStart = procId
  message.procIdEnd = endOfField(bytes, procId, procIdEnd)

  const msgIdEnd = endOfWord(bytes, skipBlank(bytes, procIdEnd, end), end)
  const structuredDataEnd = skipStructuredData(bytes, skipBlank(bytes, msgIdEnd, end), end, message)
  const msg = skipBlank(bytes, structuredDataEnd, end)
  const text = startsWith(bytes, msg, end, BOM) ? msg + BOM.length : msg
  // RSYSLOG_SyslogProtocol23Format keeps the blank that followed the tag.
  message.textStart = skipBlank(bytes, text, end)
  return true
}

/** Finds the end of a field's value: the end of the word, or its beginning if it is the nil value. */
function endOfField(bytes: Buffer, start: number, wordEnd: number): number {
  return wordEnd === start + 1 && bytes[start] === MINUS ? start : wordEnd
}

/** Finds the end of STRUCTURED-DATA; returns its beginning if there is none, so that the text starts there. */
function skipStructuredData(bytes: Buffer, start: number, end: number, message: Message): number {
  if (start >= end) return start
  const wordEnd = endOfWord(bytes, start, end)
  if (wordEnd === start || endOfField(bytes, start, wordEnd) === start) return wordEnd
  const wellFormedEnd = endOfElements(bytes, start, end)
  if (wellFormedEnd !== start) return wellFormedEnd
  message.defects |= Defect.structuredDataMalformed
  return bytes[start] === LEFT_BRACKET ? endOfBrokenElements(bytes, start, end) : start
}

/**
 * RFC 5424 §6.3: elements in brackets, brackets inside quotes are values, `\` escapes one byte. Returns `start` if
 * malformed.
 */
function endOfElements(bytes: Buffer, start: number, end: number): number {
  let at = start
  while (isAt(bytes, at, end, LEFT_BRACKET)) {
    let quoted = false
    at += 1
    while (at < end && (quoted || bytes[at] !== RIGHT_BRACKET)) {
      if (bytes[at] === QUOTE) quoted = !quoted
      else if (quoted && bytes[at] === BACKSLASH) at += 1
      at += 1
    }
    if (at >= end) return start
    at += 1
  }
  return at === end || bytes[at] === SPACE ? at : start
}

/** Like rsyslog: up to a bracket before a blank or the end, regardless of quotes. */
function endOfBrokenElements(bytes: Buffer, start: number, end: number): number {
  for (let at = start; at < end; at += 1) {
    if (bytes[at] !== RIGHT_BRACKET || bytes[at - 1] === BACKSLASH) continue
    if (at + 1 === end || bytes[at + 1] === SPACE) return at + 1
  }
  return start
}
