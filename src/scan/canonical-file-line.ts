/** A line of a log file with its header rebuilt, as `serve` rebuilds it: `--canonical`. */

import { CanonicalLine } from "../syslog/canonical.ts"
import { emptyMessage } from "../syslog/message.ts"
import { parseMessage } from "../syslog/parse.ts"
import { trimmedEnd } from "../syslog/trailing-blanks.ts"

export class CanonicalFileLine extends CanonicalLine {
  readonly #message = emptyMessage()
  readonly #nowMs: number

  /** `nowMs` is the time of lines without a date, and supplies the year of dates without one. */
  constructor(nowMs: number) {
    super()
    this.#nowMs = nowMs
  }

  set(bytes: Buffer, start: number, end: number): void {
    parseMessage(bytes, start, trimmedEnd(bytes, start, end), this.#message)
    this.write(this.#message, "", this.#nowMs)
  }
}
