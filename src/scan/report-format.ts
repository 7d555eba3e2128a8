/** `--format text` and `--format json`: the report of a digest, made from the lines of a scan. */

import type { Report } from "../report/report.ts"
import { summarize } from "../report/summarize.ts"
import type { Quarantined } from "../rules/rule.ts"
import { pileUp } from "../tally/pile.ts"
import { ScanBook } from "./scan-book.ts"
import type { ScanFormat, Write } from "./scan-format.ts"

export interface ReportFormatOptions {
  readonly quarantined: readonly Quarantined[]
  readonly nowMs: number
  readonly render: (report: Report) => string
}

/** Writes nothing when there is nothing to report, as logcheck does. */
export function reportFormat({ quarantined, nowMs, render }: ReportFormatOptions, write: Write): ScanFormat {
  const book = new ScanBook(nowMs)
  return {
    take: (line) => void book.take(line),
    finish() {
      const lines = book.finish()
      if (lines === undefined) return
      const { opensAtMs, closesAtMs, ...content } = lines
      const pile = pileUp([{ window: { id: 1, opensAtMs, closesAtMs }, ...content, newHosts: [] }])
      const { report } = summarize({ digest: "scan", pile, quarantined, memory: "none", nowMs })
      write(render(report))
    },
  }
}
