/**
 * A batch goes from a collector to the reporter: grouped lines, and the numbers that account for all of them.
 */
import type { Heard } from "../cadence/cadence.ts"
import type { HostCounters } from "./counters.ts"
import type { KeptLines } from "./kept-line.ts"
import type { Loss } from "./losses.ts"
import type { RuleActivity } from "./rule-activity.ts"
import type { Tally } from "./tally.ts"

/**
 * One store operation. `(collector, sequence)` identifies it, so that the store applies it once, however often it is
 * sent.
 */
export interface Batch {
  /** New at every start of a collector. */
  readonly collector: string
  /** 1, 2, 3, … without gaps. */
  readonly sequence: number
  readonly tallies: readonly Tally[]
  readonly hosts: ReadonlyMap<string, HostCounters>
  readonly losses: ReadonlyMap<Loss, number>
  /** Lines of these tallies, verbatim. Only in batches with lines that are kept. */
  readonly kept?: readonly KeptLines[]
  /** Only in some batches. */
  readonly activity?: RuleActivity | undefined
  /** Programs that were heard, by `senderName`, each about once a minute. Only in some batches. */
  readonly programs?: ReadonlyMap<string, Heard> | undefined
}

/** The reporter's answer: the batch is stored and would survive a crash. */
export interface Ack {
  readonly collector: string
  readonly sequence: number
}
