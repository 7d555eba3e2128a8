import type { DigestConfig } from "../config/config.ts"
import type { ReplayedMail } from "./replay-mails.ts"
import type { ReplayTotals } from "./replay-totals.ts"

/** The output of a replay. */
export interface ReplayFormat {
  /** Takes the mails of one digest after those of another, each in order. */
  mail(digest: DigestConfig, mail: ReplayedMail): void
  /** Ends a digest. */
  digest(digest: DigestConfig, totals: ReplayTotals): void
  /** Writes the rest of the output. */
  finish(lines: number): void
}
