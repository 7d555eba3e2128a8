/** A report as JSON, for programs: the same data that the text shows. Instants are ISO 8601 in UTC. */
import { formatProblem } from "../problem.ts"
import type { Tally } from "../tally/tally.ts"
import type { Report } from "./report.ts"

export function renderJson(report: Report): string {
  const { digest, windows, groups, newHosts, accounts, quarantined } = report
  const document = {
    digest,
    opensAt: iso(report.opensAtMs),
    closesAt: iso(report.closesAtMs),
    windows,
    groups,
    sections: report.sections.map(({ title, hosts, omitted }) => ({
      title,
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
  }
  // JSON escapes the controls below U+0020 by itself; these would reach a terminal as they are.
  const text = JSON.stringify(document, undefined, 2).replace(
    /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    escapeCharacter,
  )
  return `${text}\n`
}

function groupDocument({ host: _, firstMs, lastMs, ...tally }: Tally) {
  return { ...tally, first: iso(firstMs), last: iso(lastMs) }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`
}
