/**
 * When a sender is silent: its pause is longer than its longest usual one, by a factor, measured in the sender's own time.
 *
 * The numbers come from bench/silence.ts, which replays hosts of many kinds with and without silences.
 */
import { DAY_MS, MINUTE_MS } from "../units.ts"
import type { Cadence, Generation, Pause } from "./cadence.ts"
import { OwnTime, WEEK_MS } from "./week.ts"

/**
 * The factor by which a silence is longer than the longest usual pause. It grows with the differences between the longest pauses of
 * the hours of the day. Pauses between independent events come to 2 or so, those of log-normal length to 2.9.
 */
const LEAST_FACTOR = 2
const MOST_FACTOR = 2.9
const FACTOR_OF_SPREAD = 3.4
/** Hours of the day of which a longest pause must be known. */
const ENOUGH_HOURS = 12
/**
 * Pauses that are alike have a smaller factor. `most` is the longest pause as a multiple of their mean. A job that runs every night
 * is missed an hour and a half after its time, which leaves room for the change to winter time.
 */
const REGULAR = [
  { most: 1.25, factor: 1.6 },
  { most: 1.6, factor: 2.2 },
] as const

/** No shorter pause counts as the longest usual one: a reboot is no silence. */
export const LEAST_USUAL_MS = 5 * MINUTE_MS

/** No shorter pause is a silence. */
export const LEAST_SILENCE_MS = 12 * MINUTE_MS

/** Before that, nobody knows what a weekend does. Until then, a silence takes LONGEST_WEEKEND_MS. */
const FIRST_WEEK_MS = 8 * DAY_MS
const LONGEST_WEEKEND_MS = 4 * DAY_MS

/** Minutes with lines after which the pauses are known, and if all are alike. */
const ENOUGH_MINUTES = 100
const ENOUGH_REGULAR_MINUTES = 5

/** When the sender is silent if nothing comes from it, and the longest pause that is usual in these hours of the week. */
export interface Expectation {
  readonly silentAtMs: number
  readonly usualMs: number
}

/** Undefined while too little is known of the sender. */
export function expectationOf(cadence: Cadence, resumedMs: number): Expectation | undefined {
  const time = ownTime(cadence)
  const longest = longestUsual(cadence, time)
  const factor = factorOf(cadence, longest, time)
  if (factor === undefined) return undefined
  const fromMs = Math.max(cadence.lastMs, resumedMs)
  const isYoung = cadence.lastMs - cadence.sinceMs < FIRST_WEEK_MS
  const leastMs = isYoung ? LONGEST_WEEKEND_MS : LEAST_SILENCE_MS
  // As many usual pauses, one after the other, as fit into the silence.
  const first = time.after(fromMs, longest)
  const second = time.after(first, longest)
  const third = time.after(second, longest)
  return {
    silentAtMs: Math.max(time.after(fromMs, factor * longest), fromMs + leastMs),
    usualMs: Math.max(first - fromMs, second - first, third - second, LEAST_USUAL_MS),
  }
}

function ownTime({ week, lastMs, sinceMs }: Cadence): OwnTime {
  return new OwnTime(week, Math.floor((lastMs - sinceMs) / WEEK_MS))
}

/** In own milliseconds. */
function longestUsual({ current, previous, odd }: Cadence, time: OwnTime): number {
  const lengthOf = ({ from, to }: Pause) => time.between(from * MINUTE_MS, to * MINUTE_MS)
  let longest = MINUTE_MS
  for (const generation of [current, previous]) {
    for (const pause of generation?.pauses.values() ?? []) longest = Math.max(longest, lengthOf(pause))
  }
  // The longest silence is an incident; the one after it shows that the sender does this at times.
  const [, second = 0] = odd.map(lengthOf).sort((a, b) => b - a)
  return Math.max(longest, second)
}

/** Undefined while too little is known. */
function factorOf(cadence: Cadence, longest: number, time: OwnTime): number | undefined {
  const { current, previous, lastMs } = cadence
  const minutes = current.minutes + (previous?.minutes ?? 0)
  const meanMs = (lastMs - (previous ?? current).sinceMs) / Math.max(minutes - 1, 1)
  const regular = REGULAR.find(({ most }) => longest <= most * meanMs)
  if (minutes >= ENOUGH_REGULAR_MINUTES && regular !== undefined) return regular.factor
  return minutes >= ENOUGH_MINUTES
    ? Math.max(factorOfSpread(current, time), factorOfSpread(previous ?? current, time))
    : undefined
}

/** From the deviation of the pauses' logarithms. */
function factorOfSpread({ pauses }: Generation, time: OwnTime): number {
  if (pauses.size < ENOUGH_HOURS) return MOST_FACTOR
  const logs = [...pauses.values()].map(({ from, to }) => Math.log(time.between(from * MINUTE_MS, to * MINUTE_MS) + 1))
  const mean = logs.reduce((sum, each) => sum + each, 0) / logs.length
  const variance = logs.reduce((sum, each) => sum + (each - mean) ** 2, 0) / logs.length
  return Math.min(Math.max(Math.exp(FACTOR_OF_SPREAD * Math.sqrt(variance)), LEAST_FACTOR), MOST_FACTOR)
}
