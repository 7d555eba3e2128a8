/** The state of a running tamis, as shown by `tamis status` and used by the container's health check. */
import type { ListenAddress } from "../listen/listener.ts"
import type { CounterName } from "../tally/counters.ts"

export interface Status {
  readonly version: string
  readonly startedAt: string
  /** Whether the thread that reads the sockets is running. */
  readonly receiving: boolean
  /** Whether lines are received, stored and delivered, without complaint. */
  readonly healthy: boolean
  /** The problems, a sentence each; empty when healthy. */
  readonly complaints: readonly string[]
  readonly listeners: readonly ListenAddress[]
  readonly rules: number
  readonly quarantinedRules: readonly string[]
  readonly digests: readonly DigestStatus[]
}

export interface DigestStatus {
  readonly name: string
  readonly windowOpensAt: string
  /** Undefined when the schedule has no further date. */
  readonly windowClosesAt: string | undefined
  readonly reportedLines: number
  readonly groups: number
  readonly undeliveredWindows: number
  readonly nextAttemptAt: string | undefined
  readonly hosts: Readonly<Record<string, HostStatus>>
}

/** Since the store began. `received = ignored + reported + rejected`. */
export type HostStatus = Readonly<Record<CounterName, number>> & { readonly lastSeenAt: string }
