/** Host, program and time of a line of a log file, as the line itself gives them. */
import { emptyMessage, type Message } from "../syslog/message.ts"
import { parseMessage } from "../syslog/parse.ts"
import { type Repeat, repeatOf } from "../syslog/repeats.ts"
import { programName } from "../syslog/text.ts"
import { isDigit } from "../text/ascii.ts"
import { DAY_MS } from "../units.ts"

/** "2026-11-23T17:45:00.123456789+01:00" */
const MAX_ISO_LENGTH = 35

/** Reads one line at a time; its properties are those of the last line read. */
export class LineOrigin {
  readonly #message: Message = emptyMessage()
  readonly #nowMs: number
  #line: Buffer = Buffer.alloc(0)
  #host = ""
  #hostBytes: Buffer = Buffer.alloc(0)
  #hourOfYear = -1
  #hourMs = 0

  /** A date without a year is in the latest year that does not put it into the future of `nowMs`. */
  constructor(nowMs: number) {
    this.#nowMs = nowMs
  }

  read(line: Buffer): void {
    this.#line = line
    parseMessage(line, 0, line.length, this.#message)
  }

  /** Empty if the line names none. */
  get host(): string {
    const { hostnameStart, hostnameEnd } = this.#message
    // Most lines come from the same host as the line before: they need no new string.
    if (!this.#isHostBefore(hostnameStart, hostnameEnd)) {
      this.#hostBytes = Buffer.from(this.#line.subarray(hostnameStart, hostnameEnd))
      this.#host = this.#hostBytes.toString("latin1")
    }
    return this.#host
  }

  #isHostBefore(start: number, end: number): boolean {
    const host = this.#hostBytes
    if (host.length !== end - start) return false
    // A name is short: a native call would take longer.
    for (let i = 0; i < host.length; i += 1) if (host[i] !== this.#line[start + i]) return false
    return true
  }

  /** What the line says about other lines. */
  get repeat(): Repeat | undefined {
    return repeatOf(this.#message)
  }

  get textStart(): number {
    return this.#message.textStart
  }

  get program(): string {
    return programName(this.#message)
  }

  /** A date without a zone is in the zone of this process. Undefined if the line has no date. */
  get atMs(): number | undefined {
    const { month, day, hour, minute, second } = this.#message
    if (month === 0) return undefined
    const isoMs = this.#isoMs()
    if (isoMs !== undefined) return isoMs
    // Zones change their offset at full hours, so one lookup serves all lines of an hour.
    const hourOfYear = (month * 32 + day) * 24 + hour
    if (hourOfYear !== this.#hourOfYear) {
      this.#hourOfYear = hourOfYear
      this.#hourMs = this.#startOfHour(month, day, hour)
    }
    return this.#hourMs + minute * 60_000 + second * 1_000
  }

  #isoMs(): number | undefined {
    if (!isDigit(this.#line[0] ?? 0)) return undefined
    const [iso] = /^\d{4}-\d\d-\d\dT[\d:.+Z-]+/.exec(this.#line.toString("latin1", 0, MAX_ISO_LENGTH)) ?? []
    const isoMs = iso === undefined ? Number.NaN : Date.parse(iso)
    return Number.isNaN(isoMs) ? undefined : isoMs
  }

  #startOfHour(month: number, day: number, hour: number): number {
    const inYear = (year: number) => new Date(year, month - 1, day, hour).getTime()
    const thisYear = new Date(this.#nowMs).getFullYear()
    // A sender's clock may be ahead by less than a day; a date further ahead is of last year.
    return inYear(thisYear) <= this.#nowMs + DAY_MS ? inYear(thisYear) : inYear(thisYear - 1)
  }
}
