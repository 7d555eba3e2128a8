/**
 * Lines of old logs arrive: each goes through a collector's pipeline at its own time, and into the windows of its digests.
 *
 *     line ──its time──> stretch: a pipeline and a book ──Routing──> windows of each digest
 *
 * A stretch is a span of time in which no digest's window closes. A few stretches are open at a time, since the lines of
 * several hosts or files are not in order.
 */

import { OwnMails } from "../collector/own-mails.ts"
import { type Judgement, Pipeline } from "../collector/pipeline.ts"
import type { DigestConfig } from "../config/config.ts"
import { LineOrigin } from "../scan/line-origin.ts"
import { Routing } from "../service/routing.ts"
import { TallyBook } from "../tally/tally-book.ts"
import { DigestWindows } from "./digest-windows.ts"
import { LOG_FILE } from "./log-file-peer.ts"

/** Open at a time. Beyond that, the one that had no line for longest hands its counts over, and is opened again if it must. */
const MAX_STRETCHES = 16

/** Lines before the first one with a time wait for it, as many as these. */
const MAX_WAITING_LINES = 10_000

interface Stretch {
  /** Earliest time that is known to be in it. */
  fromMs: number
  /** When the first window of a digest closes. */
  readonly untilMs: number
  /** When the window of each digest closes. */
  readonly closes: readonly number[]
  readonly book: TallyBook
  readonly pipeline: Pipeline
}

export class Arrivals {
  lines = 0
  readonly #judgement: Judgement
  readonly #windows: readonly DigestWindows[]
  readonly #routing: Routing
  readonly #origin: LineOrigin
  readonly #nowMs: number
  /** By their end, the one used last at the end. */
  readonly #stretches = new Map<number, Stretch>()
  #stretch: Stretch | undefined
  /** Of the last line that had one. */
  #atMs: number | undefined
  #waiting: Buffer[] = []

  /** A date without a year is in the latest year that does not put it into the future of `nowMs`. */
  constructor(judgement: Judgement, digests: readonly DigestConfig[], nowMs: number) {
    this.#judgement = judgement
    this.#windows = digests.map((digest) => new DigestWindows(digest))
    this.#routing = new Routing(digests)
    this.#origin = new LineOrigin(nowMs)
    this.#nowMs = nowMs
  }

  /** Takes a line. One without a time has the time of the line before it. */
  take(bytes: Buffer, start: number, end: number): void {
    this.lines += 1
    this.#origin.read(bytes.subarray(start, end))
    const atMs = this.#origin.atMs ?? this.#atMs
    if (atMs === undefined) {
      this.#waiting.push(Buffer.from(bytes.subarray(start, end)))
      if (this.#waiting.length >= MAX_WAITING_LINES) this.#begin(this.#nowMs)
      return
    }
    if (this.#waiting.length > 0) this.#begin(atMs)
    this.#accept(bytes, start, end, atMs)
  }

  /** Returns the windows of each digest, with every line in them. */
  finish(): readonly DigestWindows[] {
    this.#begin(this.#nowMs)
    for (const stretch of this.#stretches.values()) this.#handOver(stretch)
    this.#stretches.clear()
    this.#stretch = undefined
    return this.#windows
  }

  /** Takes the lines that waited for the first time. */
  #begin(atMs: number): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const line of waiting) this.#accept(line, 0, line.length, atMs)
  }

  #accept(bytes: Buffer, start: number, end: number, atMs: number): void {
    this.#atMs = atMs
    let stretch = this.#stretch
    if (stretch === undefined || atMs < stretch.fromMs || atMs >= stretch.untilMs) {
      stretch = this.#stretchAt(atMs)
      this.#stretch = stretch
    }
    stretch.pipeline.accept(LOG_FILE, bytes, start, end)
  }

  #stretchAt(atMs: number): Stretch {
    // The schedule costs a hundred times as much as this.
    for (const stretch of this.#stretches.values()) {
      if (atMs >= stretch.fromMs && atMs < stretch.untilMs) return this.#reopened(stretch, atMs)
    }
    const closes = this.#windows.map((windows) => windows.closeAfter(atMs))
    const untilMs = Math.min(...closes)
    const known = this.#stretches.get(untilMs)
    if (known !== undefined) return this.#reopened(known, atMs)
    const [oldest] = this.#stretches.values()
    if (oldest !== undefined && this.#stretches.size >= MAX_STRETCHES) {
      this.#handOver(oldest)
      this.#stretches.delete(oldest.untilMs)
    }
    const book = new TallyBook()
    const pipeline = new Pipeline({ ...this.#judgement, book, ownMails: new OwnMails(), now: () => this.#atMs ?? atMs })
    const stretch = { fromMs: atMs, untilMs, closes, book, pipeline }
    this.#stretches.set(untilMs, stretch)
    return stretch
  }

  #reopened(stretch: Stretch, atMs: number): Stretch {
    stretch.fromMs = Math.min(stretch.fromMs, atMs)
    this.#stretches.delete(stretch.untilMs)
    this.#stretches.set(stretch.untilMs, stretch)
    return stretch
  }

  #handOver({ book, closes }: Stretch): void {
    const content = book.take()
    if (content === undefined) return
    const parts = this.#routing.split(content)
    for (const [index, windows] of this.#windows.entries()) {
      const part = parts.get(windows.digest.name)
      if (part !== undefined) windows.add(closes[index]!, part)
    }
  }
}
