/**
 * Windows in, a report out, with the digest's memory after them. Pure.
 *
 * Every line is in one entry of each of its sections, and in the accounts once.
 */

import type { DigestForms } from "../digest/digest-forms.ts"
import { digestEntries } from "../digest/entries.ts"
import type { Quarantined } from "../rules/rule.ts"
import { type HostCounters, mergeCounters, totalOf } from "../tally/counters.ts"
import { type DigestMemory, noMemory, type WaitingAccounts } from "../tally/digest-memory.ts"
import { mergeLosses } from "../tally/losses.ts"
import type { Pile } from "../tally/pile.ts"
import type { OnlyClass, Report } from "./report.ts"
import { wrongClocks } from "./wrong-clocks.ts"

export interface SummarySource {
  readonly digest: string
  /** What the digest takes, where it does not take all lines. */
  readonly only?: readonly OnlyClass[] | undefined
  readonly pile: Pile
  readonly quarantined: readonly Quarantined[]
  /** Undefined where there is none yet; `none` for log files, which have no windows before. */
  readonly memory: DigestMemory | undefined | "none"
  /** The end of a window that is still open. */
  readonly nowMs: number
  /** Serves many windows of one digest, one after the other. */
  readonly forms?: DigestForms | undefined
}

export interface Summary {
  readonly report: Report
  /** The memory after a mail of this report. */
  readonly mailed: DigestMemory
  /** The memory after the windows where no mail goes out: their accounts wait for the next one. */
  readonly unmailed: DigestMemory
}

/** Makes one report of at least one window, without the parts that need more than windows and memory. */
export function summarize({ digest, only, pile, quarantined, memory, nowMs, forms }: SummarySource): Summary {
  const oldest = pile.windows[0]
  const newest = pile.windows.at(-1)
  if (oldest === undefined || newest === undefined) throw new RangeError("a report needs a window")
  const closesAtMs = newest.closesAtMs ?? nowMs
  const before = memory === undefined || memory === "none" ? noMemory(oldest.opensAtMs) : memory
  const spanMs = closesAtMs - oldest.opensAtMs
  const digested = digestEntries({ tallies: pile.tallies, memory: before, spanMs, forms })
  const accounts = withWaiting(pile, before.waiting)
  const usual = new Map(before.waiting?.usual)
  for (const { news, program, count, layer } of digested.entries) {
    if (news === "usual" && layer === "system") usual.set(program, (usual.get(program) ?? 0) + count)
  }
  // A host is not new because of its first alarm.
  const seen = only === undefined ? pile.newHosts : []
  const newHosts = [...new Set([...(before.waiting?.newHosts ?? []), ...seen])].sort()
  const opensAtMs = before.waiting?.opensAtMs ?? oldest.opensAtMs
  const quietWindows = before.waiting?.windows ?? 0
  const waiting = { opensAtMs, windows: quietWindows + pile.windows.length, newHosts, usual, ...accounts }
  return {
    report: {
      digest,
      only,
      opensAtMs,
      closesAtMs,
      windows: pile.windows.length,
      quietWindows,
      history: memory === "none" ? "none" : before.windows > 0 ? "known" : "begins",
      entries: digested.entries,
      usual,
      newHosts,
      wrongClocks: wrongClocks(pile.tallies),
      accounts: { total: totalOf(accounts.hosts.values()), ...accounts },
      quarantined,
      suggestedRules: [],
    },
    mailed: { ...digested.memory, waiting: undefined, mailedAtMs: closesAtMs },
    unmailed: { ...digested.memory, waiting },
  }
}

function withWaiting({ hosts, losses }: Pile, waiting: WaitingAccounts | undefined) {
  if (waiting === undefined) return { hosts, losses }
  const sums = new Map<string, HostCounters>()
  for (const [host, counters] of [...waiting.hosts, ...hosts]) {
    const known = sums.get(host)
    if (known === undefined) sums.set(host, { ...counters })
    else mergeCounters(known, counters)
  }
  const lost = new Map(waiting.losses)
  mergeLosses(lost, losses)
  return { hosts: sums, losses: lost }
}
