import type { SiftedLine } from "./sifted-line.ts"

/** The output of a scan: a report, or one verdict for each line. */
export interface ScanFormat {
  /** Takes one line, in input order. The line is valid during the call only. */
  take(line: SiftedLine): void
  /** Writes the rest of the output. */
  finish(): void
}

/** Writes to standard output: text, or unchanged bytes of a log. */
export type Write = (output: string | Uint8Array) => void
