/**
 * The lines that were left over, verbatim, for `retain.days` within `retain.size`.
 *
 * Lines belong to no digest: a line whose host is in several digests is kept once. They have the groups of tallies, since an
 * entry is found from these. A store forgets no line by itself: service/retention.ts decides (tally/kept-share.ts).
 */
import type { KeptLine } from "../tally/kept-line.ts"
import type { KeptSums } from "../tally/kept-share.ts"
import type { Tally } from "../tally/tally.ts"
import type { BatchId } from "./store.ts"

/** A group with its kept lines' sums. */
export interface KeptGroup extends KeptSums {
  readonly tally: Omit<Tally, "fingerprint" | "count" | "firstMs" | "lastMs" | "severities" | "values" | "samples">
}

export interface StoredLine extends KeptLine {
  /** Names the line in this store. */
  readonly id: string
  readonly fingerprint: string
}

/** Lines of one tally that are to be kept. */
export interface TallyWithLines {
  readonly tally: Tally
  readonly lines: readonly KeptLine[]
}

/** Half-open. */
export interface TimeSpan {
  readonly fromMs: number
  readonly untilMs: number
}

export interface KeptLineStore {
  /** Keeps lines, once for each batch id as `add` does. Resolves once they would survive a crash. */
  keep(batch: BatchId, groups: readonly TallyWithLines[], nowMs: number): Promise<void>

  keptSums(): Promise<readonly KeptSums[]>

  keptGroups(): Promise<readonly KeptGroup[]>

  /** Reads lines of these groups, or of all, that came in the span: in the order of their times, then as they were stored. */
  keptLines(fingerprints: readonly string[] | "all", span: TimeSpan): Promise<readonly StoredLine[]>

  /** Forgets lines of a group, by their ids; the group goes with its last line. Ids that are gone change nothing. */
  forgetLines(fingerprint: string, ids: readonly string[]): Promise<void>
}
