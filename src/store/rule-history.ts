/**
 * The history of rules in a store: it shows whether they are needed, and when they began to fail.
 *
 * Rules belong to no digest: the installation has one history. Its keys are made from rules (rules/rule-key.ts), which only
 * operators write, so the number of rules and their changes bound it: a rule that is in no rule set any more is forgotten
 * after FORGOTTEN_AFTER_DAYS.
 */
import type { RuleActivity } from "../tally/rule-activity.ts"
import { DAY_MS } from "../units.ts"

export interface RuleRecord {
  /** Lines that the rule decided, since the store first recorded it. */
  readonly hits: number
  readonly firstMs: number
  readonly lastMs: number
  /**
   * The longest pause between two hits. It fades: each shorter pause reduces it by a sixteenth of that pause.
   */
  readonly gapMs: number
  /** Number of UTC days with hits. */
  readonly days: number
  /** The newest kept line; cut if it was long. */
  readonly sample: string
}

export interface RuleHistory {
  /** By rule key. */
  readonly rules: ReadonlyMap<string, RuleRecord>
  /** When programs that rules name last sent a line, to the hour. */
  readonly programs: ReadonlyMap<string, number>
}

/** Sums over some days. */
export interface RuleSums {
  /** Judged lines. */
  readonly lines: number
  /** By rule key; without rules that had no hits. */
  readonly hits: ReadonlyMap<string, number>
}

/** Whole days of UTC since the epoch. */
export type Day = number

export function dayOf(ms: number): Day {
  return Math.floor(ms / DAY_MS)
}

/** Days whose sums are kept. */
export const DAYS_KEPT = 35

/** Days after which a rule in no rule set is forgotten: a set may be removed for a while, or belong to another instance. */
export const FORGOTTEN_AFTER_DAYS = 30

/** Adds hits at `atMs` to a record. `lua/add-activity.lua` does the same for Redis. */
export function addHits(
  before: RuleRecord | undefined,
  count: number,
  sample: string | undefined,
  { atMs }: Pick<RuleActivity, "atMs">,
): RuleRecord {
  if (before === undefined) {
    return { hits: count, firstMs: atMs, lastMs: atMs, gapMs: 0, days: 1, sample: sample ?? "" }
  }
  // The pause may be negative: another instance was faster, or a clock was set back.
  const pauseMs = Math.max(0, atMs - before.lastMs)
  return {
    hits: before.hits + count,
    firstMs: before.firstMs,
    lastMs: before.lastMs + pauseMs,
    gapMs: Math.max(pauseMs, before.gapMs - Math.floor(pauseMs / 16)),
    days: before.days + Number(dayOf(before.lastMs + pauseMs) > dayOf(before.lastMs)),
    sample: sample ?? before.sample,
  }
}
