/** `--format text` and `--format json`: the report of a digest, made from the lines of a scan. */

import type { Report } from "../report/report.ts"
import { summarize } from "../report/summarize.ts"
import type { Quarantined } from "../rules/rule.ts"
import { pileUp } from "../tally/pile.ts"
import { DEFAULT_BOOK_LIMITS, TallyBook } from "../tally/tally-book.ts"
import { LineOrigin } from "./line-origin.ts"
import type { ScanFormat, Write } from "./scan-format.ts"

/** Host of lines that name none. */
const NO_HOST = "(no host)"

/** A scan has the memory for itself, so its limits are higher than those of a service. */
const SCAN_LIMITS = { ...DEFAULT_BOOK_LIMITS, templates: 2_000, pool: 25_000 }

export interface ReportFormatOptions {
  readonly quarantined: readonly Quarantined[]
  readonly nowMs: number
  readonly render: (report: Report) => string
}

/** Writes nothing when there is nothing to report, as logcheck does. */
export function reportFormat({ quarantined, nowMs, render }: ReportFormatOptions, write: Write): ScanFormat {
  const book = new TallyBook(SCAN_LIMITS)
  const origin = new LineOrigin(nowMs)
  let firstMs = Number.POSITIVE_INFINITY
  let lastMs = Number.NEGATIVE_INFINITY
  // A line without a date has the time of the line before it.
  let atMs: number | undefined
  return {
    take({ written, line, verdict, times }) {
      origin.read(written.bytes)
      const host = origin.host === "" ? NO_HOST : origin.host
      // The report shows no times of ignored lines: the time of the line before is good enough, and faster.
      if (verdict.layer === "ignored" && atMs !== undefined) return book.ignored(host, atMs, times)
      atMs = origin.atMs ?? atMs ?? nowMs
      if (verdict.layer === "ignored") return book.ignored(host, atMs, times)
      if (atMs < firstMs) firstMs = atMs
      if (atMs > lastMs) lastMs = atMs
      if (line !== written) origin.read(line.bytes)
      book.reported(host, verdict, origin.program, line, atMs, undefined, times)
    },
    finish() {
      const content = book.take()
      if (content === undefined || content.tallies.length === 0) return
      const window = { id: 1, opensAtMs: firstMs, closesAtMs: lastMs + 1 }
      const pile = pileUp([{ window, ...content, newHosts: [] }])
      const { report } = summarize({ digest: "scan", pile, quarantined, memory: "none", nowMs })
      write(render(report))
    },
  }
}
