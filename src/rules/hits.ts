/** Which rules match a line, and how many lines they matched since somebody asked. */
import type { Line } from "../syslog/line.ts"
import type { Rule } from "./rule.ts"

/** Returns the ascending indices of the patterns that match a line, or undefined if the line could not be judged. */
export interface Matcher {
  match(line: Buffer, ascii: boolean): readonly number[] | undefined
  /** How often smaller engines had to judge a line because memory ran out. */
  readonly fallbacks: number
}

/** The lines that a rule decided on: their number, and possibly one of them. */
export interface Hits {
  count: number
  sample: Buffer | undefined
}

/** How much of a sample line is kept. */
const SAMPLE_BYTES = 512

/** Copies the line, because the next line overwrites its buffer. */
export function keepLine({ bytes }: Line): Buffer {
  return Buffer.from(bytes.subarray(0, SAMPLE_BYTES))
}

export function addHits(sums: Map<Rule, Hits>, rule: Rule, { count, sample }: Readonly<Hits>): void {
  const hits = sums.get(rule)
  if (hits === undefined) {
    sums.set(rule, { count, sample })
  } else {
    hits.count += count
    hits.sample ??= sample
  }
}

/** Returns the numbers of two ascending lists, ascending. */
export function union(some: readonly number[], others: readonly number[]): readonly number[] {
  if (others.length === 0 || isEqual(some, others)) return some
  if (some.length === 0) return others
  return [...new Set([...some, ...others])].sort((a, b) => a - b)
}

export function isEqual(some: readonly number[], others: readonly number[]): boolean {
  if (some.length !== others.length) return false
  for (let at = 0; at < some.length; at += 1) if (some[at] !== others[at]) return false
  return true
}
