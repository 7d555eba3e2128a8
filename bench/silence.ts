/**
 * Whether silent hosts are found, and how often tamis calls a host silent that is not.
 *
 * Hosts of many kinds speak for weeks, each by a generator with a seed. Their cadences are learned as `serve` learns them, minute
 * by minute. A silence begins at random instants: from the cadence of that moment follows when it would be found. A false alarm is
 * a pause of a host that is well, and that is called a silence.
 */
import { type Cadence, endsSilence, firstHeard, hear } from "../src/cadence/cadence.ts"
import { expectationOf } from "../src/cadence/silence.ts"
import { type Bench, figure, type Measurement } from "./bench.ts"

const SECOND_MS = 1_000
const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const WEEK_MS = 7 * DAY_MS

/** A Monday. */
const START_MS = Date.UTC(2026, 7, 3)
const WEEKS = 10
/** Silences are injected from then on: nothing is known before. */
const KNOWN_AFTER_WEEKS = 2
const SILENCES = 10
const HOSTS = 60

const FALSE_ALARMS = "false alarms a week on 300 hosts"
const FOUND = "% found within three times its cadence"
const CADENCE = "cadence min"
const FOUND_AFTER = "found after min"
const UNKNOWN = "% too little known"

const MAX_FALSE_ALARMS = 1
const LEAST_FOUND = 99
const LATEST = 3

/** A number from 0 to 1. */
type Random = () => number

/** The times of a host's lines, in any order. */
type Kind = (random: Random) => Iterable<number>

const KINDS: Readonly<Record<string, Kind>> = {
  "each 30 s": () => every(30 * SECOND_MS, 0, () => 0),
  "each 5 min": (random) => every(5 * MINUTE_MS, 10 * SECOND_MS, random),
  "each 17 min": (random) => every(17 * MINUTE_MS, MINUTE_MS, random),
  "each hour": (random) => every(HOUR_MS, 5 * SECOND_MS, random),
  "at random: mean 1 min": (random) => randomly(random, () => MINUTE_MS),
  "at random: mean 10 min": (random) => randomly(random, () => 10 * MINUTE_MS),
  "at random: mean 1 h": (random) => randomly(random, () => HOUR_MS),
  "at random; by day 2 min; at night 20 min": (random) =>
    randomly(random, (atMs) => (isBetween(atMs, 8, 20) ? 2 * MINUTE_MS : 20 * MINUTE_MS)),
  "in bursts; about 90 min apart": bursts,
  "pauses of log-normal length; median 10 min": logNormal,
  "office hours: mean 3 min": (random) =>
    randomly(random, () => 3 * MINUTE_MS).filter((atMs) => isWeekday(atMs) && isBetween(atMs, 8, 18)),
  "a job each night; to the minute": (random) => every(DAY_MS, MINUTE_MS, random, 3 * HOUR_MS),
  "a job each night; within 40 min": (random) => every(DAY_MS, 40 * MINUTE_MS, random, 3 * HOUR_MS),
  "a job of half an hour each night": (random) =>
    every(DAY_MS, MINUTE_MS, random, 3 * HOUR_MS).flatMap((atMs) =>
      Array.from({ length: 20 + Math.floor(random() * 20) }, (_, minute) => atMs + minute * MINUTE_MS),
    ),
  "a job each weekday": (random) => every(DAY_MS, 5 * MINUTE_MS, random, 6 * HOUR_MS).filter(isWeekday),
  "a job each Sunday": (random) => every(WEEK_MS, MINUTE_MS, random, 6 * DAY_MS + 4 * HOUR_MS),
}

