/**
 * A parsed frame. Every byte string makes a message; what was wrong with it stands in `defects`.
 *
 * Fields are offsets into `bytes`, so that parsing allocates nothing: one Message is filled again
 * for every frame of a collector and is valid until the next.
 */
export interface Message {
  bytes: Buffer
  /** RFC 5424 §6.2.1. Without a PRI: user.notice, as rsyslog and RFC 3164 §4.3.3 have it. */
  facility: number
  severity: number
  /** The sender's clock as it wrote it, not converted. `month` is 1-12; 0 says that there was no timestamp. */
  month: number
  day: number
  hour: number
  minute: number
  second: number
  /** Empty range (start === end) where the field is absent. */
  hostnameStart: number
  hostnameEnd: number
  /** Tag without `[pid]` and colon (RFC 3164), or APP-NAME (RFC 5424). */
  appNameStart: number
  appNameEnd: number
  procIdStart: number
  procIdEnd: number
  textStart: number
  textEnd: number
  /** A set of Defect bits. */
  defects: number
}

/** What was malformed about a message that was kept. A field that is absent is a defect even where its RFC allows that. */
export const Defect = {
  priMissing: 1,
  timestampMissing: 2,
  hostnameMissing: 4,
  tagMissing: 8,
  empty: 16,
  structuredDataMalformed: 32,
} as const

/** A message with nothing in it, to be filled by `parseMessage`. */
export function emptyMessage(): Message {
  return {
    bytes: Buffer.alloc(0),
    facility: 1,
    severity: 5,
    month: 0,
    day: 0,
    hour: 0,
    minute: 0,
    second: 0,
    hostnameStart: 0,
    hostnameEnd: 0,
    appNameStart: 0,
    appNameEnd: 0,
    procIdStart: 0,
    procIdEnd: 0,
    textStart: 0,
    textEnd: 0,
    defects: 0,
  }
}
