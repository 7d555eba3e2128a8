/** Counts the lines of a scan as a collector does: in the groups of a report. */
import type { Tally } from "../tally/tally.ts"
import { type BatchContent, DEFAULT_BOOK_LIMITS, TallyBook } from "../tally/tally-book.ts"
import { LineOrigin } from "./line-origin.ts"
import type { SiftedLine } from "./sifted-line.ts"

/** Host of lines that name none. */
const NO_HOST = "(no host)"

/** A scan has the memory for itself, so its limits are higher than those of a service. */
const SCAN_LIMITS = { ...DEFAULT_BOOK_LIMITS, templates: 2_000, pool: 25_000 }

export interface ScannedLines extends BatchContent {
  /** The span of the lines that are left over. */
  readonly opensAtMs: number
  readonly closesAtMs: number
}

export class ScanBook {
  readonly #book = new TallyBook(SCAN_LIMITS)
  readonly #origin: LineOrigin
  readonly #nowMs: number
  #firstMs = Number.POSITIVE_INFINITY
  #lastMs = Number.NEGATIVE_INFINITY
  /** A line without a date has the time of the line before it. */
  #atMs: number | undefined

  constructor(nowMs: number) {
    this.#origin = new LineOrigin(nowMs)
    this.#nowMs = nowMs
  }

  /** Counts a line, and returns its group; undefined for a line that is ignored. */
  take({ written, line, verdict, times }: SiftedLine): Tally | undefined {
    const origin = this.#origin
    origin.read(written.bytes)
    const host = origin.host === "" ? NO_HOST : origin.host
    const isIgnored = verdict.layer === "ignored"
    // The report shows no times of ignored lines: the time of the line before is good enough, and faster.
    const atMs = isIgnored && this.#atMs !== undefined ? this.#atMs : (origin.atMs ?? this.#atMs ?? this.#nowMs)
    this.#atMs = atMs
    if (isIgnored) {
      this.#book.ignored(host, atMs, times)
      return undefined
    }
    if (atMs < this.#firstMs) this.#firstMs = atMs
    if (atMs > this.#lastMs) this.#lastMs = atMs
    if (line !== written) origin.read(line.bytes)
    return this.#book.reported(host, verdict, origin.program, line, atMs, undefined, times)
  }

  /** The counts of all lines; undefined where none is left over. */
  finish(): ScannedLines | undefined {
    const content = this.#book.take()
    if (content === undefined || content.tallies.length === 0) return undefined
    return { ...content, opensAtMs: this.#firstMs, closesAtMs: this.#lastMs + 1 }
  }
}
