/**
 * The counters of a host: all there are, in the order of the accounts.
 *
 * Batches, the columns of the SQLite store, the fields of the Redis store, status, JSON and the mail's table follow
 * from this list. A new counter is one entry here and its increment in tally-book.ts: stores take it up when they open,
 * with 0 for the past. A name stays: stores keep it. It is a column's name, so it holds lower-case letters and "_"
 * only.
 */
import { amount } from "../text/amount.ts"

export interface CounterDefinition {
  readonly unit: "message" | "line"
  /** What it means, in one line, for documentation and metrics. */
  readonly meaning: string
  /**
   * The sign before its column in the accounts, which read `received = ignored + reported + rejected`. Undefined: no
   * column.
   */
  readonly account: "" | "=" | "+" | undefined
  /** Says below the accounts what their words leave open, where there are any. */
  readonly note: ((count: number) => string) | undefined
}

export const COUNTERS = {
  received: { unit: "message", meaning: "received from this host", account: "", note: undefined },
  ignored: {
    unit: "line",
    meaning: "known to be normal, by a rule or as lines about mails of tamis",
    account: "=",
    note: undefined,
  },
  reported: { unit: "line", meaning: "in the report", account: "+", note: undefined },
  rejected: {
    unit: "message",
    meaning: "empty: nothing in it to judge",
    account: "+",
    note: () => "Rejected messages were empty: there was nothing in them to judge.",
  },
  unjudged: {
    unit: "line",
    meaning: "reported because the rules could not judge it",
    account: undefined,
    note: (count) =>
      `The rules could not judge ${amount(count, "reported line")}: they would have taken more memory or time than allowed. ` +
      "Such lines are reported rather than lost.",
  },
  own_mail: {
    unit: "line",
    meaning: "ignored because a mail server wrote it about a mail of tamis",
    account: undefined,
    note: (count) =>
      `${amount(count, "ignored line")} of mail servers ${count === 1 ? "is" : "are"} about mails of tamis.`,
  },
} as const satisfies Readonly<Record<string, CounterDefinition>>

export type CounterName = keyof typeof COUNTERS

/** In the order of the list. */
export const COUNTER_NAMES = Object.keys(COUNTERS) as readonly CounterName[]

/** The numbers of one host, and when its first and last message came. `received = ignored + reported + rejected`. */
export type HostCounters = Record<CounterName, number> & { firstMs: number; lastMs: number }

const ZEROS = Object.fromEntries(COUNTER_NAMES.map((name) => [name, 0])) as Readonly<Record<CounterName, number>>

/** Counters of a host that nothing came from, between these instants. */
export function noCounters(firstMs: number, lastMs: number): HostCounters {
  return { ...ZEROS, firstMs, lastMs }
}

export function mergeCounters(into: HostCounters, from: HostCounters): void {
  for (const name of COUNTER_NAMES) into[name] += from[name]
  into.firstMs = Math.min(into.firstMs, from.firstMs)
  into.lastMs = Math.max(into.lastMs, from.lastMs)
}

/** Sums counters. The sum of none is zero, its span empty. */
export function totalOf(counters: Iterable<HostCounters>): HostCounters {
  const total = noCounters(Number.POSITIVE_INFINITY, 0)
  for (const each of counters) mergeCounters(total, each)
  return total
}
