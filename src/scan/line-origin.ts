/** Where and when a line of a log file says it comes from. */
import { emptyMessage, type Message } from "../syslog/message.ts"
import { parseMessage } from "../syslog/parse.ts"
import { programName } from "../syslog/text.ts"
import { DAY_MS } from "../units.ts"

const DIGIT_0 = 0x30
const DIGIT_9 = 0x39

/** "2026-11-23T17:45:00.123456789+01:00" */
const MAX_ISO_LENGTH = 35

/** Reads one line at a time; what it tells is about the last line read. */
export class LineOrigin {
  readonly #message: Message = emptyMessage()
  readonly #nowMs: number
  #line: Buffer = Buffer.alloc(0)
  #host = ""
  #hostBytes: Buffer = Buffer.alloc(0)
  #hourOfYear = -1
  #hourMs = 0

  /** `nowMs` tells the year of dates that have none: the last one in which they are not in the future. */
  constructor(nowMs: number) {
    this.#nowMs = nowMs
  }

  read(line: Buffer): void {
    this.#line = line
    parseMessage(line, 0, line.length, this.#message)
  }

  /** Empty where the line names none. */
  get host(): string {
    const { hostnameStart, hostnameEnd } = this.#message
    // Most lines come from the host of the line before: no string is made for them.
    if (!this.#isHostBefore(hostnameStart, hostnameEnd)) {
      this.#hostBytes = Buffer.from(this.#line.subarray(hostnameStart, hostnameEnd))
      this.#host = this.#hostBytes.toString("latin1")
    }
    return this.#host
  }

  #isHostBefore(start: number, end: number): boolean {
    const host = this.#hostBytes
    if (host.length !== end - start) return false
    // A name is short: a call out of JavaScript would take longer.
    for (let i = 0; i < host.length; i += 1) if (host[i] !== this.#line[start + i]) return false
    return true
  }

  get program(): string {
    return programName(this.#message)
  }

  /** A date without a zone is in that of this process. Undefined where the line has no date. */
  get atMs(): number | undefined {
    const { month, day, hour, minute, second } = this.#message
    if (month === 0) return undefined
    const isoMs = this.#isoMs()
    if (isoMs !== undefined) return isoMs
    // Zones change their offset at full hours, so that the start of an hour tells where all of it lies.
    const hourOfYear = (month * 32 + day) * 24 + hour
    if (hourOfYear !== this.#hourOfYear) {
      this.#hourOfYear = hourOfYear
      this.#hourMs = this.#startOfHour(month, day, hour)
    }
    return this.#hourMs + minute * 60_000 + second * 1_000
  }

  #isoMs(): number | undefined {
    const first = this.#line[0] ?? 0
    if (first < DIGIT_0 || first > DIGIT_9) return undefined
    const [iso] = /^\d{4}-\d\d-\d\dT[\d:.+Z-]+/.exec(this.#line.toString("latin1", 0, MAX_ISO_LENGTH)) ?? []
    const isoMs = iso === undefined ? Number.NaN : Date.parse(iso)
    return Number.isNaN(isoMs) ? undefined : isoMs
  }

  #startOfHour(month: number, day: number, hour: number): number {
    const inYear = (year: number) => new Date(year, month - 1, day, hour).getTime()
    const thisYear = new Date(this.#nowMs).getFullYear()
    // A clock may be ahead by less than a day; a date further ahead was last year's.
    return inYear(thisYear) <= this.#nowMs + DAY_MS ? inYear(thisYear) : inYear(thisYear - 1)
  }
}
