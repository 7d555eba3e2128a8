/**
 * Writes the arguments of the Lua scripts and reads their answers. The scripts' headers describe both. An answer of
 * another shape is a bug, and throws.
 */

import { SEVERITIES } from "../syslog/severity.ts"
import { COUNTER_NAMES, type HostCounters, noCounters } from "../tally/counters.ts"
import { coarserAndCoarser } from "../tally/limits.ts"
import type { Loss } from "../tally/losses.ts"
import { isLoss } from "../tally/losses.ts"
import type { PastWindow } from "../tally/past-window.ts"
import type { RuleActivity } from "../tally/rule-activity.ts"
import { severityCounts } from "../tally/tally.ts"
import type { WindowContents, WindowSpan } from "../tally/window.ts"
import type { Day, RuleHistory, RuleSums } from "./rule-history.ts"
import type { Delivery, DigestOverview, DigestPart } from "./store.ts"
import { addValues, appendSamples, readPast, readTally, writeConstant } from "./stored-tally.ts"

/**
 * Writes a batch's part for `add`; the tallies whose numbers are in `withoutRoom` with all their coarser groups. Values are
 * added here to those before, by fingerprint: the script takes them only where these are still stored.
 */
export function writeEntry(
  entry: DigestPart,
  withoutRoom: ReadonlySet<number>,
  valuesBefore: ReadonlyMap<string, string>,
): (string | number)[] {
  const argv: (string | number)[] = [entry.tallies.length]
  for (const [index, tally] of entry.tallies.entries()) {
    const groups = withoutRoom.has(index) ? [...coarserAndCoarser(tally)] : [tally]
    const samples = appendSamples("", tally.samples)
    const sampleCount = samples.split("\n").length - 1
    argv.push(tally.count, tally.firstMs, tally.lastMs, writeNamed(severityCounts(tally)))
    const before = valuesBefore.get(tally.fingerprint) ?? ""
    argv.push(...(tally.values.length === 0 ? ["", ""] : [before, addValues(before, tally.values)]))
    argv.push(sampleCount, samples, groups.length)
    for (const group of groups) argv.push(group.coarseness, group.fingerprint, group.host, writeConstant(group))
  }
  argv.push(entry.hosts.size)
  for (const [host, sums] of entry.hosts) {
    argv.push(host, ...COUNTER_NAMES.map((name) => sums[name]), sums.firstMs, sums.lastMs)
  }
  argv.push(entry.losses.size)
  for (const [loss, count] of entry.losses) argv.push(loss, count)
  return argv
}

/** Returns "done" (now or earlier), "no window", "values changed" (read them again), or the numbers of the tallies that need coarser groups. */
export function addReply(reply: unknown): "done" | "no window" | "values changed" | readonly number[] {
  if (Array.isArray(reply)) return reply.map(Number)
  if (reply === "no window" || reply === "values changed") return reply
  if (reply === "applied" || reply === "repeated") return "done"
  throw unexpected(reply)
}

export function spanReply(reply: unknown): WindowSpan {
  return span(texts(reply))
}

export function windowReply(reply: unknown): WindowContents | undefined {
  if (reply === null) return undefined
  const [window, groups, sums, samples, hostSums, lossSums, newHosts] = list(reply)
  const sumsOf = pairs(sums)
  const samplesOf = pairs(samples)
  return {
    window: span(text(window).split(" ")),
    tallies: [...pairs(groups)].map(([fingerprint, constant]) => {
      const [count, firstMs, lastMs] = numbers(sumsOf.get(fingerprint))
      return readTally({
        fingerprint,
        constant,
        count: number(count),
        firstMs: number(firstMs),
        lastMs: number(lastMs),
        severities: severities(sumsOf.get(`severities:${fingerprint}`) ?? ""),
        values: sumsOf.get(`values:${fingerprint}`) ?? "",
        samples: samplesOf.get(fingerprint) ?? "",
      })
    }),
    hosts: hosts(hostSums),
    losses: losses(lossSums),
    newHosts: texts(newHosts),
  }
}

export function deliveryReply(digest: string, reply: unknown): Delivery | undefined {
  if (reply === null) return undefined
  const [id, attempts, windows] = list(reply)
  return { digest, id: text(id), windows: texts(windows).map(Number), attempts: Number(attempts) }
}

export function overviewReply(digest: string, reply: unknown): DigestOverview | undefined {
  if (reply === null) return undefined
  const [state, groups, closed, hostSums] = list(reply)
  const [open, opensAtMs, lines, retryAtMs] = list(state)
  return {
    digest,
    open: span([text(open), text(opensAtMs)]),
    openReported: Number(lines),
    openGroups: Number(groups),
    undelivered: texts(closed).map((window) => span(window.split(" "))),
    retryAtMs: retryAtMs === null ? undefined : Number(retryAtMs),
    hosts: hosts(hostSums),
  }
}

