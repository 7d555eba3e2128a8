/** A clock that a test moves by hand: time passes at once, and sleepers wake in order. */

import type { Clock } from "../../src/clock.ts"
import { within } from "./eventually.ts"

interface Sleeper {
  readonly wakeAtMs: number
  readonly wake: () => void
}

export class ManualClock implements Clock {
  /** The time that timers measure: it never jumps. */
  #elapsedMs = 0
  #epochMs: number
  #sleepers: Sleeper[] = []
  #watchers: { readonly count: number; readonly done: () => void }[] = []

  constructor(epochMs: number) {
    this.#epochMs = epochMs
  }

  now(): number {
    return this.#epochMs + this.#elapsedMs
  }

  get sleepers(): number {
    return this.#sleepers.length
  }

  /** The time until the next sleeper wakes. */
  get nextWakeMs(): number {
    return Math.min(...this.#sleepers.map(({ wakeAtMs }) => wakeAtMs)) - this.#elapsedMs
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const sleeper: Sleeper = { wakeAtMs: this.#elapsedMs + ms, wake: resolve }
      this.#sleepers.push(sleeper)
      signal.addEventListener("abort", () => this.#wake(sleeper), { once: true })
      this.#tellWatchers()
    })
  }

  /** Resolves when exactly this many sleep: nothing is left to do until the clock moves. */
  asleep(count: number): Promise<void> {
    const { promise, resolve: done } = Promise.withResolvers<void>()
    this.#watchers.push({ count, done })
    this.#tellWatchers()
    return within(`${count} to sleep`, promise)
  }

  /** Lets time pass, and wakes the sleepers that are due. */
  advance(ms: number): void {
    this.#elapsedMs += ms
    const due = this.#sleepers.filter(({ wakeAtMs }) => wakeAtMs <= this.#elapsedMs)
    for (const sleeper of due.sort((one, other) => one.wakeAtMs - other.wakeAtMs)) this.#wake(sleeper)
  }

  /** Moves the date, but no timer: as after a correction of the clock, or a suspension of the machine. */
  jump(ms: number): void {
    this.#epochMs += ms
  }

  #wake(sleeper: Sleeper): void {
    this.#sleepers = this.#sleepers.filter((each) => each !== sleeper)
    sleeper.wake()
  }

  /** In a later turn of the event loop: a loop that wakes another one often goes to sleep first. */
  #tellWatchers(): void {
    setImmediate(() => {
      this.#watchers = this.#watchers.filter(({ count, done }) => {
        if (count !== this.#sleepers.length) return true
        done()
        return false
      })
    })
  }
}
