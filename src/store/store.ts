/**
 * The store of tallies, windows and undelivered digests: the promises that both stores keep.
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
import type { DigestMemory } from "../tally/digest-memory.ts"
import type { Loss } from "../tally/losses.ts"
import type { PastWindow } from "../tally/past-window.ts"
import type { RuleActivity } from "../tally/rule-activity.ts"
import type { Tally } from "../tally/tally.ts"
import type { WindowContents, WindowId, WindowSpan } from "../tally/window.ts"
import type { DeliveryLog } from "./delivery-log.ts"
import type { Day, RuleHistory, RuleSums } from "./rule-history.ts"

/**
 * The number of collectors whose last sequences a digest keeps, the newest ones. Every start of the service has a new
 * collector. Its batches are repeated within minutes, or at the next start if a shutdown could not store them.
 */
export const COLLECTORS_REMEMBERED = 1_000

/** The number of windows that a digest remembers, the newest ones: two weeks of hourly windows. */
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
 * Closed windows that go out as one mail. While a delivery exists, its windows are sealed: a new lease gets the same
 * windows under the same id, and so the same Message-ID, since a server may have accepted the mail although its answer
 * was lost.
 */
export interface Delivery {
  readonly digest: string
  /** Made from the digest's name and the windows' ids; the same after restarts and in all instances. */
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

export interface TallyStore extends DeliveryLog {
  /** Connects and prepares the schema. */
  open(): Promise<void>

  /**
   * Opens the digest's first window at `nowMs` if it has none, and returns the open one.
   */
  openWindow(digest: string, nowMs: number): Promise<WindowSpan>

  /**
   * Adds a batch to the digest's open window. Resolves once the batch would survive a crash.
   *
   * Atomic: all of it or nothing. A batch id is applied once per digest: sequences of one collector
   * come in order, and one that is not above the last applied is ignored. `count` adds up, `firstMs`
   * and `lastMs` widen, the first MAX_SAMPLES different samples are kept. Tallies beyond the limits go into coarser ones
   * (`coarsen`); sums stay exact. Opens the first window if there is none.
   */
  add(digest: string, batch: BatchId, entry: DigestPart, nowMs: number): Promise<void>

  /**
   * Closes window `id` at `closesAtMs` and opens the next one from there. Returns false, and changes nothing,
   * when `id` is not open any more: another instance was faster.
   */
  closeWindow(digest: string, id: WindowId, closesAtMs: number): Promise<boolean>

  /** Reads a window, open or closed. Undefined when it was delivered or never existed. */
  read(digest: string, id: WindowId): Promise<WindowContents | undefined>

  /**
   * Takes the digest's delivery for `leaseMs`. If there is none, seals all closed windows as a new one, the oldest first.
   * Undefined when no window waits, when it is too early for a retry, or during another owner's lease. An owner that calls
   * again during its own lease gets the same delivery for `leaseMs` from now on; this is not another attempt.
   */
  lease(digest: string, owner: string, nowMs: number, leaseMs: number): Promise<Delivery | undefined>

  /**
   * Postpones a delivery until `retryAtMs`. `refused` means that the mail was certainly not accepted: the seal is broken,
   * and the windows go out with those that close meanwhile (attempts stay counted). Otherwise the delivery is repeated
   * unchanged. Does nothing when `owner` no longer holds the lease.
   */
  postpone(delivery: Delivery, owner: string, retryAtMs: number, refused: boolean): Promise<void>

  /**
   * Forgets a delivery's windows: the mail was accepted, or there was nothing to report. Does nothing when already settled.
   * Windows that another owner has sealed again meanwhile leave that delivery. `memory` takes the place of the digest's
   * memory in the same step, unless the windows are gone already.
   */
  settle(delivery: Delivery, memory?: DigestMemory): Promise<void>

  /** Reads a digest's memory; undefined where it has none yet. */
  memory(digest: string): Promise<DigestMemory | undefined>

  /**
   * Remembers a window independently of the window itself; a second call for the same window replaces the first. Forgets
   * windows that closed before `forgetBeforeMs`, and the oldest beyond PAST_WINDOWS.
   */
  remember(digest: string, past: PastWindow, forgetBeforeMs: number): Promise<void>

  /** Reads the remembered windows, the oldest first. */
  remembered(digest: string): Promise<readonly PastWindow[]>

  /** The state of one digest, for the status. */
  overview(digest: string): Promise<DigestOverview | undefined>

  /**
   * Adds the activity of rules to their history, once for each batch id as `add` does. Resolves once it would survive a
   * crash. Forgets sums of days before the last DAYS_KEPT.
   */
  addActivity(batch: BatchId, activity: RuleActivity): Promise<void>

  ruleHistory(): Promise<RuleHistory>

  /** Sums over the days from `since` to `until`, both included, as far as they are kept. */
  ruleSums(since: Day, until: Day): Promise<RuleSums>

  /** Forgets those of these rules and programs whose last line came before `beforeMs`. */
  forgetRules(rules: readonly string[], programs: readonly string[], beforeMs: number): Promise<void>

  close(): Promise<void>
}
