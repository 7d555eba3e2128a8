import { GREATER, isDigit, LESS, ZERO } from "../text/ascii.ts"
import { isAt } from "./header-steps.ts"
import { Defect, type Message } from "./message.ts"

/** local7.debug: RFC 5424 §6.2.1. */
const MAX_PRI = 191

/** user.notice, for messages without a PRI: RFC 3164 §4.3.3. */
const DEFAULT_PRI = 13

/**
 * Reads `<34>` and returns the place after it.
 *
 * A PRI that is too large or not closed stays in the text, where people can see it. `<>` is dropped, as in rsyslog.
 */
export function parsePri(bytes: Buffer, start: number, end: number, message: Message): number {
  let pri = DEFAULT_PRI
  let behind = start
  if (isAt(bytes, start, end, LESS)) {
    let value = 0
    let at = start + 1
    while (at < end && value <= MAX_PRI && isDigit(bytes[at]!)) {
      value = value * 10 + bytes[at]! - ZERO
      at += 1
    }
    if (value <= MAX_PRI && isAt(bytes, at, end, GREATER)) {
      behind = at + 1
      if (at > start + 1) pri = value
      else message.defects |= Defect.priMissing
    }
  }
  if (behind === start) message.defects |= Defect.priMissing
  message.facility = pri >> 3
  message.severity = pri & 7
  return behind
}
