/** A report as JSON, for programs: the same data that the text shows. Instants are ISO 8601 in UTC. */

import { formatProblem } from "../problem.ts"
import type { RottenRule } from "../rot/rotten-rules.ts"
import type { Tally } from "../tally/tally.ts"
import { printableJson } from "../text/printable-json.ts"
import type { Report } from "./report.ts"

export function renderJson(report: Report): string {
  const { digest, windows, groups, newHosts, accounts, quarantined, refusedReload, rottenRules = [] } = report
  const document = {
    digest,
    opensAt: iso(report.opensAtMs),
    closesAt: iso(report.closesAtMs),
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
    ...(refusedReload && { refusedReload: { at: iso(refusedReload.atMs), problems: refusedReload.problems } }),
    suggestedRules: report.suggestedRules,
  }
  return printableJson(document)
}

function rottenDocument({ rule, record, groups, proposal }: RottenRule) {
  return {
    file: rule.path,
    line: rule.line,
    text: rule.text,
    lastHitAt: iso(record.lastMs),
    hits: record.hits,
    sample: record.sample,
    groups: groups.map((group) => ({ host: group.host, ...groupDocument(group) })),
    ...(proposal && { proposal: proposal.pattern, isChange: proposal.isChange }),
  }
}

function groupDocument({ host: _, firstMs, lastMs, ...tally }: Tally) {
  return { ...tally, first: iso(firstMs), last: iso(lastMs) }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
