/** The main thread's end of a collector: starts its thread, passes batches on, asks it to flush and to drain. */
import { Worker } from "node:worker_threads"
import { OperatorError } from "../errors.ts"
import type { Batch } from "../tally/batch.ts"
import type { OwnMail } from "../tally/own-mail.ts"
import type { CollectorSetup, CollectorStart, FromCollector, RulesInForce, Sieve, ToCollector } from "./messages.ts"

/**
 * The garbage of a message is dead before the next one, but V8 lets the young generation grow to 115 MB under load
 * (measured). With halves of 2 MiB, which stay in the processor's cache, a message costs the same.
 */
const MAX_YOUNG_GENERATION_MB = 6

export interface CollectorHandle {
  readonly start: Pick<CollectorStart, "bound" | "receiveBuffers">
  readonly inForce: RulesInForce
  /** Epoch milliseconds of the thread's last sign of life. */
  readonly aliveAtMs: number
  readonly paused: boolean
  /** Resolves once every line that was received before the call would survive a crash. */
  flush(): Promise<void>
  /**
   * Replaces the sieve; resolves when the new one is in use. Earlier lines are judged by the old sieve, later lines by
   * the new one. Receiving continues meanwhile.
   */
  reload(sieve: Sieve): Promise<RulesInForce>
  /** Lines of mail servers about this mail are tamis's own from now on. */
  announce(mail: OwnMail): void
  /** Stops receiving, hands over what the kernel holds, and ends the thread once its last batch is acknowledged. */
  drain(): Promise<void>
}

export interface CollectorEvents {
  /** Resolves when the batch would survive a crash; the batch is then acknowledged. */
  readonly store: (batch: Batch) => Promise<void>
  /** A bug ended the thread, or kept a batch from being stored. Later lines may be lost. */
  readonly onCrash: (error: unknown) => void
  /** A socket had an error that it survived. */
  readonly onTrouble: (message: string) => void
  /** A peer that is not a relay claims more host names than allowed; called once per peer. */
  readonly onManyNames: (address: string) => void
  /** Rules ran out of memory on `lines` more lines and were applied to them in smaller, slower sets. */
  readonly onFallbacks: (lines: number) => void
  readonly now: () => number
}

/** Starts a collector and resolves once all of its sockets are bound and its rules compiled. */
export function startCollector(setup: CollectorSetup, events: CollectorEvents): Promise<CollectorHandle> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./thread.ts", import.meta.url), {
      workerData: setup,
      resourceLimits: { maxYoungGenerationSizeMb: MAX_YOUNG_GENERATION_MB },
    })
    const tell = (message: ToCollector) => worker.postMessage(message)
    const flushes = new Map<number, () => void>()
    const reloads = new Map<number, (inForce: RulesInForce) => void>()
    const ended = Promise.withResolvers<void>()
    let requests = 0
    let started = false
    let drained = false
    const state = {
      aliveAtMs: events.now(),
      paused: false,
      fallbacks: 0,
      inForce: { rules: 0, quarantined: [] } as RulesInForce,
    }
    const crashed = (error: unknown) => (started ? events.onCrash(error) : reject(error))

    worker.on("message", (message: FromCollector) => {
      switch (message.type) {
        case "started":
          started = true
          state.inForce = message.start.inForce
          return resolve({
            start: message.start,
            get inForce() {
              return state.inForce
            },
            get aliveAtMs() {
              return state.aliveAtMs
            },
            get paused() {
              return state.paused
            },
            flush: () =>
              new Promise((done) => {
                requests += 1
                flushes.set(requests, done)
                tell({ type: "flush", request: requests })
              }),
            reload: (sieve) =>
              new Promise((done) => {
                requests += 1
                reloads.set(requests, done)
                tell({ type: "reload", request: requests, sieve })
              }),
            announce: (mail) => tell({ type: "ownMail", mail }),
            drain: () => {
              tell({ type: "drain" })
              return ended.promise
            },
          })
        case "failed":
          return reject(new OperatorError("TAMIS_LISTEN_FAILED", message.message))
        case "batch":
          // A batch that cannot be kept even on the disk is lost, and reported as a crash. Later ones may still be stored.
          return void events
            .store(message.batch)
            .catch(events.onCrash)
            .then(() => tell({ type: "ack", sequence: message.batch.sequence }))
        case "flushed":
          flushes.get(message.request)?.()
          flushes.delete(message.request)
          return
        case "reloaded":
          state.inForce = message.inForce
          reloads.get(message.request)?.(message.inForce)
          reloads.delete(message.request)
          return
        case "trouble":
          return events.onTrouble(message.message)
        case "manyNames":
          return events.onManyNames(message.address)
        case "drained":
          drained = true
          return
        case "alive":
          state.aliveAtMs = events.now()
          state.paused = message.paused
          if (message.fallbacks > state.fallbacks) events.onFallbacks(message.fallbacks - state.fallbacks)
          state.fallbacks = message.fallbacks
          return
      }
    })
    worker.on("error", crashed)
    worker.on("exit", (status) => {
      if (!drained) crashed(new Error(`the receiving thread ended unexpectedly, with status ${status}`))
      ended.resolve()
      for (const done of flushes.values()) done()
      for (const done of reloads.values()) done(state.inForce)
    })
  })
}
