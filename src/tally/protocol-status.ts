/**
 * Tells the statuses of HTTP, SMTP and FTP from other numbers of three digits, by the request before them or the reason
 * behind them.
 *
 *     "GET / HTTP/1.1" 200   GET /index 404   TCP_MISS/200   404 Not Found   550 5.7.1   250 OK   "535 Login incorrect"
 *
 * Both are the same in the template.
 */
import { BAR, DOT, isUpperCase, MINUS, ONE, QUOTE, SLASH, SPACE, TWO, UNDERSCORE } from "../text/ascii.ts"
import { type Codes, characterSet, isDigit, isIn, startsWith, startsWithAny } from "./character.ts"

/** A status has three digits and begins with 1 to 5. */
export function looksLikeStatus(line: Codes, at: number, wordEnd: number): boolean {
  return wordEnd - at === 3 && line[at]! >= ONE && line[at]! <= ONE + 4
}

export function isProtocolStatus(line: Codes, at: number, wordEnd: number): boolean {
  if (!looksLikeStatus(line, at, wordEnd)) return false
  return followsRequest(line, at, wordEnd) || precedesReason(line, at, wordEnd)
}

/** Texts by their first character. */
type Texts = readonly (readonly string[])[]

function byFirstCharacter(texts: readonly string[]): Texts {
  return Array.from({ length: 128 }, (_, code) => texts.filter((text) => text.charCodeAt(0) === code))
}

function isOneAt(texts: Texts, line: Codes, at: number): boolean {
  return line[at]! < texts.length && startsWithAny(line, at, texts[line[at]!]!)
}

/** The words that stand behind a status, whatever stands before it. */
const REASONS = byFirstCharacter([
  ...["OK", "Ok", "ok", "Not Found", "Service Unavailable", "Internal Server", "Bad Gateway", "Bad Request"],
  ...["Gateway Time", "Forbidden", "Unauthorized", "Too Many", "Moved ", "Not Modified", "Method Not", "queued as "],
])
/** The words that stand behind a status of SMTP or FTP, where that begins a sentence. */
const REPLIES = byFirstCharacter([
  ...["Authentication", "Requested", "Mailbox", "Syntax", "Command", "Recipient", "Sender", "Relay", "User", "Message"],
  ...["Access", "Login", "Permission", "Service", "Greylist", "Temporar", "Bad", "No ", "Too", "Error"],
])
const BEFORE_SENTENCE = characterSet("\"'(:=[>-")

/** `550 5.7.1 Service unavailable`, `550-5.7.1`, `404 Not Found`, `"535 Authentication failed"` */
function precedesReason(line: Codes, at: number, wordEnd: number): boolean {
  const mark = line[wordEnd]
  if (mark !== SPACE && mark !== MINUS) return false
  const reason = wordEnd + 1
  const isEnhanced = line[reason] === line[at] && line[reason + 1] === DOT && isDigit(line, reason + 2)
  if (isEnhanced && line[at]! >= TWO) return true
  if (mark === MINUS) return false
  if (isOneAt(REASONS, line, reason)) return true
  const before = line[at - 1] === SPACE ? line[at - 2]! : line[at - 1]!
  return isIn(BEFORE_SENTENCE, before) && isOneAt(REPLIES, line, reason)
}

const METHODS = ["GET", "POST", "PUT", "HEAD", "DELETE", "PATCH", "OPTIONS"]
/** Longer paths are not followed back to their method. */
const MAX_PATH = 256

/** `"GET / HTTP/1.1" 200`, `"-" 408`, `GET /index 404`, `10/0/30/69/109 200`, `TCP_MISS/200`, `| 200 |` */
function followsRequest(line: Codes, at: number, wordEnd: number): boolean {
  const before = line[at - 1]
  if (before === SLASH) return followsCacheResult(line, at - 1)
  if (before !== SPACE) return false
  let last = at - 2
  while (at - last < 8 && line[last] === SPACE) last -= 1
  if (line[last] === BAR) return line[wordEnd] === SPACE && line[wordEnd + 1] === BAR
  if (last !== at - 2) return false
  if (line[last] === QUOTE) {
    if (line[last - 1] === QUOTE || (line[last - 1] === MINUS && line[last - 2] === QUOTE)) return true
    last -= 1
  }
  return isProtocol(line, last) || followsPath(line, last)
}

/** `HTTP/1.1` or `HTTP/2` that ends at `last`. */
function isProtocol(line: Codes, last: number): boolean {
  if (!isDigit(line, last)) return false
  const slash = line[last - 1] === DOT ? last - 3 : last - 1
  return line[slash] === SLASH && startsWith(line, slash - 4, "HTTP")
}

/** HAProxy writes five times before the status, which can be masked; others write the method and a path. */
function followsPath(line: Codes, last: number): boolean {
  let start = last
  let slashes = 0
  let isTimes = true
  while (last - start < MAX_PATH && line[start] !== SPACE && line[start] !== 0) {
    if (line[start] === SLASH) slashes += 1
    else if (!isDigit(line, start) && !isIn(IN_TIMES, line[start]!)) isTimes = false
    start -= 1
  }
  if (isTimes && slashes === 4) return true
  return line[start + 1] === SLASH && isMethodBefore(line, start)
}

function isMethodBefore(line: Codes, end: number): boolean {
  for (let i = 0; i < METHODS.length; i += 1) if (startsWith(line, end - METHODS[i]!.length, METHODS[i]!)) return true
  return false
}

const IN_TIMES = characterSet("<n>-+")

const CACHE_RESULTS = ["TCP_", "UDP_", "NONE/", "NONE_"]

/** Squid: `TCP_MISS/200`, `NONE/503` */
function followsCacheResult(line: Codes, slash: number): boolean {
  let start = slash
  while (slash - start < 32 && (isUpperCase(line[start - 1]!) || line[start - 1] === UNDERSCORE)) start -= 1
  return startsWithAny(line, start, CACHE_RESULTS)
}
