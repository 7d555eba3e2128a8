/** What crosses between the main thread and a collector's thread. Everything here is structured-cloneable. */
import type { HostConfig, ListenConfig } from "./config/config.ts"
import type { ListenAddress } from "./listen/listener.ts"
import type { Quarantined, RuleSet } from "./rules/rule.ts"
import type { Batch } from "./tally/batch.ts"

/** What a collector needs to work; given to its thread as workerData. */
export interface CollectorSetup {
  /** Names the collector's batches; new at every start, so that sequences never repeat. */
  readonly id: string
  readonly listen: ListenConfig
  readonly hosts: readonly HostConfig[]
  readonly ruleSets: ReadonlyMap<string, RuleSet>
}

/** A UDP socket and the receive buffer that the kernel granted it. */
export interface GrantedBuffer {
  readonly address: ListenAddress
  readonly grantedBytes: number
}

export interface CollectorStart {
  readonly bound: readonly ListenAddress[]
  readonly receiveBuffers: readonly GrantedBuffer[]
  readonly quarantined: readonly Quarantined[]
  /** Rules in force, summed over the distinct judges. */
  readonly rules: number
}

export type FromCollector =
  | { readonly type: "started"; readonly start: CollectorStart }
  | { readonly type: "failed"; readonly message: string }
  | { readonly type: "batch"; readonly batch: Batch }
  | { readonly type: "flushed"; readonly request: number }
  | { readonly type: "drained" }
  /** An error that left its listener open. */
  | { readonly type: "trouble"; readonly message: string }
  /** A peer that is no relay claims more host names than it is believed to have. */
  | { readonly type: "manyNames"; readonly address: string }
  /** Sent every ALIVE_INTERVAL_MS from the thread that empties the sockets: when it stays away, that thread is stuck. */
  | { readonly type: "alive"; readonly groups: number; readonly paused: boolean; readonly fallbacks: number }

export type ToCollector =
  | { readonly type: "ack"; readonly sequence: number }
  | { readonly type: "flush"; readonly request: number }
  | { readonly type: "drain" }

export const ALIVE_INTERVAL_MS = 1_000
