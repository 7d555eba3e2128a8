/**
 * A cadence as both stores keep it: numbers that change every minute, and a JSON text that changes with each long pause and
 * each hour.
 */
import type { Cadence, Generation, Pause } from "../cadence/cadence.ts"
import { learnedCadence } from "./stored-json.ts"

export interface StoredCadence {
  /** `lastMs hour minutes minutes-of-the-generation` */
  readonly times: string
  readonly learned: string
}

export function writeCadence(cadence: Cadence): StoredCadence {
  const { sinceMs, lastMs, hour, minutes, week, current, previous, odd, pause } = cadence
  return {
    times: `${lastMs} ${hour} ${minutes} ${current.minutes}`,
    learned: JSON.stringify({
      sinceMs,
      week: week.map((each) => Math.round(each * 100) / 100),
      current: { sinceMs: current.sinceMs, pauses: writePauses(current) },
      previous: previous && { sinceMs: previous.sinceMs, minutes: previous.minutes, pauses: writePauses(previous) },
      odd: odd.map(({ from, to }) => [from, to]),
      pause: pause && [pause.fromMs, pause.untilMs],
    }),
  }
}

/** Reads a cadence. Throws where the texts are not what a store wrote. */
export function readCadence({ times, learned }: StoredCadence): Cadence {
  const [lastMs = Number.NaN, hour = Number.NaN, minutes = Number.NaN, ofGeneration = Number.NaN] = times
    .split(" ")
    .map(Number)
  if (Number.isNaN(lastMs + hour + minutes + ofGeneration)) throw new TypeError("not the times of a cadence")
  const { sinceMs, week, current, previous, odd, pause } = learnedCadence.parse(JSON.parse(learned))
  return {
    sinceMs,
    lastMs,
    hour,
    minutes,
    week,
    current: { ...current, minutes: ofGeneration },
    previous,
    odd,
    pause: pause && { fromMs: pause[0], untilMs: pause[1] },
  }
}

function writePauses({ pauses }: Generation): readonly (readonly [number, number, number])[] {
  return [...pauses].map(([hour, { from, to }]: readonly [number, Pause]) => [hour, from, to])
}
