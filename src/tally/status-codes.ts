/**
 * Finds numbers that are words: exit codes, the statuses of HTTP and SMTP, results. They say what happened, so they stay.
 *
 *     exit code 0 | exited with 23 | status=1/FAILURE | "status":503 | res=1 | on signal 9
 *     "GET / HTTP/1.1" 200 | HTTP 503 | 404 Not Found | 550 5.7.1 | 250 OK
 *
 * The text before the number decides, or the text after it. That text is the same in the template.
 */
import {
  BAR,
  COLON,
  DOT,
  EQUALS,
  isLowerCase,
  isUpperCase,
  MINUS,
  ONE,
  PERCENT,
  QUOTE,
  SLASH,
  SPACE,
  TWO,
  UNDERSCORE,
} from "../text/ascii.ts"
import { type Codes, characterSet, isAnyOf, isBoundary, isDigit, isIn, startsWith, startsWithAny } from "./character.ts"
import { endsInAny, isLetter, isWord, keyEnd } from "./keys.ts"

/** Longer numbers are counts or names. Databases have codes of five digits. */
const MAX_DIGITS = 5

/** Numbers of 32 bits with these beginnings are Windows' codes of errors: 0xC0000005, 0x80070005. */
const WINDOWS_DIGITS = ["3221225", "2147"]
const WINDOWS_NEGATIVE_DIGITS = ["107374", "2147"]

/** A number that is a code; -1 for one that is measured or counted. */
export function codeEnd(line: Codes, at: number, wordEnd: number): number {
  if (wordEnd - at > MAX_DIGITS && !isWindowsCode(line, at, wordEnd)) return -1
  if (isOtherNumber(line, wordEnd)) return -1
  if (followsCodeKey(line, at, wordEnd, 1)) return wordEnd
  if (wordEnd - at !== 3 || !isStatus(line, at)) return -1
  return followsRequest(line, at, wordEnd) || precedesReason(line, at, wordEnd) ? wordEnd : -1
}

/** Not netfilter's `RES=0x00`. */
const SHORTEST_HEX_KEY = 4

/** `status=0x51`: a byte, or one of Windows' codes. A longer one is an address or a register. */
export function hexCodeEnd(line: Codes, at: number, wordEnd: number): number {
  const length = wordEnd - at
  if (!startsWith(line, at, "0x")) return -1
  const isWindows = length === 10 && (startsWith(line, at + 2, "c00") || startsWith(line, at + 2, "800"))
  const isShort = length <= 4 || isWindows || (length === 10 && startsWith(line, at + 2, "C00"))
  return isShort && followsCodeKey(line, at, wordEnd, SHORTEST_HEX_KEY) ? wordEnd : -1
}

function isWindowsCode(line: Codes, at: number, wordEnd: number): boolean {
  if (wordEnd - at !== 10) return false
  const beginnings = line[at - 1] === MINUS ? WINDOWS_NEGATIVE_DIGITS : WINDOWS_DIGITS
  return startsWithAny(line, at, beginnings)
}

/** `1.5`, `3/10`, `7%`; and in audit records, `exit=3` is what a system call returned, often a descriptor. */
function isOtherNumber(line: Codes, end: number): boolean {
  const mark = line[end]
  if (mark === SPACE && startsWith(line, end + 1, "a0=")) return true
  return mark === PERCENT || ((mark === DOT || mark === SLASH) && isDigit(line, end + 1))
}

/** A status of HTTP, SMTP or FTP has three digits and begins with 1 to 5. */
function isStatus(line: Codes, at: number): boolean {
  return line[at]! >= ONE && line[at]! <= ONE + 4
}

interface Key {
  /** In small letters. */
  readonly text: string
  /** Whether a longer word can end in it: `statusCode`. */
  readonly isEnd: boolean
  /** Beginnings of longer words that are no keys. */
  readonly not: readonly string[]
  /** Whether a colon or an equals sign must follow. */
  readonly isAssigned: boolean
  /** Whether only the status of a protocol can follow. */
  readonly isProtocol: boolean
  /** Whether a count can follow: `returned 12 rows`. */
  readonly isCounting: boolean
  /** One of these words must stand before it, if there are any. */
  readonly after: readonly string[]
}

const EXITS = [
  "exit",
  "exits",
  "exited",
  "exiting",
  "failed",
  "returned",
  "terminated",
  "died",
  "ended",
  "finished",
  "completed",
]

const KNOWN_KEYS: readonly (Partial<Key> & { readonly text: string })[] = [
  { text: "code", isEnd: true, not: ["key", "scan", "bar", "zip", "post"] },
  { text: "status", isEnd: true },
  { text: "errno", isEnd: true },
  { text: "exit" },
  { text: "exited" },
  { text: "rc" },
  { text: "result", isEnd: true, isAssigned: true },
  { text: "res", isAssigned: true },
  { text: "ret", isAssigned: true },
  { text: "retval", isAssigned: true },
  { text: "value", after: ["exit", "return", "returned"] },
  { text: "signal", after: ["on", "by", "with", "received", "caught", "got"] },
  { text: "with", isCounting: true, after: EXITS },
  ...["of", "is", "was"].map((text) => ({ text, after: ["code", "status"] })),
  ...["returned", "returns", "returning", "responded", "replied", "answered"].map((text) => ({
    text,
    isCounting: true,
  })),
  ...["http", "said"].map((text) => ({ text, isProtocol: true })),
  { text: "completed", isProtocol: true, isCounting: true },
  ...["resp", "reject", "reply"].map((text) => ({ text, isProtocol: true, isAssigned: true })),
  { text: "error", isProtocol: true, after: ["http", "returned", "server"] },
  { text: "response", isProtocol: true, after: ["http", "got", "received", "server"] },
]

