/** Puts together what a running service says about itself. Reads only. */

import type { Config } from "../config/config.ts"
import type { DigestStatus, Status } from "../http/status.ts"
import { formatProblem } from "../problem.ts"
import { nextClose } from "../schedule.ts"
import type { DigestOverview } from "../store/store.ts"
import { unlessAborted } from "../unless-aborted.ts"
import { VERSION } from "../version.ts"
import type { Service } from "./assemble.ts"
import type { Reporter } from "./reporter.ts"

/** A collector shows every second that it turns; after this long it is stuck. */
const STUCK_AFTER_MS = 10_000

export interface StatusParts {
  readonly service: Pick<Service, "collector" | "store" | "refusedReload"> & {
    readonly reporter: Pick<Reporter, "troubles">
    readonly config: Pick<Config, "digests">
  }
  readonly startedAt: Date
  readonly nowMs: number
  /** How long the store may take to answer: who asks wants to hear that tamis lives in any case. */
  readonly patience: AbortSignal
}

export async function serviceStatus({ service, startedAt, nowMs, patience }: StatusParts): Promise<Status> {
  const { collector, reporter, store, config, refusedReload } = service
  const receiving = nowMs - collector.aliveAtMs < STUCK_AFTER_MS
  const complaints: string[] = []
  if (!receiving) complaints.push(`the receiving thread has not moved since ${iso(collector.aliveAtMs)}`)
  if (collector.paused) complaints.push("stream senders are held back: the store has not taken a batch for too long")
  for (const { what, sinceMs, reason } of reporter.troubles)
    complaints.push(`${what}, since ${iso(sinceMs)} (${reason})`)
  if (refusedReload !== undefined) {
    const { atMs, problems } = refusedReload
    complaints.push(
      `the reload at ${iso(atMs)} was refused, and what was in force before still is (${problems.join("; ")})`,
    )
  }

  const digests: DigestStatus[] = []
  try {
    for (const { name, schedule, timeZone } of config.digests) {
      const overview = await unlessAborted(store.overview(name), patience)
      if (overview === undefined) continue
      digests.push(digestStatus(overview, nextClose(schedule, timeZone, nowMs)))
      if (overview.retryAtMs !== undefined) {
        complaints.push(`digest ${name}: ${overview.undelivered.length} closed windows wait for delivery`)
      }
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    complaints.push(`the store does not tell how digests are (${reason})`)
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
    windowOpensAt: iso(overview.open.opensAtMs),
    windowClosesAt: closesAtMs === undefined ? undefined : iso(closesAtMs),
    reportedLines: overview.openReported,
    groups: overview.openGroups,
    undeliveredWindows: overview.undelivered.length,
    nextAttemptAt: overview.retryAtMs === undefined ? undefined : iso(overview.retryAtMs),
    hosts: Object.fromEntries(
      [...overview.hosts].map(([host, { received, ignored, reported, rejected, lastMs }]) => [
        host,
        { received, ignored, reported, rejected, lastSeenAt: iso(lastMs) },
      ]),
    ),
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
