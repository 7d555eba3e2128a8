/**
 * Makes strings from a message. Only for lines that are reported, since making strings takes time.
 */
import { DELETE, SPACE } from "../text/ascii.ts"
import type { Message } from "./message.ts"

/**
 * RFC 5424 §6: APP-NAME has at most 48 characters. Tags of the old kind may be longer. They are cut, since a name is a
 * key.
 */
const MAX_PROGRAM_NAME_BYTES = 48

/** Reads the program's name, printable and bounded; empty if the message names none. */
export function programName(message: Message): string {
  const end = Math.min(message.appNameEnd, message.appNameStart + MAX_PROGRAM_NAME_BYTES)
  const { bytes, appNameStart } = message
  for (let at = appNameStart; at < end; at += 1) {
    const byte = bytes[at]!
    if (byte < SPACE || byte >= DELETE) return bytes.toString("utf8", appNameStart, end).replace(/\p{Cc}/gu, "?")
  }
  return bytes.toString("latin1", appNameStart, end)
}
