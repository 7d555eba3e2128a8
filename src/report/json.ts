/** A report as JSON, for programs: the same data as the text. Instants are ISO 8601 in UTC. */

import { formatProblem } from "../problem.ts"
import type { RottenRule } from "../rot/rotten-rules.ts"
import { severityCounts, type Tally, worstSeverity } from "../tally/tally.ts"
import { isoTime } from "../text/iso-time.ts"
import { printableJson } from "../text/printable-json.ts"
import type { Report } from "./report.ts"

export function renderJson(report: Report): string {
  const { digest, windows, groups, newHosts, accounts, quarantined, refusedReload, rottenRules = [] } = report
  const document = {
    digest,
    opensAt: isoTime(report.opensAtMs),
    closesAt: isoTime(report.closesAtMs),
    windows,
    groups,
    sections: report.sections.map(({ title, layer, hosts, omitted }) => ({
      title,
      layer,
      hosts: hosts.map((host) => ({ ...host, groups: host.groups.map(groupDocument) })),
      omitted,
    })),
    newHosts,
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

function groupDocument(tally: Tally) {
  const { host: _host, firstMs, lastMs, severities: _severities, ...fields } = tally
  const severity = worstSeverity(tally)
  return { ...fields, first: isoTime(firstMs), last: isoTime(lastMs), severity, severities: severityCounts(tally) }
}
