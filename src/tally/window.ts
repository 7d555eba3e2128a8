/** A window of one digest: its span, and its counts. */
import type { HostCounters } from "./counters.ts"
import type { Loss } from "./losses.ts"
import type { Tally } from "./tally.ts"

/** Ordinal of a window within its digest: 1, 2, 3, … */
export type WindowId = number

/** Half-open span of receive time. */
export interface WindowSpan {
  readonly id: WindowId
  readonly opensAtMs: number
  /** Undefined while the window is open. */
  readonly closesAtMs: number | undefined
}

export interface WindowContents {
  readonly window: WindowSpan
  readonly tallies: readonly Tally[]
  readonly hosts: ReadonlyMap<string, HostCounters>
  readonly losses: ReadonlyMap<Loss, number>
  /** Hosts that this digest saw for the first time ever in this window. */
  readonly newHosts: readonly string[]
}
