/**
 * One collector: listeners feed the pipeline, the pipeline fills the tally book, the book leaves in batches.
 *
 * At most one batch is under way. While it is not acknowledged, everything else merges in the book, whose size is
 * bounded by the number of distinct groups. Past PAUSE_GROUPS, stream sockets stop reading, so that their senders queue,
 * and the book counts datagrams in coarser groups. A counted line is never dropped.
 */

import type { Listener } from "../listen/listener.ts"
import type { Ack, Batch } from "../tally/batch.ts"
import type { RuleActivity } from "../tally/rule-activity.ts"
import type { BatchContent, TallyBook } from "../tally/tally-book.ts"

/** How often `beat` must be called: the latency of a tally, and a bound on store operations. */
export const BATCH_INTERVAL_MS = 200

/** Groups in the book at which stream sockets stop reading, until the store has taken the previous batch. */
export const PAUSE_GROUPS = 4_000

export interface CollectorParts {
  readonly id: string
  readonly listeners: readonly Listener[]
  readonly book: TallyBook
  /** Receives the content of each batch, and returns the activity of rules when it is due, or when `isLast`. */
  readonly takeActivity: (content: BatchContent | undefined, isLast: boolean) => RuleActivity | undefined
  /** Returns the programs that were heard, when they are due, or when `isLast`. */
  readonly takePrograms: (isLast: boolean) => Batch["programs"]
  /** Hands a batch to the reporter, which answers through `acknowledge`. */
  readonly send: (batch: Batch) => void
}

const NOTHING: BatchContent = { tallies: [], hosts: new Map(), losses: new Map() }

export class Collector {
  readonly #parts: CollectorParts
  #sequence = 0
  #underWay: Batch | undefined
  #paused = false
  #draining = false
  /** Called once the batch with at least this sequence is acknowledged and nothing older is in the book. */
  readonly #flushes: { afterSequence: number; done: () => void }[] = []

  constructor(parts: CollectorParts) {
    this.#parts = parts
  }

  get paused(): boolean {
    return this.#paused
  }

  get groups(): number {
    return this.#parts.book.size
  }

  /** Sends the book's content. While a batch is unanswered, pauses stream sockets instead if the book grows large. */
  beat(): void {
    if (this.#underWay === undefined) {
      this.#send()
    } else if (!this.#paused && !this.#draining && this.#parts.book.size >= PAUSE_GROUPS) {
      this.#pause()
    }
  }

  /** The reporter's answer that a batch would survive a crash. */
  acknowledge(ack: Ack): void {
    if (ack.sequence !== this.#underWay?.sequence) return
    this.#underWay = undefined
    const someoneWaits = this.#flushes.length > 0
    if (someoneWaits || this.#paused) this.#send()
    this.#settleFlushes()
    if (this.#paused) this.#resume()
  }

  /** Resolves once every line received before the call would survive a crash. */
  flush(): Promise<void> {
    return new Promise((resolve) => {
      // The book's content leaves with the next batch; a batch under way must be answered first.
      if (this.#underWay === undefined) this.#send()
      const afterSequence = this.#parts.book.isEmpty ? this.#sequence : this.#sequence + 1
      this.#flushes.push({ afterSequence, done: resolve })
      this.#settleFlushes()
    })
  }

  /** Closes the listeners after they have handed over what the kernel holds, then flushes. */
  async drain(): Promise<void> {
    // Stops pausing: the bytes in a paused socket would be lost.
    this.#draining = true
    await Promise.all(this.#parts.listeners.map((listener) => listener.drain()))
    this.#takeLosses()
    await this.flush()
    // The last batch carries the rules' activity. If it had already left, this sends the activity in one of its own.
    await this.flush()
  }

  #send(): void {
    this.#takeLosses()
    const content = this.#parts.book.take()
    const activity = this.#parts.takeActivity(content, this.#draining)
    const programs = this.#parts.takePrograms(this.#draining)
    if (content === undefined && activity === undefined && programs === undefined) return
    this.#sequence += 1
    this.#underWay = {
      collector: this.#parts.id,
      sequence: this.#sequence,
      ...(content ?? NOTHING),
      activity,
      programs,
    }
    this.#parts.send(this.#underWay)
  }

  #settleFlushes(): void {
    const acknowledged = this.#underWay === undefined ? this.#sequence : this.#underWay.sequence - 1
    while (this.#flushes[0] !== undefined && this.#flushes[0].afterSequence <= acknowledged) {
      this.#flushes.shift()?.done()
    }
  }

  #takeLosses(): void {
    for (const listener of this.#parts.listeners) {
      for (const [loss, count] of listener.takeLosses()) this.#parts.book.lose(loss, count)
    }
  }

  #pause(): void {
    this.#paused = true
    for (const listener of this.#parts.listeners) listener.pause()
  }

  #resume(): void {
    this.#paused = false
    for (const listener of this.#parts.listeners) listener.resume()
  }
}
