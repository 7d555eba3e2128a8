/** Lines that are left over, as they are kept: verbatim, up to the length of a sample. */

export interface KeptLine {
  readonly receivedAtMs: number
  readonly line: string
  /** Whether a value came with it that its group had not had, after many lines without that value. */
  readonly isRare: boolean
}

/** Kept lines of one tally. */
export interface KeptLines {
  readonly fingerprint: string
  /** In the order in which they came. */
  readonly lines: readonly KeptLine[]
}

/** What a store needs for a line beside its text, roughly: its time, its group, its places in indexes. */
export const KEPT_LINE_BYTES = 100

/** What a store needs for a group: its host, template and sections. */
export const KEPT_GROUP_BYTES = 500

/** The part of `retain.size` that a line uses up. */
export function keptBytes(line: string): number {
  return Buffer.byteLength(line) + KEPT_LINE_BYTES
}
