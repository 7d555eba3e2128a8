/**
 * Messages that stand for others: a sender that saw the same message again and again says so once.
 *
 *     sshd[7]: message repeated 5 times: [ Failed password for …]     rsyslog: the message is in brackets
 *     last message repeated 5 times                                   BSD's syslogd and its relatives
 *     --- last message repeated 5 times ---                           macOS
 *
 * Allocates nothing for other messages: two bytes tell.
 */
import { isDigit, LEFT_BRACKET, MINUS, RIGHT_BRACKET, SPACE, ZERO } from "../text/ascii.ts"
import { skipBlanks, startsWith } from "./header-steps.ts"
import type { Message } from "./message.ts"

export interface Repeat {
  readonly times: number
  /** Where the repeated text stands; undefined if it is the sender's last message. */
  readonly enclosed: { readonly start: number; readonly end: number } | undefined
}

const ENCLOSED = Buffer.from("message repeated ")
const LAST = Buffer.from("last message repeated ")
const TIMES = Buffer.from(" times")
const TIME = Buffer.from(" time")
const BRACKET = Buffer.from(": [")

/** Senders say so every ten minutes at the latest; nobody sends more in that time. */
const MAX_DIGITS = 7

const LETTER_M = 0x6d
const LETTER_L = 0x6c

/** Reads what a message says about others; undefined if it stands for itself. */
export function repeatOf({ bytes, textStart, textEnd }: Message): Repeat | undefined {
  const first = bytes[textStart]
  if (first === LETTER_M) return bytes[textEnd - 1] === RIGHT_BRACKET ? enclosed(bytes, textStart, textEnd) : undefined
  return first === LETTER_L || first === MINUS ? last(bytes, textStart, textEnd) : undefined
}

function enclosed(bytes: Buffer, start: number, end: number): Repeat | undefined {
  if (!startsWith(bytes, start, end, ENCLOSED)) return undefined
  const digits = start + ENCLOSED.length
  const behind = timesEnd(bytes, digits, end)
  if (behind === digits || !startsWith(bytes, behind, end, BRACKET)) return undefined
  const from = behind + BRACKET.length
  const textStart = bytes[from] === SPACE ? from + 1 : from
  if (textStart >= end - 1 || bytes[from - 1] !== LEFT_BRACKET) return undefined
  return { times: numberAt(bytes, digits), enclosed: { start: textStart, end: end - 1 } }
}

function last(bytes: Buffer, start: number, end: number): Repeat | undefined {
  const at = skipDashes(bytes, start, end)
  if (!startsWith(bytes, at, end, LAST)) return undefined
  const digits = at + LAST.length
  const behind = timesEnd(bytes, digits, end)
  if (behind === digits || skipDashes(bytes, behind, end) !== end) return undefined
  return { times: numberAt(bytes, digits), enclosed: undefined }
}

function skipDashes(bytes: Buffer, start: number, end: number): number {
  let at = skipBlanks(bytes, start, end)
  while (at < end && bytes[at] === MINUS) at += 1
  return skipBlanks(bytes, at, end)
}

/** Returns the end of `5 times`; `start` if there is none. */
function timesEnd(bytes: Buffer, start: number, end: number): number {
  let at = start
  while (at < end && isDigit(bytes[at]!)) at += 1
  if (at === start || at - start > MAX_DIGITS || bytes[start] === ZERO) return start
  if (startsWith(bytes, at, end, TIMES)) return at + TIMES.length
  return startsWith(bytes, at, end, TIME) ? at + TIME.length : start
}

function numberAt(bytes: Buffer, start: number): number {
  let number = 0
  for (let at = start; isDigit(bytes[at]!); at += 1) number = number * 10 + bytes[at]! - ZERO
  return number
}
