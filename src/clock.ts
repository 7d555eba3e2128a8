/** The time. Parts receive a Clock, so that tests can move it by hand. */
import { setTimeout as timeout } from "node:timers/promises"

export interface Clock {
  /** Epoch milliseconds. Jumps when somebody corrects it, or when the machine was suspended. */
  now(): number
  /** Resolves after `ms`, or as soon as `signal` is aborted. Never rejects. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  now: Date.now,
  sleep: (ms, signal) => timeout(ms, undefined, { signal }).catch(() => {}),
}
