/**
 * Parses a frame to a Message: RFC 5424, RFC 3164, and the variants that senders use.
 *
 * Total: every byte string makes a message, and no byte outside `[start, end)` is read. Nothing is allocated. All
 * offsets are in `[start, end]`, in the order hostname, appName, procId, text.
 */
import { CR, LF, NUL } from "../text/ascii.ts"
import { Defect, type Message } from "./message.ts"
import { parsePri } from "./pri.ts"
import { parseRfc3164 } from "./rfc3164.ts"
import { parseRfc5424 } from "./rfc5424.ts"

export function parseMessage(bytes: Buffer, start: number, end: number, message: Message): void {
  const textEnd = withoutTerminators(bytes, start, end)
  message.bytes = bytes
  message.month = 0
  message.day = 0
  message.hour = 0
  message.minute = 0
  message.second = 0
  message.hostnameStart = start
  message.hostnameEnd = start
  message.textEnd = textEnd
  message.defects = textEnd === start ? Defect.empty : 0

  const behindPri = parsePri(bytes, start, textEnd, message)
  if (!parseRfc5424(bytes, behindPri, textEnd, message)) parseRfc3164(bytes, behindPri, textEnd, message)

  if (message.month === 0) message.defects |= Defect.timestampMissing
  if (message.hostnameEnd === message.hostnameStart) message.defects |= Defect.hostnameMissing
  if (message.appNameEnd === message.appNameStart) message.defects |= Defect.tagMissing
}

/** Removes the terminators of some senders: syslog-ng's LF in a datagram, Python's NUL, a CR before either. */
function withoutTerminators(bytes: Buffer, start: number, end: number): number {
  let at = end
  while (at > start && (bytes[at - 1] === LF || bytes[at - 1] === CR || bytes[at - 1] === NUL)) at -= 1
  return at
}
