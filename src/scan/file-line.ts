/** A line of a log file as a rule sees it: its bytes without trailing blanks, exactly as in logcheck. */
import { isAscii } from "node:buffer"
import type { Line } from "../syslog/line.ts"
import { trimmedEnd } from "../syslog/trailing-blanks.ts"

/** One object for all lines of a file; valid until the next `set`. */
export class FileLine implements Line {
  bytes: Buffer = Buffer.alloc(0)
  ascii = true

  set(bytes: Buffer, start: number, end: number): void {
    this.bytes = bytes.subarray(start, trimmedEnd(bytes, start, end))
    this.ascii = isAscii(this.bytes)
  }

  /** None: the header of a log file is matched unchanged. */
  isoForm(): undefined {
    return undefined
  }
}
