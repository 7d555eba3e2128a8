/**
 * Judges lines of log files, as the collector's pipeline judges messages: a line that says that another one came five times
 * has the verdict of that one, and counts as five of it.
 *
 * Other lines are not parsed: only their host is compared with that of the line before.
 */
import { isAscii } from "node:buffer"
import type { Judge } from "../rules/judge.ts"
import { CLASSIC_DATE_LENGTH } from "../rules/line-header.ts"
import type { Verdict } from "../rules/verdict.ts"
import type { Line } from "../syslog/line.ts"
import { type LastLine, LastLines } from "../tally/last-lines.ts"
import type { TalliedLine } from "../tally/tally-book.ts"
import { isDigit, MINUS, RIGHT_BRACKET, SPACE } from "../text/ascii.ts"
import type { LineOrigin } from "./line-origin.ts"

export interface SiftedLine {
  readonly verdict: Verdict
  /** As the file has it. */
  readonly written: TalliedLine
  /** The line that the verdict is about: another one where the written line says that it was repeated. */
  readonly line: TalliedLine
  readonly times: number
}

const REPEATED = Buffer.from("message repeated ")

/** "times", "time" */
const LETTER_S = 0x73
const LETTER_E = 0x65

/** "--- last message repeated 1000000 times ---" */
const LAST_LENGTH = 44

export class LineSifter {
  readonly #judge: Judge
  readonly #origin: LineOrigin
  readonly #lastLines = new LastLines<string>()
  #host: Buffer = Buffer.alloc(0)
  #last: LastLine

  /** `origin` reads the lines that are about others. */
  constructor(judge: Judge, origin: LineOrigin) {
    this.#judge = judge
    this.#origin = origin
    this.#last = this.#lastLines.of("")
  }

  /** Judges a line. The result is valid until the next line. */
  sift(line: Line): SiftedLine {
    const verdict = this.#judge.judge(line)
    this.#follow(line.bytes)
    const sifted = { verdict, written: line, line, times: 1 }
    if (!mayRepeat(line.bytes)) return this.#remember(sifted)
    this.#origin.read(line.bytes)
    const { repeat } = this.#origin
    if (repeat === undefined) return this.#remember(sifted)
    const { times, enclosed } = repeat
    if (enclosed !== undefined) {
      // A rule that ignores the line as it stands decides.
      const meant = verdict.layer === "ignored" ? line : this.#enclosed(line, enclosed)
      return this.#remember({
        verdict: meant === line ? verdict : this.#judge.judge(meant),
        written: line,
        line: meant,
        times,
      })
    }
    const last = this.#last
    const repeated = verdict.layer === "ignored" ? undefined : last.verdict
    return repeated === undefined ? sifted : { verdict: repeated, written: line, line: last, times }
  }

  /** Makes the line that stands in brackets, with the header of the line around it. */
  #enclosed(written: Line, { start, end }: { readonly start: number; readonly end: number }): Line {
    const { textStart } = this.#origin
    const isoForm = written.isoForm()
    const cut = (bytes: Buffer) => {
      const shift = bytes.length - written.bytes.length
      return Buffer.concat([bytes.subarray(0, textStart + shift), bytes.subarray(start + shift, end + shift)])
    }
    const bytes = cut(written.bytes)
    return { bytes, ascii: isAscii(bytes), isoForm: () => isoForm && cut(isoForm) }
  }

  /** Finds the last line of the line's host. BSD's syslogd names no host where it repeats the line before. */
  #follow(line: Buffer): void {
    const start = hostStart(line)
    const before = this.#host
    const { length } = before
    if (line[start + length] === SPACE) {
      let at = 0
      while (at < length && line[start + at] === before[at]) at += 1
      if (at === length) return
    }
    if (mayRepeat(line)) {
      this.#origin.read(line)
      const { repeat, host } = this.#origin
      if (repeat !== undefined && host === "") return
    }
    const end = line.indexOf(SPACE, start)
    this.#host = Buffer.from(line.subarray(start, end === -1 ? line.length : end))
    this.#last = this.#lastLines.of(this.#host.toString("latin1"))
  }

  #remember(sifted: SiftedLine): SiftedLine {
    const { verdict, line } = sifted
    // A file has no PRI, and its writer is the sender. How long ago a line came does not matter here: it is in the file.
    if (verdict.layer === "ignored") this.#last.ignored("", verdict, 0)
    else this.#last.reported("", verdict, "", line, 0, undefined)
    return sifted
  }
}

function hostStart(line: Buffer): number {
  return isDigit(line[0] ?? 0) ? line.indexOf(SPACE) + 1 : CLASSIC_DATE_LENGTH + 1
}

/** Whether the line can be about another one: `… message repeated 5 times: […]`, `last message repeated 5 times` at its end. */
function mayRepeat(line: Buffer): boolean {
  const end = line[line.length - 1]
  if (end === RIGHT_BRACKET) return line.includes(REPEATED)
  if (end !== LETTER_S && end !== LETTER_E && end !== MINUS) return false
  return line.includes(REPEATED, Math.max(0, line.length - LAST_LENGTH))
}
