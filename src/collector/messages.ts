/** The messages between the main thread and a collector's thread. Everything here is structured-cloneable. */
import type { HostConfig } from "../hosts/host-config.ts"
import type { ListenConfig } from "../listen/listen-config.ts"
import type { ListenAddress } from "../listen/listener.ts"
import type { Quarantined, RuleSet } from "../rules/rule.ts"
import type { Batch } from "../tally/batch.ts"
import type { OwnMail } from "../tally/own-mail.ts"

/** Hosts and rules that lines are sifted by. A reload replaces all of it. */
export interface Sieve {
  readonly hosts: readonly HostConfig[]
  readonly ruleSets: ReadonlyMap<string, RuleSet>
}

/** The settings of a collector; its thread gets them as workerData. */
export interface CollectorSetup extends Sieve {
  /** Names the collector's batches; new at every start, so that sequences never repeat. */
  readonly id: string
  readonly listen: ListenConfig
}

/** The rules of a sieve after compilation. */
export interface RulesInForce {
  /** How many there are, summed over the distinct judges. */
  readonly rules: number
  readonly quarantined: readonly Quarantined[]
}

/** A UDP socket and the receive buffer that the kernel granted it. */
export interface GrantedBuffer {
  readonly address: ListenAddress
  readonly grantedBytes: number
}

export interface CollectorStart {
  readonly bound: readonly ListenAddress[]
  readonly receiveBuffers: readonly GrantedBuffer[]
  readonly inForce: RulesInForce
}

export type FromCollector =
  | { readonly type: "started"; readonly start: CollectorStart }
  | { readonly type: "failed"; readonly message: string }
  | { readonly type: "batch"; readonly batch: Batch }
  | { readonly type: "flushed"; readonly request: number }
  /** From here on, the new sieve judges lines. */
  | { readonly type: "reloaded"; readonly request: number; readonly inForce: RulesInForce }
  | { readonly type: "drained" }
  /** An error that left its listener open. */
  | { readonly type: "trouble"; readonly message: string }
  /** A peer that is not a relay claims more host names than allowed. */
  | { readonly type: "manyNames"; readonly address: string }
  /** Sent every ALIVE_INTERVAL_MS by the thread that reads the sockets: without it, that thread is stuck. */
  | { readonly type: "alive"; readonly groups: number; readonly paused: boolean; readonly fallbacks: number }

export type ToCollector =
  | { readonly type: "ack"; readonly sequence: number }
  | { readonly type: "flush"; readonly request: number }
  | { readonly type: "reload"; readonly request: number; readonly sieve: Sieve }
  | { readonly type: "ownMail"; readonly mail: OwnMail }
  | { readonly type: "drain" }

export const ALIVE_INTERVAL_MS = 1_000
