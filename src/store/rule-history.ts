/**
 * What a store remembers of rules: whether they are needed, and when they began to fail.
 *
 * Rules belong to no digest: their history is one for the installation. Keys are made of rules (rules/rule-key.ts), which
 * only operators write, so that it is bounded by the rule base and by how often that changes: what is in no rule set any
 * more is forgotten after FORGOTTEN_AFTER_DAYS.
 */
import type { RuleActivity } from "../tally/rule-activity.ts"
import { DAY_MS } from "../units.ts"

export interface RuleRecord {
  /** Lines that it decided on, since the store knows it. */
  readonly hits: number
  readonly firstMs: number
  readonly lastMs: number
  /**
   * The longest pause between two hits, with a memory that fades: hits that go on for so long take a sixteenth of their
   * duration from it.
   */
  readonly gapMs: number
  /** On how many days of UTC it hit. */
  readonly days: number
  /** The newest of the lines that were kept; cut where it was long. */
  readonly sample: string
}

export interface RuleHistory {
  /** By rule key. */
  readonly rules: ReadonlyMap<string, RuleRecord>
  /** When programs that rules name were heard last, give or take an hour. */
  readonly programs: ReadonlyMap<string, number>
}

/** Sums over some days. */
export interface RuleSums {
  /** Lines that were judged. */
  readonly lines: number
  /** By rule key; rules that hit nothing are left out. */
  readonly hits: ReadonlyMap<string, number>
}

/** Whole days of UTC since the epoch. */
export type Day = number

export function dayOf(ms: number): Day {
  return Math.floor(ms / DAY_MS)
}

/** Days whose sums are kept. */
export const DAYS_KEPT = 35

/** For rules in no rule set: a set that is away for a while, or that another instance has, keeps its history. */
export const FORGOTTEN_AFTER_DAYS = 30

/** Hits at `atMs` are added to what is known. `lua/add-activity.lua` has the same for Redis. */
export function addHits(
  before: RuleRecord | undefined,
  count: number,
  sample: string | undefined,
  { atMs }: Pick<RuleActivity, "atMs">,
): RuleRecord {
  if (before === undefined) {
    return { hits: count, firstMs: atMs, lastMs: atMs, gapMs: 0, days: 1, sample: sample ?? "" }
  }
  // Another instance may have been faster, and clocks are set back.
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
