/**
 * Makes the report that is mailed, from windows and from the store's memory of earlier windows.
 *
 * A report of a flood takes seconds. Between its steps the thread does its other work: it stores batches and answers
 * health checks.
 */
import { setImmediate } from "node:timers/promises"
import type { DigestConfig } from "../config/config.ts"
import type { MadeReport } from "../deliver/outbox.ts"
import { isQuiet, type RefusedReload, type Report } from "../report/report.ts"
import { type Summary, summarize } from "../report/summarize.ts"
import type { RottenRule } from "../rot/rotten-rules.ts"
import type { Quarantined, RuleSet } from "../rules/rule.ts"
import type { TallyStore } from "../store/store.ts"
import { alarmingIn } from "../suggest/alarming.ts"
import { attachedRules as makeRuleFile } from "../suggest/attached-rules.ts"
import { mailLeftovers } from "../suggest/mail-leftovers.ts"
import { unaskedRules } from "../suggest/unasked.ts"
import type { PastWindow } from "../tally/past-window.ts"
import type { Pile } from "../tally/pile.ts"

export interface ReportSettings {
  readonly digest: Pick<DigestConfig, "name" | "only" | "pauseMs" | "suggestedRules" | "attachRules">
  readonly quarantined: readonly Quarantined[]
  /** All rule sets that hosts use, by name. */
  readonly ruleSets: ReadonlyMap<string, RuleSet>
  readonly refusedReload: RefusedReload | undefined
  /** Finds rules that stopped matching, from the reported windows and the remembered earlier ones. */
  readonly findRot: (pile: Pile, past: readonly PastWindow[], nowMs: number) => Promise<readonly RottenRule[]>
}

/** Makes the report of at least one window. */
export async function makeReport(
  pile: Pile,
  settings: ReportSettings,
  store: Pick<TallyStore, "remembered" | "memory">,
  nowMs: number,
): Promise<MadeReport> {
  const { digest, quarantined } = settings
  const memory = await store.memory(digest.name)
  const summary = summarize({ digest: digest.name, only: digest.only, pile, quarantined, memory, nowMs })
  return completeReport(
    { ...summary, report: withHeldBack(summary.report, digest.pauseMs) },
    pile,
    settings,
    store,
    nowMs,
  )
}

/**
 * In a digest that is sent at once, lines that are older when their window closes were held back: without a pause, a window
 * closes within 17 s of its first line (10 s to gather lines, 5 s until it is looked at, 2 s for lines on their way).
 */
const AT_ONCE_MS = 20_000

function withHeldBack(report: Report, pauseMs: number | undefined): Report {
  const { windows, closesAtMs, accounts } = report
  const isHeldBack = pauseMs !== undefined && windows === 1 && closesAtMs - accounts.total.firstMs > AT_ONCE_MS
  return isHeldBack ? { ...report, heldBackMs: pauseMs } : report
}

/** Adds the parts of the report that need more than windows and memory. */
export async function completeReport(
  summary: Summary,
  pile: Pile,
  { digest, ruleSets, refusedReload, findRot }: ReportSettings,
  store: Pick<TallyStore, "remembered">,
  nowMs: number,
): Promise<MadeReport> {
  if (isQuiet(summary.report)) return { ...summary, report: { ...summary.report, refusedReload } }
  await setImmediate()
  const past = await store.remembered(digest.name)
  const suggested = await suggestions(pile, past, digest, ruleSets)
  const rottenRules = await findRot(pile, past, nowMs)
  const report = { ...summary.report, refusedReload, ...suggested, rottenRules }
  return { ...summary, report }
}

async function suggestions(
  pile: Pile,
  past: readonly PastWindow[],
  { suggestedRules, attachRules }: ReportSettings["digest"],
  ruleSets: ReportSettings["ruleSets"],
): Promise<Pick<Report, "suggestedRules" | "attachedRules">> {
  if (suggestedRules === 0 && !attachRules) return { suggestedRules: [] }
  const leftovers = mailLeftovers(pile, past)
  await setImmediate()
  const alarming = alarmingIn(ruleSets)
  const rules = unaskedRules(leftovers, suggestedRules, alarming)
  await setImmediate()
  const attachedRules = attachRules ? makeRuleFile(leftovers, ruleSets, alarming) : undefined
  await setImmediate()
  return { suggestedRules: rules, attachedRules }
}
