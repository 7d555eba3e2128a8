/**
 * Windows in, the mails of them out, as the outbox would have sent them. The digest's memory and its earlier windows are kept
 * here instead of in a store.
 *
 * Rules that stopped matching are not looked for: a log does not tell how often a rule matched before it begins.
 */

import type { DigestConfig } from "../config/config.ts"
import { isWorthAMail } from "../deliver/worth-a-mail.ts"
import { DigestForms } from "../digest/digest-forms.ts"
import { composeDocument } from "../report/compose-document.ts"
import type { Document } from "../report/document.ts"
import { newsOf, type Report } from "../report/report.ts"
import { subject } from "../report/subject.ts"
import { type Summary, summarize } from "../report/summarize.ts"
import { renderText } from "../report/text.ts"
import type { Quarantined, RuleSet } from "../rules/rule.ts"
import { completeReport } from "../service/make-report.ts"
import type { DigestMemory } from "../tally/digest-memory.ts"
import { forgetBeforeMs, type PastWindow, pastWindow } from "../tally/past-window.ts"
import type { Pile } from "../tally/pile.ts"
import type { WindowSpan } from "../tally/window.ts"
import type { DigestWindows } from "./digest-windows.ts"

export interface RulesOfReplay {
  readonly quarantined: readonly Quarantined[]
  readonly ruleSets: ReadonlyMap<string, RuleSet>
}

export interface ReplayedMail {
  readonly report: Report
  readonly news: ReturnType<typeof newsOf>
  readonly subject: string
  readonly text: string
  readonly textLines: number
  /** Those that the mail shows, in its order. Lines as usual have one paragraph instead. */
  readonly entries: Report["entries"]
  /** Entries for which maxSize has no room. */
  readonly leftOut: number
}

/** A closed window. */
export interface ReplayedWindow {
  readonly opensAtMs: number
  readonly closesAtMs: number
  /** Undefined where no mail would have gone out. */
  readonly mail: ReplayedMail | undefined
}

/** Yields each window of the digest with its mail, the oldest first. */
export async function* replayMails(windows: DigestWindows, rules: RulesOfReplay): AsyncGenerator<ReplayedWindow> {
  const { digest } = windows
  let memory: DigestMemory | undefined
  let past: readonly PastWindow[] = []
  const forms = new DigestForms()
  for (const { window, ...pile } of windows.closed()) {
    const { opensAtMs, closesAtMs } = window
    const nowMs = closesAtMs
    const { quarantined } = rules
    const summary = summarize({ digest: digest.name, only: digest.only, pile, quarantined, memory, nowMs, forms })
    const isMailed = isWorthAMail(summary.report, digest, summary.unmailed)
    const mail = isMailed ? await compose(summary, pile, { digest, rules, past, nowMs }) : undefined
    memory = isMailed ? summary.mailed : summary.unmailed
    past = remember(past, window, pile)
    yield { opensAtMs, closesAtMs, mail }
  }
}

interface Circumstances {
  readonly digest: DigestConfig
  readonly rules: RulesOfReplay
  readonly past: readonly PastWindow[]
  readonly nowMs: number
}

async function compose(
  summary: Summary,
  pile: Pile,
  { digest, rules, past, nowMs }: Circumstances,
): Promise<ReplayedMail> {
  const settings = {
    ...rules,
    // Nobody sees the attachment.
    digest: { ...digest, attachRules: false },
    refusedReload: undefined,
    findRot: async () => [],
  }
  const { report } = await completeReport(summary, pile, settings, { remembered: async () => past }, nowMs)
  const document = composeDocument(report, digest.timeZone, digest.maxBytes)
  const text = renderText(document)
  const shown = shownIds(document)
  const isUsual = ({ news, layer }: Report["entries"][number]) => news === "usual" && layer === "system"
  return {
    report,
    news: newsOf(report),
    subject: subject(report, digest.subject),
    text,
    textLines: text.split("\n").length - 1,
    entries: report.entries.filter(({ id }) => shown.has(id)),
    leftOut: report.entries.filter((entry) => !shown.has(entry.id) && !isUsual(entry)).length,
  }
}

function shownIds({ parts }: Document): ReadonlySet<string> {
  const passages = parts.flatMap((part) => part.passages)
  return new Set(passages.flatMap((passage) => (passage.kind === "entries" ? passage.entries.map(({ id }) => id) : [])))
}

function remember(past: readonly PastWindow[], window: WindowSpan, pile: Pile): readonly PastWindow[] {
  const { tallies, hosts, losses } = pile
  const latest = pastWindow({ window, tallies, hosts, losses, newHosts: [] })
  if (latest === undefined) return past
  const beforeMs = forgetBeforeMs(latest)
  return [...past.filter(({ closesAtMs }) => closesAtMs >= beforeMs), latest]
}