const KEYS: readonly Key[] = KNOWN_KEYS.map(
  ({ text, isEnd = false, not = [], isAssigned = false, isProtocol = false, isCounting = false, after = [] }) => ({
    text,
    isEnd,
    not,
    isAssigned,
    isProtocol,
    isCounting,
    after,
  }),
)

const LETTERS = 32
const LETTER_BITS = LETTERS - 1

/** By the last two letters, of which these bits are the same in small and large ones: most words are out at once. */
const KEYS_BY_END: readonly (readonly Key[])[] = Array.from({ length: LETTERS * LETTERS }, (_, end) =>
  KEYS.filter(({ text }) => endOf(text.charCodeAt(text.length - 2), text.charCodeAt(text.length - 1)) === end),
)

function endOf(nextToLast: number, last: number): number {
  return (nextToLast & LETTER_BITS) * LETTERS + (last & LETTER_BITS)
}

/** Whether a key of at least `shortest` letters stands before the number. */
function followsCodeKey(line: Codes, at: number, wordEnd: number, shortest: number): boolean {
  const end = keyEnd(line, at)
  const keys = KEYS_BY_END[endOf(line[end - 2]!, line[end - 1]!)]!
  if (keys.length === 0 || end === at) return false
  const isAssigned = hasAssignment(line, end, at)
  for (let i = 0; i < keys.length; i += 1) {
    const key = keys[i]!
    const start = end - key.text.length
    if (!isWord(line, start, key.text) || (!key.isEnd && isLetter(line[start - 1]!))) continue
    if (!isBoundary(line, wordStart(line, start) - 1)) continue
    if (key.text.length < shortest || (key.isAssigned && !isAssigned)) continue
    if (endsInAny(line, start, key.not)) continue
    if (key.isProtocol && !(wordEnd - at === 3 && isStatus(line, at))) continue
    if (key.after.length > 0 && !followsWord(line, start, key.after)) continue
    return !isCounted(line, wordEnd, key.isCounting && !isAssigned)
  }
  return false
}

function followsWord(line: Codes, at: number, words: readonly string[]): boolean {
  return line[at - 1] === SPACE && endsInAny(line, at - 1, words)
}

function hasAssignment(line: Codes, at: number, end: number): boolean {
  for (let i = at; i < end; i += 1) if (line[i] === COLON || line[i] === EQUALS) return true
  return false
}

function wordStart(line: Codes, at: number): number {
  let start = at
  while (at - start < MAX_KEY_BEGINNING && isLetter(line[start - 1]!)) start -= 1
  return start
}

/** `lastWriteFailureStatusCode` */
const MAX_KEY_BEGINNING = 24

const UNITS = ["ms", "s", "sec", "us", "ns", "bytes", "times", "rows", "lines", "seconds", "minutes", "hours", "days"]

/** Whether a unit follows, or where anything can be counted, a plural. */
function isCounted(line: Codes, wordEnd: number, isAnyPlural: boolean): boolean {
  if (line[wordEnd] !== SPACE) return false
  const start = wordEnd + 1
  let end = start
  while (end - start < MAX_KEY_BEGINNING && isLowerCase(line[end]!)) end += 1
  if (!isBoundary(line, end) || end === start) return false
  if (isAnyPlural && end - start > 2 && line[end - 1] === LOWER_S) return true
  return isAnyOf(line, start, end, UNITS)
}

const LOWER_S = 0x73

/** The words that stand behind a status, whatever stands before it. */
const REASONS = [
  ...["OK", "Ok", "ok", "Not Found", "Service Unavailable", "Internal Server", "Bad Gateway", "Bad Request"],
  ...["Gateway Time", "Forbidden", "Unauthorized", "Too Many", "Moved ", "Not Modified", "Method Not", "queued as "],
]
/** The words that stand behind a status of SMTP or FTP, where that begins a sentence. */
const REPLIES = [
  ...["Authentication", "Requested", "Mailbox", "Syntax", "Command", "Recipient", "Sender", "Relay", "User", "Message"],
  ...["Access", "Login", "Permission", "Service", "Greylist", "Temporar", "Bad", "No ", "Too", "Error"],
]
const BEFORE_SENTENCE = characterSet("\"'(:=[>-")

/** `550 5.7.1 Service unavailable`, `550-5.7.1`, `404 Not Found`, `"535 Authentication failed"` */
function precedesReason(line: Codes, at: number, wordEnd: number): boolean {
  const mark = line[wordEnd]
  if (mark !== SPACE && mark !== MINUS) return false
  const reason = wordEnd + 1
  const isEnhanced = line[reason] === line[at] && line[reason + 1] === DOT && isDigit(line, reason + 2)
  if (isEnhanced && line[at]! >= TWO) return true
  if (mark === MINUS) return false
  if (startsWithAny(line, reason, REASONS)) return true
  const before = line[at - 1] === SPACE ? line[at - 2]! : line[at - 1]!
  return isIn(BEFORE_SENTENCE, before) && startsWithAny(line, reason, REPLIES)
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
