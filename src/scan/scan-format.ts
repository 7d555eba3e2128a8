import type { Verdict } from "../rules/verdict.ts"
import type { Line } from "../syslog/line.ts"

/** What a scan makes of its lines: a report, or one verdict after the other. */
export interface ScanFormat {
  /** Takes one line, in input order. The line is valid during the call only. */
  take(line: Line, verdict: Verdict): void
  /** Writes what is left to write. */
  finish(): void
}

/** Writes to standard output: text, or bytes that came from a log as they are. */
export type Write = (output: string | Uint8Array) => void