/** Writes the activity of rules for `add-activity`. */
export function writeActivity({ lines, rules, programs }: RuleActivity): (string | number)[] {
  const argv: (string | number)[] = [lines, rules.size]
  for (const [key, { count, sample }] of rules) argv.push(key, count, sample ?? "")
  return [...argv, programs.length, ...programs]
}

export function ruleHistoryReply(reply: unknown): RuleHistory {
  const [records, samples, programs] = list(reply)
  const sampleOf = pairs(samples)
  return {
    rules: new Map(
      [...pairs(records)].map(([key, record]) => {
        const [hits, firstMs, lastMs, gapMs, days] = numbers(record)
        return [
          key,
          {
            hits: number(hits),
            firstMs: number(firstMs),
            lastMs: number(lastMs),
            gapMs: number(gapMs),
            days: number(days),
            sample: sampleOf.get(key) ?? "",
          },
        ]
      }),
    ),
    programs: new Map([...pairs(programs)].map(([program, lastMs]) => [program, Number(lastMs)])),
  }
}

/** Sums up the days from `since` to `until`. A key may hold another day that shares it. */
export function ruleSumsReply(reply: unknown, since: Day, until: Day): RuleSums {
  const sums = new Map<string, number>()
  for (const flat of list(reply)) {
    const day = pairs(flat)
    const number = Number(day.get("day"))
    if (!(number >= since && number <= until)) continue
    day.delete("day")
    for (const [key, hits] of day) sums.set(key, (sums.get(key) ?? 0) + Number(hits))
  }
  const lines = sums.get("lines") ?? 0
  sums.delete("lines")
  return { lines, hits: sums }
}

/** Takes id, JSON, id, JSON, … */
export function pastReply(reply: unknown): readonly PastWindow[] {
  return [...pairs(reply)].map(([id, stored]) => readPast(Number(id), stored))
}

function span([id, opensAtMs, closesAtMs]: readonly string[]): WindowSpan {
  return {
    id: Number(id),
    opensAtMs: Number(opensAtMs),
    closesAtMs: closesAtMs === undefined ? undefined : Number(closesAtMs),
  }
}

function severities(written: string): number[] {
  const counts = readNamed(written)
  return SEVERITIES.map((name) => counts.get(name) ?? 0)
}

function hosts(reply: unknown): Map<string, HostCounters> {
  return new Map([...pairs(reply)].map(([host, sums]) => [host, counters(sums)]))
}

/** The numbers that a release before 0.2.0 wrote without their names. */
const UNNAMED = ["received", "ignored", "reported", "rejected", "unjudged", "firstMs", "lastMs"]

function counters(written: string): HostCounters {
  const sums = written.includes("=")
    ? readNamed(written)
    : new Map(numbers(written).map((value, index) => [UNNAMED[index] ?? "", value]))
  const result = noCounters(number(sums.get("firstMs")), number(sums.get("lastMs")))
  for (const name of COUNTER_NAMES) result[name] = sums.get(name) ?? 0
  return result
}

/** Named numbers as one text: `err=2 info=10`. */
function writeNamed(values: Readonly<Record<string, number>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value}`)
    .join(" ")
}

function readNamed(written: string): Map<string, number> {
  return new Map(Array.from(written.matchAll(/(\S+)=(\d+)/g), ([, name = "", digits]) => [name, Number(digits)]))
}

function losses(reply: unknown): Map<Loss, number> {
  const result = new Map<Loss, number>()
  for (const [loss, count] of pairs(reply)) if (isLoss(loss)) result.set(loss, Number(count))
  return result
}

/** A hash as Redis answers it: field, value, field, value. */
function pairs(reply: unknown): Map<string, string> {
  const flat = texts(reply)
  const result = new Map<string, string>()
  for (let i = 0; i + 1 < flat.length; i += 2) result.set(text(flat[i]), text(flat[i + 1]))
  return result
}

function numbers(packed: string | undefined): readonly number[] {
  return text(packed).split(" ").map(Number)
}

function texts(reply: unknown): readonly string[] {
  return list(reply).map(text)
}

function list(reply: unknown): readonly unknown[] {
  if (!Array.isArray(reply)) throw unexpected(reply)
  return reply
}

function text(reply: unknown): string {
  if (typeof reply !== "string") throw unexpected(reply)
  return reply
}

function number(value: number | undefined): number {
  if (value === undefined || Number.isNaN(value)) throw unexpected(value)
  return value
}

function unexpected(reply: unknown): Error {
  return new TypeError(`a script of the Redis store answered ${JSON.stringify(reply)?.slice(0, 100)}`)
}
