import type { IsReceivedTime } from "./rsyslog-deviations.ts"

/** A message, and the line that rsyslog writes for it. */
export interface RsyslogLine {
  readonly id: string
  readonly frame: Buffer
  /** The time of the message, or else when it was received. */
  readonly reportedAtMs: number
  /** In RSYSLOG_TraditionalFileFormat. One Latin-1 character a byte. */
  readonly line: string
  readonly isReceivedTime: IsReceivedTime
}
