/**
 * The accounts at the end of a mail, where one can see that no line is missing.
 *
 *     received = ignored + reported + rejected
 *        8,412     8,381         31          0  12 hosts in all
 *        5,000     4,980         20          0  router
 *        2,000     1,989         11          0  web1
 *        1,412     1,412          0          0  10 further hosts
 */
import type { HostCounters } from "../tally/batch.ts"
import { amount, grouped } from "../text/amount.ts"
import { name } from "./layout.ts"
import type { Accounts } from "./report.ts"
import { totalOf } from "./total.ts"

/** More rows than these would be read by nobody: the other hosts are summed in one. */
const MAX_HOST_ROWS = 30

export interface AccountRow {
  readonly label: string
  readonly counters: HostCounters
}

/** Promise 1, from left to right. */
export const ACCOUNT_COLUMNS = ["received", "ignored", "reported", "rejected"] as const

/** What the table's words leave open. */
export function accountNotes({ total }: Accounts): string[] {
  const notes: string[] = []
  if (total.rejected > 0) notes.push("Rejected are messages with nothing in them that could be judged.")
  if (total.unjudged > 0) {
    notes.push(
      `${amount(total.unjudged, "reported line")} could not be judged: ` +
        "the rules would have taken more memory or time than they may. Such lines are reported rather than lost.",
    )
  }
  return notes
}

/** All hosts, then those with something to say, then what the others add up to. */
export function accountRows({ total, hosts }: Accounts): readonly AccountRow[] {
  if (hosts.size === 1) return [...hosts].map(([host, counters]) => ({ label: name(host), counters }))
  const eventful = [...hosts]
    .filter(([, counters]) => counters.reported + counters.rejected > 0)
    .sort(([, a], [, b]) => b.reported + b.rejected - (a.reported + a.rejected))
    .slice(0, MAX_HOST_ROWS)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  const rows = eventful.map(([host, counters]) => ({ label: name(host), counters }))
  rows.unshift({ label: hosts.size === 0 ? "no host" : `${amount(hosts.size, "host")} in all`, counters: total })
  const told = new Set(eventful.map(([host]) => host))
  const others = [...hosts].filter(([host]) => !told.has(host))
  if (eventful.length > 0 && others.length > 0) {
    rows.push({
      label: amount(others.length, "further host"),
      counters: totalOf(others.map(([, counters]) => counters)),
    })
  }
  return rows
}

/** The table as text. */
export function accountsTable(rows: readonly AccountRow[]): string {
  const [received, ignored, reported, rejected] = ACCOUNT_COLUMNS.map((name) =>
    column(name, rows, (counters) => counters[name]),
  )
  const lines = [
    `${received![0]} = ${ignored![0]} + ${reported![0]} + ${rejected![0]}`,
    ...rows.map(({ label }, row) => {
      const at = row + 1
      return `${received![at]}   ${ignored![at]}   ${reported![at]}   ${rejected![at]}  ${label}`
    }),
  ]
  return lines.map((line) => `${line}\n`).join("")
}

/** The title and the numbers below it, right-aligned. */
function column(title: string, rows: readonly AccountRow[], number: (counters: HostCounters) => number): string[] {
  const cells = [title, ...rows.map(({ counters }) => grouped(number(counters)))]
  const width = Math.max(...cells.map((cell) => cell.length))
  return cells.map((cell) => cell.padStart(width))
}
