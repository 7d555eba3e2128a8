/**
 * The accounts at the end of a mail, where one can see that no line is missing.
 *
 *     received = ignored + reported + rejected
 *        8,412     8,381         31          0  12 hosts in all
 *        5,000     4,980         20          0  router
 *        2,000     1,989         11          0  web1
 *        1,412     1,412          0          0  10 further hosts
 */
import { COUNTER_NAMES, COUNTERS, type CounterName, type HostCounters, totalOf } from "../tally/counters.ts"
import { amount, grouped } from "../text/amount.ts"
import { name } from "./entry-text.ts"
import type { Accounts } from "./report.ts"

/** Hosts with a row of their own. Of more hosts, only those with most lines to read have one. */
const MAX_HOST_ROWS = 6
const MAX_LEADING_ROWS = 3

export interface AccountRow {
  readonly label: string
  readonly counters: HostCounters
  /** Its part of the lines to read, 0 to 1, which the page shows as a bar; undefined where none stands: for the sum, and for a single host. */
  readonly share: number | undefined
}

export interface AccountColumn {
  readonly counter: CounterName
  /** Before its title: `=` or `+`. */
  readonly sign: string
}

/** Promise 1, from left to right. */
export const ACCOUNT_COLUMNS: readonly AccountColumn[] = COUNTER_NAMES.flatMap((counter) => {
  const sign = COUNTERS[counter].account
  return sign === undefined ? [] : [{ counter, sign }]
})

/** Sentences for what the table's words leave open. */
export function accountNotes({ total }: Accounts): string[] {
  return COUNTER_NAMES.flatMap((counter) => {
    const { note } = COUNTERS[counter]
    return note === undefined || total[counter] === 0 ? [] : [note(total[counter])]
  })
}

/** All hosts, then those with most to read, then the sum of the others. */
export function accountRows({ total, hosts }: Accounts): readonly AccountRow[] {
  if (hosts.size === 1) return [...hosts].map(([host, counters]) => ({ label: name(host), counters, share: undefined }))
  const eventful = [...hosts]
    .filter(([, counters]) => counters.reported + counters.rejected > 0)
    .sort(([, a], [, b]) => b.reported + b.rejected - (a.reported + a.rejected))
    .slice(0, hosts.size > MAX_HOST_ROWS ? MAX_LEADING_ROWS : MAX_HOST_ROWS)
  const row = (label: string, counters: HostCounters) => {
    return { label, counters, share: total.reported === 0 ? undefined : counters.reported / total.reported }
  }
  const all = hosts.size === 0 ? "no host" : `${amount(hosts.size, "host")} in all`
  const rows: AccountRow[] = [{ label: all, counters: total, share: undefined }]
  rows.push(...eventful.map(([host, counters]) => row(name(host), counters)))
  const shown = new Set(eventful.map(([host]) => host))
  const others = [...hosts].filter(([host]) => !shown.has(host))
  if (eventful.length > 0 && others.length > 0) {
    rows.push(row(amount(others.length, "further host"), totalOf(others.map(([, counters]) => counters))))
  }
  return rows
}

/** The table as text. */
export function accountsTable(rows: readonly AccountRow[]): string {
  const columns = ACCOUNT_COLUMNS.map(({ counter, sign }) => {
    const cells = [counter, ...rows.map(({ counters }) => grouped(counters[counter]))]
    const width = Math.max(...cells.map((cell) => cell.length))
    const gap = sign === "" ? "" : "   "
    return cells.map((cell, row) => `${row === 0 && sign !== "" ? ` ${sign} ` : gap}${cell.padStart(width)}`)
  })
  const labels = ["", ...rows.map(({ label }) => `  ${label}`)]
  return labels.map((label, row) => `${columns.map((cells) => cells[row]).join("")}${label}\n`).join("")
}
