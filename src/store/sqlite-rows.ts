/**
 * Reads rows of the SQLite store. A row of another shape is a bug, and throws.
 */

import { SEVERITIES } from "../syslog/severity.ts"
import { COUNTER_NAMES, type HostCounters, noCounters } from "../tally/counters.ts"
import type { Loss } from "../tally/losses.ts"
import { isLoss } from "../tally/losses.ts"
import type { Tally } from "../tally/tally.ts"
import type { WindowSpan } from "../tally/window.ts"
import type { RuleRecord } from "./rule-history.ts"
import { readTally } from "./stored-tally.ts"

export type Row = Readonly<Record<string, unknown>>

export function span(row: Row): WindowSpan {
  return {
    id: integer(row, "id"),
    opensAtMs: integer(row, "opens_at_ms"),
    closesAtMs: optionalInteger(row, "closes_at_ms"),
  }
}

/** In the order in which they were inserted. Row by row: a large window is not held twice. */
export function tallies(rows: Iterable<Row>): readonly Tally[] {
  return Array.from(rows, (row) => ({ rowId: integer(row, "rowid"), tally: tally(row) }))
    .sort((one, other) => one.rowId - other.rowId)
    .map((each) => each.tally)
}

function tally(row: Row): Tally {
  return readTally({
    fingerprint: text(row, "fingerprint"),
    constant: text(row, "tally"),
    count: integer(row, "count"),
    firstMs: integer(row, "first_ms"),
    lastMs: integer(row, "last_ms"),
    severities: SEVERITIES.map((name) => integer(row, name)),
    values: text(row, "place_values"),
    samples: text(row, "samples"),
  })
}

export function hosts(rows: readonly Row[]): Map<string, HostCounters> {
  return new Map(rows.map((row) => [text(row, "host"), counters(row)]))
}

function counters(row: Row): HostCounters {
  const result = noCounters(integer(row, "first_ms"), integer(row, "last_ms"))
  for (const name of COUNTER_NAMES) result[name] = integer(row, name)
  return result
}

export function ruleRecord(row: Row): RuleRecord {
  return {
    hits: integer(row, "hits"),
    firstMs: integer(row, "first_ms"),
    lastMs: integer(row, "last_ms"),
    gapMs: integer(row, "gap_ms"),
    days: integer(row, "days"),
    sample: text(row, "sample"),
  }
}

export function losses(rows: readonly Row[]): Map<Loss, number> {
  const sums = new Map<Loss, number>()
  for (const row of rows) {
    const name = text(row, "loss")
    if (isLoss(name)) sums.set(name, integer(row, "count"))
  }
  return sums
}

export function text(row: Row, column: string): string {
  const value = row[column]
  if (typeof value !== "string") throw new TypeError(`column ${column} is not text`)
  return value
}

export function integer(row: Row, column: string): number {
  const value = row[column]
  if (typeof value !== "number") throw new TypeError(`column ${column} is not a number`)
  return value
}

export function optionalInteger(row: Row, column: string): number | undefined {
  return row[column] === null ? undefined : integer(row, column)
}
