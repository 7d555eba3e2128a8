/** Windows as a store would return them, for tests of reports: counters always agree with tallies. */

import { isAscii } from "node:buffer"
import type { Report } from "../../src/report/report.ts"
import { summarize } from "../../src/report/summarize.ts"
import type { Quarantined } from "../../src/rules/rule.ts"
import type { Verdict } from "../../src/rules/verdict.ts"
import type { HostCounters } from "../../src/tally/counters.ts"
import { mergeCounters, noCounters } from "../../src/tally/counters.ts"
import type { DigestMemory } from "../../src/tally/digest-memory.ts"
import { fingerprint } from "../../src/tally/fingerprint.ts"
import type { Loss } from "../../src/tally/losses.ts"
import { pileUp } from "../../src/tally/pile.ts"
import { noSeverities, type Tally } from "../../src/tally/tally.ts"
import { TallyBook } from "../../src/tally/tally-book.ts"
import type { WindowContents } from "../../src/tally/window.ts"

export type TallyFields = Partial<Tally> & Pick<Tally, "host">

/** A tally of one line at `firstMs`, unless told otherwise. */
export function makeTally(fields: TallyFields): Tally {
  const tally = {
    layer: "system" as const,
    sections: ["System Events"],
    program: "",
    template: fields.samples?.[0] ?? "",
    rules: [],
    coarseness: 0 as const,
    count: 1,
    firstMs: 0,
    lastMs: fields.firstMs ?? 0,
    severities: noSeverities(),
    values: [],
    samples: [],
    ...fields,
  }
  const { host, layer, sections, template } = tally
  return { fingerprint: fingerprint(host, layer, sections, template), ...tally }
}

export interface ReportFields {
  readonly digest?: string
  readonly quarantined?: readonly Quarantined[] | undefined
  /** Windows before, one mail each. None: the digest has no history yet. */
  readonly before?: readonly WindowContents[] | undefined
  readonly nowMs?: number
}

/** The report of windows, by default of a digest without a history. */
export function reportOf(windows: readonly WindowContents[], fields: ReportFields = {}): Report {
  const { digest = "default", quarantined = [], before = [], nowMs = 0 } = fields
  let memory: DigestMemory | undefined
  for (const window of before) {
    memory = summarize({ digest, pile: pileUp([window]), quarantined, memory, nowMs }).mailed
  }
  return summarize({ digest, pile: pileUp(windows), quarantined, memory, nowMs }).report
}

/** A report of nothing, for couriers that do not read it. */
export function makeReport(): Report {
  return reportOf([makeWindow({})])
}

export interface WindowFields {
  readonly id?: number
  readonly opensAtMs?: number
  readonly closesAtMs?: number
  readonly tallies?: readonly Tally[]
  /** Lines that rules knew, by host. */
  readonly ignored?: Readonly<Record<string, number>>
  /** Empty messages, by host. */
  readonly rejected?: Readonly<Record<string, number>>
  readonly unjudged?: Readonly<Record<string, number>>
  readonly losses?: Readonly<Partial<Record<Loss, number>>>
  readonly newHosts?: readonly string[]
}

export function makeWindow(fields: WindowFields): WindowContents {
  const opensAtMs = fields.opensAtMs ?? 0
  const closesAtMs = fields.closesAtMs ?? opensAtMs + 3_600_000
  const hosts = new Map<string, HostCounters>()
  function count(host: string, part: Partial<HostCounters>): void {
    const counters = {
      ...noCounters(opensAtMs, closesAtMs - 1),
      ...part,
    }
    const known = hosts.get(host)
    if (known === undefined) hosts.set(host, counters)
    else mergeCounters(known, counters)
  }
  const { tallies = [], ignored = {}, rejected = {}, unjudged = {}, losses = {}, newHosts = [] } = fields
  for (const tally of tallies) count(tally.host, { received: tally.count, reported: tally.count })
  for (const [host, lines] of Object.entries(ignored)) count(host, { received: lines, ignored: lines })
  for (const [host, lines] of Object.entries(rejected)) count(host, { received: lines, rejected: lines })
  for (const [host, lines] of Object.entries(unjudged)) count(host, { unjudged: lines })
  return {
    window: { id: fields.id ?? 1, opensAtMs, closesAtMs },
    tallies,
    hosts,
    losses: new Map(Object.entries(losses) as [Loss, number][]),
    newHosts,
  }
}

/** Lines of logs as a collector counts them, for tests where masks and their values matter. */
export interface LogLine {
  readonly atMs: number
  readonly text: string
  /** Lines just like it. */
  readonly times?: number
}

const REPORTED: Verdict = { layer: "system", sections: ["System Events"], rules: [], unjudged: false }

/** The window of lines in the classic format, which no rule knows. */
export function logWindow(lines: readonly LogLine[], fields: WindowFields = {}): WindowContents {
  const book = new TallyBook()
  for (const { atMs, text, times = 1 } of lines) {
    const [, host = "", program = ""] = /^\w{3} [ \d]\d [\d:]{8} (\S+) ([^\s:[]+)/.exec(text) ?? []
    const bytes = Buffer.from(text)
    for (let n = 0; n < times; n += 1) book.reported(host, REPORTED, program, { bytes, ascii: isAscii(bytes) }, atMs)
  }
  return makeWindow({ ...fields, tallies: [...(fields.tallies ?? []), ...(book.take()?.tallies ?? [])] })
}