export const silence: Bench = {
  name: "silence",
  question:
    "Are silent hosts found within three times their cadence, and how often is a host called silent that is not?",

  async run({ small }) {
    const measurements: Measurement[] = []
    for (const [name, kind] of Object.entries(KINDS)) {
      const hosts = small ? 1 : HOSTS
      const trials = Array.from({ length: hosts }, (_, seed) => tryHost(kind, seed))
      const silences = trials.flatMap((trial) => trial.silences)
      const known = silences.flatMap((each) => each ?? [])
      const inTime = known.filter(({ afterMs, cadenceMs }) => afterMs <= LATEST * cadenceMs)
      const measure = (quantity: string, value: number) => measurements.push({ case: name, run: 1, quantity, value })
      const falseAlarms = trials.reduce((sum, each) => sum + each.falseAlarms, 0)
      measure(FALSE_ALARMS, (falseAlarms / (hosts * (WEEKS - 1))) * 300)
      measure(FOUND, known.length === 0 ? 100 : (inTime.length / known.length) * 100)
      measure(CADENCE, median(known.map(({ cadenceMs }) => cadenceMs)) / MINUTE_MS)
      measure(FOUND_AFTER, median(known.map(({ afterMs }) => afterMs)) / MINUTE_MS)
      measure(UNKNOWN, (1 - known.length / silences.length) * 100)
    }
    return measurements
  },

  claims(measured) {
    const of = (quantity: string) =>
      measured.cases.filter((name) => name !== "machine").map((name) => measured.median(name, quantity))
    const mean = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / values.length
    const falseAlarms = mean(of(FALSE_ALARMS))
    const found = Math.min(...of(FOUND))
    return [
      {
        holds: falseAlarms < MAX_FALSE_ALARMS,
        sentence: `${figure(falseAlarms)} false alarms a week on 300 hosts of all kinds (promised: under ${MAX_FALSE_ALARMS})`,
      },
      {
        holds: found >= LEAST_FOUND,
        sentence: `of each kind, ${figure(found)} % of the silences or more are found within three times the cadence (promised: ${LEAST_FOUND})`,
      },
    ]
  },
}

interface Found {
  readonly afterMs: number
  readonly cadenceMs: number
}

/** For each injected silence, when it is found; undefined where too little is known of the host. */
function tryHost(kind: Kind, seed: number): { readonly falseAlarms: number; readonly silences: (Found | undefined)[] } {
  const random = randomFrom(seed * 7_919 + 1)
  const times = [...kind(random)].sort((a, b) => a - b)
  const from = START_MS + KNOWN_AFTER_WEEKS * WEEK_MS
  const span = (WEEKS - KNOWN_AFTER_WEEKS) * WEEK_MS
  const injected = Array.from({ length: SILENCES }, () => from + random() * span).sort((a, b) => a - b)
  const silences: (Found | undefined)[] = []
  let falseAlarms = 0
  let cadence: Cadence | undefined
  let next = 0
  for (let index = 0; index < times.length; ) {
    const firstMs = times[index]!
    const minute = Math.floor(firstMs / MINUTE_MS)
    while (index < times.length && Math.floor(times[index]! / MINUTE_MS) === minute) index += 1
    const heard = { firstMs, lastMs: times[index - 1]! }
    for (; cadence !== undefined && next < injected.length && injected[next]! < firstMs; next += 1) {
      const expected = expectationOf(cadence, 0)
      silences.push(expected && { afterMs: expected.silentAtMs - cadence.lastMs, cadenceMs: expected.usualMs })
    }
    // Nothing is known in the first week.
    if (cadence !== undefined && firstMs > START_MS + WEEK_MS && endsSilence(cadence, firstMs)) falseAlarms += 1
    cadence = cadence === undefined ? firstHeard(heard) : hear(cadence, heard, 0)
  }
  return { falseAlarms, silences }
}

function every(periodMs: number, jitterMs: number, random: Random, offsetMs = 0): number[] {
  const count = Math.floor((WEEKS * WEEK_MS - offsetMs) / periodMs) + 1
  return Array.from({ length: count }, (_, number) => START_MS + offsetMs + number * periodMs + random() * jitterMs)
}

/** As independent events come, with the mean pause of each time. */
function randomly(random: Random, meanMs: (atMs: number) => number): number[] {
  const times: number[] = []
  for (let atMs = START_MS; atMs < START_MS + WEEKS * WEEK_MS; atMs += exponential(random, meanMs(atMs)))
    times.push(atMs)
  return times
}

function bursts(random: Random): number[] {
  const times: number[] = []
  for (let atMs = START_MS; atMs < START_MS + WEEKS * WEEK_MS; atMs += exponential(random, 90 * MINUTE_MS)) {
    for (let left = 1 + exponential(random, 20); left > 0; left -= 1) {
      times.push(atMs)
      atMs += exponential(random, 20 * SECOND_MS)
    }
  }
  return times
}

function logNormal(random: Random): number[] {
  const times: number[] = []
  for (let atMs = START_MS; atMs < START_MS + WEEKS * WEEK_MS; atMs += 10 * MINUTE_MS * Math.exp(normal(random))) {
    times.push(atMs)
  }
  return times
}

function exponential(random: Random, mean: number): number {
  return -Math.log(1 - random()) * mean
}

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

function isBetween(atMs: number, fromHour: number, toHour: number): boolean {
  const hour = (atMs % DAY_MS) / HOUR_MS
  return hour >= fromHour && hour < toHour
}

function isWeekday(atMs: number): boolean {
  const day = new Date(atMs).getUTCDay()
  return day > 0 && day < 6
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0
}

/** mulberry32 */
function randomFrom(seed: number): Random {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
