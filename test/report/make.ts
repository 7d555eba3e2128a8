/** Windows as a store would return them, for tests of reports: counters always agree with tallies. */

import type { Report } from "../../src/report/report.ts"
import { summarize } from "../../src/report/summarize.ts"
import type { HostCounters } from "../../src/tally/counters.ts"
import { mergeCounters, noCounters } from "../../src/tally/counters.ts"
import { fingerprint } from "../../src/tally/fingerprint.ts"
import type { Loss } from "../../src/tally/losses.ts"
import { pileUp } from "../../src/tally/pile.ts"
import { noSeverities, type Tally } from "../../src/tally/tally.ts"
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

/** A report of nothing, for couriers that do not read it. */
export function makeReport(): Report {
  return summarize("default", pileUp([makeWindow({})]), [], { maxBytes: 10_000, nowMs: 0 })
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
