/**
 * Windows become the report that is mailed: what they counted, and beside it what the store remembers of earlier ones.
 *
 * Windows that somebody flooded take seconds. Between the steps the thread does what else there is to do: it stores
 * batches, and answers for its health.
 */
import { setImmediate } from "node:timers/promises"
import type { DigestConfig } from "../config/config.ts"
import { isQuiet, type RefusedReload, type Report } from "../report/report.ts"
import { summarize } from "../report/summarize.ts"
import type { RottenRule } from "../rot/rotten-rules.ts"
import type { Quarantined, RuleSet } from "../rules/rule.ts"
import type { TallyStore } from "../store/store.ts"
import { attachedRules } from "../suggest/attached-rules.ts"
import { mailLeftovers } from "../suggest/mail-leftovers.ts"
import { unaskedRules } from "../suggest/unasked.ts"
import type { PastWindow } from "../tally/past-window.ts"
import type { Pile } from "../tally/pile.ts"

export interface ReportSettings {
  readonly digest: Pick<DigestConfig, "name" | "maxBytes" | "suggestedRules" | "attachRules">
  readonly quarantined: readonly Quarantined[]
  /** All that hosts use, by name. */
  readonly ruleSets: ReadonlyMap<string, RuleSet>
  readonly refusedReload: RefusedReload | undefined
  /** Looks for rules that began to fail: in the windows that are reported, beside what is remembered of earlier ones. */
  readonly findRot: (pile: Pile, past: readonly PastWindow[], nowMs: number) => Promise<readonly RottenRule[]>
}

/** Makes the report of at least one window. */
export async function makeReport(
  pile: Pile,
  { digest, quarantined, ruleSets, refusedReload, findRot }: ReportSettings,
  store: Pick<TallyStore, "remembered">,
  nowMs: number,
): Promise<Report> {
  const summary = summarize(digest.name, pile, quarantined, { maxBytes: digest.maxBytes, nowMs })
  if (isQuiet(summary)) return { ...summary, refusedReload }
  await setImmediate()
  const past = await store.remembered(digest.name)
  const leftovers = mailLeftovers(pile, past)
  await setImmediate()
  const suggested = unaskedRules(leftovers, digest.suggestedRules)
  await setImmediate()
  const attached = digest.attachRules ? attachedRules(leftovers, ruleSets) : undefined
  await setImmediate()
  const rottenRules = await findRot(pile, past, nowMs)
  return { ...summary, refusedReload, suggestedRules: suggested, attachedRules: attached, rottenRules }
}
