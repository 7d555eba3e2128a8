/**
 * Where tallies, windows and undelivered digests live: the promises that both stores keep.
 *
 * A digest has one open window and any number of closed ones. A window goes
 * open -> closed -> delivered, and never back. Everything but the history of rules is keyed by digest; nothing is
 * promised across digests, so that a Redis Cluster can put each on its own node.
 *
 *     add ──> [ open ] ──close──> [ closed ] ──lease──> (sealed in a delivery) ──settle──> gone
 *                                     ^                        │
 *                                     └──────── postpone ──────┘
 *
 * The interface exposes no connection, pipeline or transaction type: a store owns its connection.
 * Every method rejects when the store is away; callers repeat the call, which is always safe.
 */

import type { HostCounters } from "../tally/counters.ts"
import type { Loss } from "../tally/losses.ts"
import type { PastWindow } from "../tally/past-window.ts"
import type { RuleActivity } from "../tally/rule-activity.ts"
import type { Tally } from "../tally/tally.ts"
import type { WindowContents, WindowId, WindowSpan } from "../tally/window.ts"
import type { Day, RuleHistory, RuleSums } from "./rule-history.ts"

/**
 * How many collectors' last sequences a digest keeps, the newest. A collector is new at every start of the service and
 * repeats its batches within minutes, or, those that a shutdown could not store, at the next start.
 */
export const COLLECTORS_REMEMBERED = 1_000

/** How many windows a digest remembers, the newest: two weeks of hourly ones. */
export const PAST_WINDOWS = 336

export interface BatchId {
  readonly collector: string
  readonly sequence: number
}

/** A batch's part for one digest. */
export interface DigestPart {
  readonly tallies: readonly Tally[]
  readonly hosts: ReadonlyMap<string, HostCounters>
  readonly losses: ReadonlyMap<Loss, number>
}

/**
 * Closed windows that go out as one mail. While it exists its windows are sealed: whoever leases again
 * gets the same windows under the same id, and so the same Message-ID, since the mail may have been
 * accepted by a server whose answer we never saw.
 */
export interface Delivery {
  readonly digest: string
  /** Made of the digest's name and the windows' ids; stable over restarts and instances. */
  readonly id: string
  readonly windows: readonly WindowId[]
  /** How many times this delivery was leased before. */
  readonly attempts: number
}

export interface DigestOverview {
  readonly digest: string
  readonly open: WindowSpan
  /** Lines and groups in the open window. */
  readonly openReported: number
  readonly openGroups: number
  /** Closed and not yet delivered. */
  readonly undelivered: readonly WindowSpan[]
  /** Epoch milliseconds of the next attempt; undefined when nothing is postponed. */
  readonly retryAtMs: number | undefined
  /** Per host since the store began: first and last line, and the sums of promise 1. Hosts beyond the limit as OTHER_HOSTS. */
  readonly hosts: ReadonlyMap<string, HostCounters>
}

export interface TallyStore {
  /** Connects and prepares the schema. */
  open(): Promise<void>

  /**
   * Opens the digest's first window at `nowMs` if it has none, and says which one is open.
   */
  openWindow(digest: string, nowMs: number): Promise<WindowSpan>

  /**
   * Adds a batch to the digest's open window and resolves once that would survive a crash.
   *
   * Atomic: all of it or nothing. A batch id is applied once per digest: sequences of one collector
   * come in order, and one that is not above the last applied is ignored. `count` adds up, `firstMs`
   * and `lastMs` widen, the first MAX_SAMPLES samples that differ are kept. Tallies beyond the
   * limits go into coarser ones (`coarsen`), sums stay exact. Opens the first window where there is none.
   */
  add(digest: string, batch: BatchId, entry: DigestPart, nowMs: number): Promise<void>

  /**
   * Closes window `id` at `closesAtMs` and opens the next one from there. Returns false, and changes nothing,
   * when `id` is not open any more: another instance was faster.
   */
  closeWindow(digest: string, id: WindowId, closesAtMs: number): Promise<boolean>

  /** Reads a window, open or closed. Undefined when it was delivered or never was. */
  read(digest: string, id: WindowId): Promise<WindowContents | undefined>

  /**
   * Takes the digest's delivery for `leaseMs`, sealing all closed windows that are in none as a new one if there is no
   * older one; the oldest first. Undefined when nothing waits, when it is too early for a retry,
   * or while another owner's lease lasts. The owner of a lease that lasts gets the same again, for `leaseMs` from now on,
   * and not as another attempt.
   */
  lease(digest: string, owner: string, nowMs: number, leaseMs: number): Promise<Delivery | undefined>

  /**
   * Puts a delivery back until `retryAtMs`. With `refused`, it is certain that nobody accepted the mail: the seal is
   * broken, and the windows go out with those that close meanwhile (attempts stay counted). Without, it is repeated as it was.
   * Does nothing when `owner` holds the lease no longer.
   */
  postpone(delivery: Delivery, owner: string, retryAtMs: number, refused: boolean): Promise<void>

  /**
   * Forgets a delivery's windows: somebody accepted the mail, or there was nothing to say. Does nothing when already settled.
   * Windows that were refused and sealed anew meanwhile, by an owner who did not know, leave that delivery.
   */
  settle(delivery: Delivery): Promise<void>

  /**
   * Remembers a window, whatever becomes of the window itself; the same one again takes the place of the first. Forgets
   * those that closed before `forgetBeforeMs`, and the oldest beyond PAST_WINDOWS.
   */
  remember(digest: string, past: PastWindow, forgetBeforeMs: number): Promise<void>

  /** Reads what is remembered, the oldest first. */
  remembered(digest: string): Promise<readonly PastWindow[]>

  /** The state of one digest for people. */
  overview(digest: string): Promise<DigestOverview | undefined>

  /**
   * Adds what rules did to their history, once for each batch id as `add` does, and resolves once that would survive a
   * crash. Sums of days before the last DAYS_KEPT are forgotten.
   */
  addActivity(batch: BatchId, activity: RuleActivity): Promise<void>

  ruleHistory(): Promise<RuleHistory>

  /** Sums over the days from `since` to `until`, both included, as far as they are kept. */
  ruleSums(since: Day, until: Day): Promise<RuleSums>

  /** Forgets those of these rules and programs that were heard of last before `beforeMs`. */
  forgetRules(rules: readonly string[], programs: readonly string[], beforeMs: number): Promise<void>

  close(): Promise<void>
}
