/** Messages and lines as plain strings, for tests that compare them with what is written down. */
import { CanonicalLine } from "../../src/syslog/canonical.ts"
import { Defect, emptyMessage, type Message } from "../../src/syslog/message.ts"
import { parseMessage } from "../../src/syslog/parse.ts"

export interface Fields {
  readonly facility: number
  readonly severity: number
  /** As the line shows it, "Oct  1 22:14:15"; undefined without one. */
  readonly timestamp: string | undefined
  readonly hostname: string
  readonly appName: string
  readonly procId: string
  readonly text: string
  /** Names of Defect bits. */
  readonly defects: readonly string[]
}

export function parse(frame: Buffer): Message {
  const message = emptyMessage()
  parseMessage(frame, 0, frame.length, message)
  return message
}

export function fieldsOf(frame: string | Buffer): Fields {
  const message = parse(Buffer.from(frame))
  const { bytes, facility, severity } = message
  return {
    facility,
    severity,
    timestamp: timestampOf(message),
    hostname: bytes.toString("utf8", message.hostnameStart, message.hostnameEnd),
    appName: bytes.toString("utf8", message.appNameStart, message.appNameEnd),
    procId: bytes.toString("utf8", message.procIdStart, message.procIdEnd),
    text: bytes.toString("utf8", message.textStart, message.textEnd),
    defects: Object.entries(Defect)
      .filter(([, bit]) => (message.defects & bit) !== 0)
      .map(([name]) => name),
  }
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

function timestampOf({ month, day, hour, minute, second }: Message): string | undefined {
  if (month === 0) return undefined
  const time = [hour, minute, second].map((value) => String(value).padStart(2, "0")).join(":")
  return `${MONTHS[month - 1]} ${String(day).padStart(2)} ${time}`
}

/** The line of a frame that came from 127.0.0.1 at this time; bytes as latin1, so that none is lost. */
export function lineOf(frame: Buffer, receivedAtMs: number): string {
  const line = new CanonicalLine()
  line.write(parse(frame), "127.0.0.1", receivedAtMs)
  return line.bytes.toString("latin1")
}
