/** `--format text` and `--format json`: the report that a digest mails, over the lines of a scan. */

import type { Report } from "../report/report.ts"
import { summarize } from "../report/summarize.ts"
import type { Quarantined } from "../rules/rule.ts"
import { pileUp } from "../tally/pile.ts"
import { DEFAULT_BOOK_LIMITS, TallyBook } from "../tally/tally-book.ts"
import { LineOrigin } from "./line-origin.ts"
import type { ScanFormat, Write } from "./scan-format.ts"

/** Stands for the host of lines that name none. */
const NO_HOST = "(no host)"

/** Nobody else waits for the memory: a log has room for more groups than a network's window. */
const SCAN_LIMITS = { ...DEFAULT_BOOK_LIMITS, templates: 2_000, pool: 25_000 }

export interface ReportFormatOptions {
  readonly quarantined: readonly Quarantined[]
  readonly nowMs: number
  readonly maxBytes: number
  readonly render: (report: Report) => string
}

/** Writes nothing when there is nothing to report, as logcheck does. */
export function reportFormat({ quarantined, nowMs, maxBytes, render }: ReportFormatOptions, write: Write): ScanFormat {
  const book = new TallyBook(SCAN_LIMITS)
  const origin = new LineOrigin(nowMs)
  let firstMs = Number.POSITIVE_INFINITY
  let lastMs = Number.NEGATIVE_INFINITY
  // A line without a date belongs to the one before it.
  let atMs: number | undefined
  return {
    take(line, verdict) {
      origin.read(line.bytes)
      const host = origin.host === "" ? NO_HOST : origin.host
      // Nobody reads the times of ignored lines; they must only not be beyond those of the others.
      if (verdict.layer === "ignored" && atMs !== undefined) return book.ignored(host, atMs)
      atMs = origin.atMs ?? atMs ?? nowMs
      if (verdict.layer === "ignored") return book.ignored(host, atMs)
      if (atMs < firstMs) firstMs = atMs
      if (atMs > lastMs) lastMs = atMs
      book.reported(host, verdict, origin.program, line, atMs)
    },
    finish() {
      const content = book.take()
      if (content === undefined || content.tallies.length === 0) return
      const window = { id: 1, opensAtMs: firstMs, closesAtMs: lastMs + 1 }
      const report = summarize("scan", pileUp([{ window, ...content, newHosts: [] }]), quarantined, { maxBytes, nowMs })
      write(render(report))
    },
  }
}
