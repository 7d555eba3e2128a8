/**
 * Finds the queue ids of mail servers.
 *
 *     postfix    3F2A1B7C9D (hexadecimal.ts), 4BqZ3T2Rk9z5xYJ
 *     sendmail   06I02CNi016764
 *     exim       1rAbCd-0001Ab-3x
 *
 * Every function returns the index after the match, or -1. It reads at most a few dozen characters more than it
 * consumes.
 */
import { COLON, MINUS, SPACE } from "../text/ascii.ts"
import { type Codes, isBoundary, isDigit, LOWER, OTHER_LETTER, startsWith, UPPER } from "./character.ts"

/** Mail servers write their queue id first: `postfix/qmgr[7]: 3F2A1B7C9D: removed`. */
export function standsLikeQueueId(line: Codes, at: number, end: number): boolean {
  return line[end] === COLON && line[end + 1] === SPACE && line[at - 1] === SPACE && line[at - 2] === COLON
}

const SMALL_S = 0x73

/** `(250 2.0.0 Ok: queued as 3F2A1B7C9D)`: the queue id of another server, of any kind. */
export function queuedIdEnd(line: Codes, at: number, end: number): number {
  return line[at - 2] === SMALL_S && startsWith(line, at - 10, "queued as ") ? end : -1
}

/** Postfix's digits may look like a size or a duration: `7676910064B: removed`. */
export function postfixIdEnd(line: Codes, at: number, end: number, kinds: number): number {
  const isId = (kinds & (OTHER_LETTER | LOWER)) === 0 && end - at >= 8 && standsLikeQueueId(line, at, end)
  return isId ? end : -1
}

const SHORTEST_SENDMAIL_ID = 11
/** The end of sendmail's ids is its PID, with zeros before it. */
const SENDMAIL_PID = 6

/** Sendmail's ids: the time in base 60, a counter, and the PID. */
export function sendmailIdEnd(line: Codes, at: number, end: number, kinds: number): number {
  if (end - at < SHORTEST_SENDMAIL_ID || end - at > 20 || !standsLikeQueueId(line, at, end)) return -1
  const isHex = (kinds & OTHER_LETTER) === 0
  if (isHex && (kinds & (UPPER | LOWER)) !== (UPPER | LOWER)) return -1
  for (let i = end - SENDMAIL_PID; i < end; i += 1) if (!isDigit(line, i)) return -1
  return end
}

/** Exim's message ids: `1rAbCd-0001Ab-3x`, and since 4.97 `1rAbCd-00000001AbC-3xYz`. */
export function eximIdEnd(line: Codes, at: number, end: number): number {
  if (end - at !== 6 || !isDigit(line, at)) return -1
  const second = end + 1
  const longForm = line[second + 6] !== MINUS
  const third = second + (longForm ? 12 : 7)
  const idEnd = third + (longForm ? 4 : 2)
  if (line[third - 1] !== MINUS || !isBoundary(line, idEnd)) return -1
  for (let i = second; i < idEnd; i += 1) if (i !== third - 1 && isBoundary(line, i)) return -1
  return idEnd
}
