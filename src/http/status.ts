/** What a running tamis says about itself: the answer of `tamis status` and of the container's health check. */
import type { ListenAddress } from "../listen/listener.ts"
import type { HostCounters } from "../tally/batch.ts"

export interface Status {
  readonly version: string
  readonly startedAt: string
  /** Whether the thread that empties the sockets turns. */
  readonly receiving: boolean
  /** Whether lines are received, stored and delivered, without complaint. */
  readonly healthy: boolean
  /** What is wrong, a sentence each; empty when healthy. */
  readonly complaints: readonly string[]
  readonly listeners: readonly ListenAddress[]
  readonly rules: number
  readonly quarantinedRules: readonly string[]
  readonly digests: readonly DigestStatus[]
}

export interface DigestStatus {
  readonly name: string
  readonly windowOpensAt: string
  /** Undefined when the schedule names no further time. */
  readonly windowClosesAt: string | undefined
  readonly reportedLines: number
  readonly groups: number
  readonly undeliveredWindows: number
  readonly nextAttemptAt: string | undefined
  readonly hosts: Readonly<Record<string, HostStatus>>
}

/** Since the store began. `received = ignored + reported + rejected`. */
export interface HostStatus extends Pick<HostCounters, "received" | "ignored" | "reported" | "rejected"> {
  readonly lastSeenAt: string
}
