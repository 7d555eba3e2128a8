/** Reads the state of a running service, for `tamis status` and health checks. Changes nothing. */

import type { Config } from "../config/config.ts"
import { reasonOf } from "../errors.ts"
import type { DigestStatus, Status } from "../http/status.ts"
import { formatProblem } from "../problem.ts"
import { nextClose } from "../schedule.ts"
import type { DigestOverview } from "../store/store.ts"
import { amount } from "../text/amount.ts"
import { isoTime } from "../text/iso-time.ts"
import { unlessAborted } from "../unless-aborted.ts"
import { VERSION } from "../version.ts"
import type { Service } from "./assemble.ts"
import type { Reporter } from "./reporter.ts"

/** A collector sends a sign of life every second; after this long without one it is stuck. */
const STUCK_AFTER_MS = 10_000

export interface StatusParts {
  readonly service: Pick<Service, "collector" | "store" | "refusedReload"> & {
    readonly reporter: Pick<Reporter, "troubles">
    readonly config: Pick<Config, "digests">
  }
  readonly startedAt: Date
  readonly nowMs: number
  /** Ends the wait for the store: a status must come in any case. */
  readonly patience: AbortSignal
}

export async function serviceStatus({ service, startedAt, nowMs, patience }: StatusParts): Promise<Status> {
  const { collector, reporter, store, config, refusedReload } = service
  const receiving = nowMs - collector.aliveAtMs < STUCK_AFTER_MS
  const complaints: string[] = []
  if (!receiving) complaints.push(`the receiving thread has been stuck since ${isoTime(collector.aliveAtMs)}`)
  if (collector.paused) complaints.push("TCP senders must wait: the store has not accepted a batch for too long")
  for (const { what, sinceMs, reason } of reporter.troubles)
    complaints.push(`${what}, since ${isoTime(sinceMs)} (${reason})`)
  if (refusedReload !== undefined) {
    const { atMs, problems } = refusedReload
    complaints.push(
      `the reload at ${isoTime(atMs)} was refused; the previous rules and configuration stay in force (${problems.join("; ")})`,
    )
  }

  const digests: DigestStatus[] = []
  try {
    for (const { name, schedule, timeZone, pauseMs } of config.digests) {
      const overview = await unlessAborted(store.overview(name), patience)
      if (overview === undefined) continue
      digests.push(
        pauseMs === undefined
          ? digestStatus(overview, nextClose(schedule, timeZone, nowMs))
          : { ...digestStatus(overview, undefined), isSentAtOnce: true },
      )
      if (overview.retryAtMs !== undefined) {
        complaints.push(`digest ${name}: ${amount(overview.undelivered.length, "closed window")} not delivered yet`)
      }
    }
  } catch (error) {
    complaints.push(`cannot read the state of the digests from the store (${reasonOf(error)})`)
  }
  return {
    version: VERSION,
    startedAt: startedAt.toISOString(),
    receiving,
    healthy: complaints.length === 0,
    complaints,
    listeners: collector.start.bound,
    rules: collector.inForce.rules,
    quarantinedRules: collector.inForce.quarantined.map(({ problem }) => formatProblem(problem)),
    digests,
  }
}

function digestStatus(overview: DigestOverview, closesAtMs: number | undefined): DigestStatus {
  return {
    name: overview.digest,
    windowOpensAt: isoTime(overview.open.opensAtMs),
    windowClosesAt: closesAtMs === undefined ? undefined : isoTime(closesAtMs),
    reportedLines: overview.openReported,
    groups: overview.openGroups,
    undeliveredWindows: overview.undelivered.length,
    nextAttemptAt: overview.retryAtMs === undefined ? undefined : isoTime(overview.retryAtMs),
    hosts: Object.fromEntries(
      [...overview.hosts].map(([host, { firstMs: _, lastMs, ...counters }]) => [
        host,
        { ...counters, lastSeenAt: isoTime(lastMs) },
      ]),
    ),
  }
}
