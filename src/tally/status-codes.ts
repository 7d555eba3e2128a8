/**
 * Finds numbers that are words: exit codes, statuses, results. They say what happened, so they stay.
 *
 *     exit code 0   exited with 23   status=1/FAILURE   "status":503   res=1   exited on signal 9   HTTP 503
 *
 * The key before the number decides. It is the same in the template.
 */
import { COLON, DOT, EQUALS, GREATER, isLowerCase, MINUS, PERCENT, SLASH, SPACE } from "../text/ascii.ts"
import { type Codes, isAnyOf, isBoundary, isDigit, startsWith, startsWithAny } from "./character.ts"
import { endsInAny, isLetter, isWord, keyEnd } from "./keys.ts"
import { isProtocolStatus, looksLikeStatus } from "./protocol-status.ts"

/** Longer numbers are counts or names. Databases have codes of five digits. */
const MAX_DIGITS = 5

/** The beginnings of Windows' errors, which are numbers of 32 bits: 0xC0000005, 0x80070005. */
const WINDOWS_DIGITS = ["3221225", "2147"]
const WINDOWS_NEGATIVE_DIGITS = ["107374", "2147"]
const WINDOWS_HEX = ["0xc00", "0xC00", "0x800"]

/** A number that is a code; -1 for one that is measured or counted. */
export function codeEnd(line: Codes, at: number, wordEnd: number): number {
  if (wordEnd - at > MAX_DIGITS && !isWindowsCode(line, at, wordEnd)) return -1
  if (isOtherNumber(line, at, wordEnd)) return -1
  return followsCodeKey(line, at, wordEnd, 1) || isProtocolStatus(line, at, wordEnd) ? wordEnd : -1
}

/** Not netfilter's `RES=0x00`. */
const SHORTEST_HEX_KEY = 4

/** `status=0x51`: a byte, or an error of Windows. Other numbers are addresses or registers. */
export function hexCodeEnd(line: Codes, at: number, wordEnd: number): number {
  const length = wordEnd - at
  const isCode = length <= 4 ? startsWith(line, at, "0x") : length === 10 && startsWithAny(line, at, WINDOWS_HEX)
  return isCode && followsCodeKey(line, at, wordEnd, SHORTEST_HEX_KEY) ? wordEnd : -1
}

function isWindowsCode(line: Codes, at: number, wordEnd: number): boolean {
  if (wordEnd - at !== 10) return false
  const beginnings = line[at - 1] === MINUS ? WINDOWS_NEGATIVE_DIGITS : WINDOWS_DIGITS
  return startsWithAny(line, at, beginnings)
}

/**
 * Whether the number is none of its own (`1.5`, `3/10`, `7%`), the result of a system call in an audit record (`exit=3`,
 * mostly a descriptor), or part of a firewall's record of a packet (`TYPE=3 CODE=1`).
 */
function isOtherNumber(line: Codes, at: number, end: number): boolean {
  const mark = line[end]
  if (mark === SPACE && startsWith(line, end + 1, "a0=")) return true
  if (startsWith(line, at - 6, " CODE=") && (isDigit(line, at - 7) || line[at - 7] === GREATER)) return true
  return mark === PERCENT || ((mark === DOT || mark === SLASH) && isDigit(line, end + 1))
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
  ...["exit", "exits", "exited", "exiting", "failed", "returned", "terminated", "died", "ended", "finished"],
  ...["completed", "responded"],
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
  { text: "err", isAssigned: true },
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
    if (key.isProtocol && !looksLikeStatus(line, at, wordEnd)) continue
    if (key.after.length > 0 && !followsWord(line, start, key.after)) continue
    return !isCounted(line, wordEnd, key.isCounting)
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

/** Whether a unit follows; if `isAnyPlural`, also whether any plural does. */
function isCounted(line: Codes, wordEnd: number, isAnyPlural: boolean): boolean {
  if (line[wordEnd] !== SPACE) return false
  const start = wordEnd + 1
  let end = start
  while (end - start < MAX_KEY_BEGINNING && isLowerCase(line[end]!)) end += 1
  if (!isBoundary(line, end) || end === start) return false
  if (isAnyPlural && end - start > 2 && line[end - 1] === SMALL_S) return true
  return isAnyOf(line, start, end, UNITS)
}

const SMALL_S = 0x73
