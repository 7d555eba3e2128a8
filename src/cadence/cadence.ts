/**
 * The cadence of a sender, learned from the times at which its lines came. Pure: a cadence and a few times in, a cadence out.
 *
 * It holds how many minutes of each hour of the week had lines, and the longest pauses of the last ten weeks. Nobody needs to
 * say that a workstation is off at night, or that a job runs on Sundays: both follow from these (`week.ts`, `silence.ts`).
 *
 * Bounded: 168 hours, two generations of 24 pauses, MAX_ODD pauses that were silences.
 */
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../units.ts"
import { expectationOf, LEAST_SILENCE_MS } from "./silence.ts"
import { HOURS_OF_WEEK, hourOfWeek } from "./week.ts"

/** Instants in whole minutes since the epoch. */
export interface Pause {
  readonly from: number
  readonly to: number
}

/** The pauses of one generation, and how many minutes had lines in it. */
export interface Generation {
  readonly sinceMs: number
  readonly minutes: number
  /** For each hour of the day in which a pause began, the longest one. */
  readonly pauses: ReadonlyMap<number, Pause>
}

export interface Cadence {
  readonly sinceMs: number
  /** When the last line came. */
  readonly lastMs: number
  /** Since the epoch: the hour that `minutes` are of. */
  readonly hour: number
  /** Minutes with lines in that hour. */
  readonly minutes: number
  /** Minutes with lines by hour of the week: a mean over weeks in which the last ones weigh most. */
  readonly week: readonly number[]
  readonly current: Generation
  readonly previous: Generation | undefined
  /** Pauses that were silences, the newest last. One is an incident. If there are two, the sender does this at times. */
  readonly odd: readonly Pause[]
  /** The last silence, or the longest pause of late: a digest that named the silence finds its end here. */
  readonly pause: { readonly fromMs: number; readonly untilMs: number } | undefined
}

/** Times of lines of a sender in the same minute or so: pauses between them are too short to matter. */
export interface Heard {
  readonly firstMs: number
  readonly lastMs: number
}

/** How long a pause is remembered: one to two generations. */
const GENERATION_MS = 35 * DAY_MS

/** The shortest pause that an operator may call a silence (config/schema.ts). */
export const LEAST_PAUSE_MS = 5 * MINUTE_MS

/** How long a pause is the longest of late. */
const LATE_MS = 2 * DAY_MS

const MAX_ODD = 4
const ODD_MEMORY_MS = 28 * DAY_MS

/** The number of weeks that the mean of an hour of the week is over, about. */
const WEEKS_OF_MEAN = 5

const NO_WEEK: readonly number[] = new Array(HOURS_OF_WEEK).fill(0)

/** The cadence of a sender whose first lines these are. */
export function firstHeard({ firstMs, lastMs }: Heard): Cadence {
  return {
    sinceMs: firstMs,
    lastMs,
    hour: Math.floor(lastMs / HOUR_MS),
    minutes: 1,
    week: NO_WEEK,
    current: { sinceMs: firstMs, minutes: 1, pauses: new Map() },
    previous: undefined,
    odd: [],
    pause: undefined,
  }
}

/**
 * Adds lines. `resumedMs` is when tamis last began to receive again: a pause before it is no pause of the sender, and is not
 * learned. Lines that are older than the last one change nothing: another instance was faster.
 */
export function hear(cadence: Cadence, heard: Heard, resumedMs: number): Cadence {
  const { lastMs } = heard
  if (lastMs <= cadence.lastMs) return cadence
  const firstMs = Math.max(heard.firstMs, cadence.lastMs)
  const wasInterrupted = cadence.lastMs < resumedMs
  const isSilence = !wasInterrupted && endsSilence(cadence, firstMs)
  const pause = notePause(cadence, firstMs, isSilence)
  const learned = { ...(wasInterrupted ? cadence : learnPause(cadence, firstMs, isSilence)), pause }
  return countMinutes(learned, firstMs, lastMs, wasInterrupted || isSilence)
}

/** Whether the pause until then was a silence. */
export function endsSilence(cadence: Cadence, untilMs: number): boolean {
  if (untilMs - cadence.lastMs < LEAST_SILENCE_MS) return false
  const expected = expectationOf(cadence, cadence.lastMs)
  return expected !== undefined && untilMs >= expected.silentAtMs
}

function notePause({ lastMs, pause }: Cadence, untilMs: number, isSilence: boolean): Cadence["pause"] {
  const lengthMs = untilMs - lastMs
  if (lengthMs < LEAST_PAUSE_MS) return pause
  const isLongest = pause === undefined || lengthMs >= pause.untilMs - pause.fromMs || untilMs - pause.untilMs > LATE_MS
  return isSilence || isLongest ? { fromMs: lastMs, untilMs } : pause
}

function learnPause(cadence: Cadence, untilMs: number, isSilence: boolean): Cadence {
  const pause = { from: Math.floor(cadence.lastMs / MINUTE_MS), to: Math.floor(untilMs / MINUTE_MS) }
  if (pause.to - pause.from < 2) return cadence
  if (isSilence) {
    const oldest = (untilMs - ODD_MEMORY_MS) / MINUTE_MS
    return { ...cadence, odd: [...cadence.odd, pause].filter(({ to }) => to >= oldest).slice(-MAX_ODD) }
  }
  const hour = Math.floor(cadence.lastMs / HOUR_MS) % 24
  const known = cadence.current.pauses.get(hour)
  if (known !== undefined && known.to - known.from >= pause.to - pause.from) return cadence
  return { ...cadence, current: { ...cadence.current, pauses: new Map(cadence.current.pauses).set(hour, pause) } }
}

function countMinutes(cadence: Cadence, firstMs: number, lastMs: number, isGap: boolean): Cadence {
  // Times that were joined while the store was away hide their pauses.
  const isJoined = lastMs - firstMs > LEAST_PAUSE_MS
  const heard = isJoined ? 1 : Math.max(1, Math.round((lastMs - firstMs) / MINUTE_MS))
  const { current } = cadence
  const isOver = firstMs - current.sinceMs > GENERATION_MS
  const minutes = isOver ? heard : current.minutes + heard
  const generation = isOver ? { sinceMs: firstMs, minutes, pauses: new Map() } : { ...current, minutes }
  const previous = isOver ? current : cadence.previous
  const hour = Math.floor(lastMs / HOUR_MS)
  if (hour === cadence.hour) {
    return { ...cadence, lastMs, minutes: cadence.minutes + heard, current: generation, previous }
  }
  const week = endHours(cadence, hour, isGap || isJoined)
  return { ...cadence, lastMs, hour, minutes: heard, week, current: generation, previous }
}

/** Takes the hours before `hour` into the mean. Those of a gap say nothing about the sender. */
function endHours({ week, sinceMs, hour: from, minutes }: Cadence, hour: number, isGap: boolean): readonly number[] {
  const weeks = Math.floor((from * HOUR_MS - sinceMs) / (HOURS_OF_WEEK * HOUR_MS)) + 1
  const weight = 1 / Math.min(Math.max(weeks, 1), WEEKS_OF_MEAN)
  const next = [...week]
  const until = isGap ? from + 1 : Math.min(hour, from + 2 * HOURS_OF_WEEK)
  for (let each = from; each < until; each += 1) {
    const slot = hourOfWeek(each)
    next[slot] = next[slot]! * (1 - weight) + Math.min(each === from ? minutes : 0, 60) * weight
  }
  return next
}
