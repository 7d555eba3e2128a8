/** The fields of a message as people write them: names for numbers, text for bytes. */

import { Defect, type Message } from "../syslog/message.ts"
import { SEVERITIES } from "../syslog/severity.ts"
import { decodeUtf8b } from "../text/utf8b.ts"

export interface MessageFields {
  /** The facility of RFC 5424 §6.2.1's table, by its keyword in syslog.conf(5). */
  readonly facility: string
  readonly severity: string
  /** The sender's time, `11-23 03:14:07`; undefined if there is none. */
  readonly timestamp: string | undefined
  /** A claim of the sender. Undefined if the message has none; so are the next two. */
  readonly hostname: string | undefined
  readonly tag: string | undefined
  readonly procId: string | undefined
  readonly text: string
  /** Malformed or missing parts, in words. */
  readonly defects: readonly string[]
}

const FACILITIES = [
  "kern",
  "user",
  "mail",
  "daemon",
  "auth",
  "syslog",
  "lpr",
  "news",
  "uucp",
  "cron",
  "authpriv",
  "ftp",
]
  // 12 to 15 have no keyword that all systems know.
  .concat(["ntp", "security", "console", "solaris-cron"])
  .concat(Array.from({ length: 8 }, (_, number) => `local${number}`))

const DEFECTS: Readonly<Record<keyof typeof Defect, string>> = {
  priMissing: "no priority (user.notice is assumed)",
  timestampMissing: "no timestamp (the time of receipt is used)",
  hostnameMissing: "no host name",
  tagMissing: "no tag",
  empty: "empty",
  structuredDataMalformed: "malformed structured data",
}

export function messageFields(message: Message): MessageFields {
  const { bytes, month, day, hour, minute, second, defects } = message
  const field = (start: number, end: number) => (end > start ? decodeUtf8b(bytes.subarray(start, end)) : undefined)
  const two = (value: number) => String(value).padStart(2, "0")
  return {
    facility: FACILITIES[message.facility] ?? String(message.facility),
    severity: SEVERITIES[message.severity] ?? String(message.severity),
    timestamp: month === 0 ? undefined : `${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}`,
    hostname: field(message.hostnameStart, message.hostnameEnd),
    tag: field(message.appNameStart, message.appNameEnd),
    procId: field(message.procIdStart, message.procIdEnd),
    text: field(message.textStart, message.textEnd) ?? "",
    defects: keysOf(DEFECTS)
      .filter((name) => (defects & Defect[name]) !== 0)
      .map((name) => DEFECTS[name]),
  }
}

function keysOf<Key extends string>(record: Readonly<Record<Key, string>>): Key[] {
  return Object.keys(record) as Key[]
}
