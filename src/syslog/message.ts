/**
 * A parsed frame. Every byte string is a message; `defects` lists its problems.
 *
 * Fields are offsets into `bytes`, so that parsing allocates nothing: a collector fills one Message for every frame,
 * and it is valid until the next frame.
 */
export interface Message {
  bytes: Buffer
  /** RFC 5424 §6.2.1. Without a PRI: user.notice, as rsyslog and RFC 3164 §4.3.3 have it. */
  facility: number
  severity: number
  /** The sender's time as written, not converted. `month` is 1-12; 0 means that there was no timestamp. */
  month: number
  day: number
  hour: number
  minute: number
  second: number
  /** An empty range (start === end) if the field is absent. */
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

/** The defects of messages that are kept. An absent field is a defect even if its RFC allows that. */
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
