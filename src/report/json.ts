/** A report as JSON, for programs: the same data as the text. Instants are ISO 8601 in UTC. */

import type { DigestEntry } from "../digest/entry.ts"
import { formatProblem } from "../problem.ts"
import type { RottenRule } from "../rot/rotten-rules.ts"
import { SEVERITIES } from "../syslog/severity.ts"
import { severityCounts, type Tally } from "../tally/tally.ts"
import { isoTime } from "../text/iso-time.ts"
import { printableJson } from "../text/printable-json.ts"
import { newsOf, type Report } from "./report.ts"

export function renderJson(report: Report): string {
  const { digest, windows, quietWindows, newHosts, wrongClocks, accounts, quarantined } = report
  const { refusedReload, rottenRules = [] } = report
  const document = {
    digest,
    ...(report.only && { only: report.only }),
    opensAt: isoTime(report.opensAtMs),
    closesAt: isoTime(report.closesAtMs),
    windows,
    quietWindows,
    news: newsOf(report),
    entries: report.entries.map(entryDocument),
    usual: Object.fromEntries(report.usual),
    newHosts,
    wrongClocks: wrongClocks.map(({ host, said, receivedMs }) => ({ host, said, received: isoTime(receivedMs) })),
    accounts: {
      total: accounts.total,
      hosts: Object.fromEntries(accounts.hosts),
      losses: Object.fromEntries(accounts.losses),
    },
    quarantined: quarantined.map(({ problem }) => formatProblem(problem)),
    rottenRules: rottenRules.map(rottenDocument),
    ...(refusedReload && { refusedReload: { at: isoTime(refusedReload.atMs), problems: refusedReload.problems } }),
    suggestedRules: report.suggestedRules,
  }
  return printableJson(document)
}

/** One entry, as `report`, `scan` and `replay` print it. */
export function entryDocument(entry: DigestEntry) {
  const { form, topic, firstMs, lastMs, severities, places, end, ...fields } = entry
  return {
    ...fields,
    alarm: topic,
    ...(end !== undefined && { ended: end === "lasts" ? null : isoTime(end.atMs) }),
    template: form,
    first: isoTime(firstMs),
    last: isoTime(lastMs),
    severity: SEVERITIES[severities.findIndex((count) => count > 0)],
    severities: severityCounts({ severities: [...severities] }),
    values: places.map(({ mask, distinct, isExact, top, range }) => ({ mask, distinct, exact: isExact, top, range })),
  }
}

function rottenDocument({ rule, record, groups, proposal }: RottenRule) {
  return {
    file: rule.path,
    line: rule.line,
    text: rule.text,
    lastHitAt: isoTime(record.lastMs),
    hits: record.hits,
    sample: record.sample,
    groups: groups.map((group) => ({ host: group.host, ...groupDocument(group) })),
    ...(proposal && { proposal: proposal.pattern, isChange: proposal.isChange }),
  }
}

function groupDocument({ firstMs, lastMs, count, template, samples }: Tally) {
  return { template, count, first: isoTime(firstMs), last: isoTime(lastMs), samples }
}
