/**
 * A sender's own time: it runs fast in the hours of the week in which the sender usually speaks, and stands still in those in
 * which it does not. A night is then no longer than a pause at noon, and a week as long as on any clock.
 *
 * The hours are in UTC. A change to summer time moves a sender by an hour, which one pause of a day bears.
 */
import { HOUR_MS } from "../units.ts"

export const HOURS_OF_WEEK = 168
export const WEEK_MS = HOURS_OF_WEEK * HOUR_MS

/** The weeks' weight of "this hour of any day, on such a day of the week", while few weeks are known. */
const WEIGHT_OF_PATTERN = 4

/** Takes an hour since the epoch. */
export function hourOfWeek(hour: number): number {
  return hour % HOURS_OF_WEEK
}

export class OwnTime {
  /** Own milliseconds from the beginning of the week to that of each hour. */
  readonly #until = new Float64Array(HOURS_OF_WEEK + 1)

  /** `week` has the activity in each hour of the week, a mean over `weeks`. */
  constructor(week: readonly number[], weeks: number) {
    const total = week.reduce((sum, each) => sum + each, 0)
    const hours = new Float64Array(24)
    const days = new Float64Array(7)
    for (const [slot, each] of week.entries()) {
      hours[slot % 24]! += each
      days[Math.floor(slot / 24)]! += each
    }
    const at = (hour: number) => {
      const slot = (hour + HOURS_OF_WEEK) % HOURS_OF_WEEK
      const pattern = total === 0 ? 0 : (hours[slot % 24]! * days[Math.floor(slot / 24)]!) / total
      return (weeks * week[slot]! + WEIGHT_OF_PATTERN * pattern) / (weeks + WEIGHT_OF_PATTERN)
    }
    for (let hour = 0; hour < HOURS_OF_WEEK; hour += 1) {
      // A job is now a little before the hour and now a little after it.
      const activity = at(hour - 1) / 4 + at(hour) / 2 + at(hour + 1) / 4
      const pace = total === 0 || weeks === 0 ? 1 : (activity / total) * HOURS_OF_WEEK
      this.#until[hour + 1] = this.#until[hour]! + pace * HOUR_MS
    }
  }

  /** Own milliseconds between two instants. */
  between(fromMs: number, toMs: number): number {
    return this.#at(toMs) - this.#at(fromMs)
  }

  /** The instant that is `ownMs` own milliseconds after another one. */
  after(fromMs: number, ownMs: number): number {
    const until = this.#until
    const aim = this.#at(fromMs) + ownMs
    const weekLength = until[HOURS_OF_WEEK]!
    const weeks = Math.floor(aim / weekLength)
    const rest = aim - weeks * weekLength
    let hour = 0
    while (hour < HOURS_OF_WEEK - 1 && until[hour + 1]! < rest) hour += 1
    const length = until[hour + 1]! - until[hour]!
    const part = length === 0 ? 0 : (rest - until[hour]!) / length
    return weeks * WEEK_MS + (hour + part) * HOUR_MS
  }

  #at(ms: number): number {
    const weeks = Math.floor(ms / WEEK_MS)
    const hours = (ms - weeks * WEEK_MS) / HOUR_MS
    const hour = Math.floor(hours)
    const until = this.#until
    const from = until[hour]!
    return weeks * until[HOURS_OF_WEEK]! + from + (hours - hour) * (until[hour + 1]! - from)
  }
}
