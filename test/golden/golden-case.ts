import type { Report } from "../../src/report/report.ts"
import type { Quarantined } from "../../src/rules/rule.ts"
import type { PastWindow } from "../../src/tally/past-window.ts"
import type { WindowContents } from "../../src/tally/window.ts"

/** What a folder's input.ts exports as `input`. */
export interface GoldenCase {
  readonly windows: readonly WindowContents[]
  /** Windows before, one mail each; none on the first day of a digest. */
  readonly before?: readonly WindowContents[] | undefined
  readonly quarantined?: readonly Quarantined[] | undefined
  readonly maxBytes?: number
  readonly further?: Partial<Pick<Report, "refusedReload" | "rottenRules">>
  /** None where it is left out. */
  readonly suggestedRules?: number
  /** Whether a rule file comes with the mail. */
  readonly attachRules?: boolean
  /** What is remembered of windows before. */
  readonly past?: readonly PastWindow[]
}

/** An instant of 23 November 2026 in Paris. */
export function at(time: string): number {
  return Date.parse(`2026-11-23T${time}+01:00`)
}
