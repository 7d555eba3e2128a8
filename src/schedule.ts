/**
 * When windows close: arithmetic on a cron pattern in a time zone, without timers and without a clock.
 *
 *     [opensAt …… closes)[opens …… closes)[opens ……        half-open: the instant of closing is the next window's first
 *
 * croner handles clock changes. A time of day that is skipped comes directly after the gap, one that occurs twice comes
 * once, and recurring patterns (`*` or `/`) go on through both. Instants are strictly ordered, whole seconds, and do not
 * depend on the time of the call: every instance closes at the same ones.
 */
import { Cron } from "croner"
import { reasonOf } from "./errors.ts"

const SECOND_MS = 1_000

/** Returns the first scheduled instant after `afterMs`; undefined when none is left. */
export function nextClose(schedule: string, timeZone: string, afterMs: number): number | undefined {
  return nextInstant(cron(schedule, timeZone), afterMs)
}

/** Returns the latest scheduled instant in (opensAtMs, nowMs]; undefined when there is none. */
export function dueClose(schedule: string, timeZone: string, opensAtMs: number, nowMs: number): number | undefined {
  const pattern = cron(schedule, timeZone)
  let latest = nextInstant(pattern, opensAtMs)
  if (latest === undefined || latest > nowMs) return undefined

  // The window may have been open for months, so halve the span instead of stepping through it:
  // `latest` is due, and nothing after `settledMs` is.
  let settledMs = nowMs
  while (settledMs - latest >= SECOND_MS) {
    const middleMs = Math.floor((latest + settledMs) / 2)
    const next = nextInstant(pattern, middleMs)
    if (next !== undefined && next <= nowMs) latest = next
    else settledMs = middleMs
  }
  return latest
}

/** How long a digest that is sent at once waits for further lines after its first: they often come together. */
const GATHER_MS = 10_000

/**
 * Returns when the window of a digest that is sent at once closes: soon after its first line was seen, but not within
 * `pauseMs` of the last mail.
 */
export function closeAtOnce(seenAtMs: number, mailedAtMs: number | undefined, pauseMs: number): number {
  return Math.max(seenAtMs + GATHER_MS, (mailedAtMs ?? Number.NEGATIVE_INFINITY) + pauseMs)
}

/** Returns the problem with a schedule, in the operator's words; undefined when it can be used. */
export function validateSchedule(schedule: string, timeZone: string): string | undefined {
  // croner also takes "@daily" and dates; one way to write a schedule is enough.
  const fields = schedule.trim().split(/\s+/)
  if (fields.length !== 5 && fields.length !== 6) {
    return `expected a cron pattern of five fields, or six with seconds first, got "${schedule}"`
  }
  if (!isTimeZone(timeZone)) return `expected an IANA time zone such as "Europe/Paris", got "${timeZone}"`
  try {
    // Any start will do: a pattern that ever comes true does so within the 400 years of the calendar.
    return nextClose(schedule, timeZone, 0) === undefined ? `"${schedule}" never matches a date` : undefined
  } catch (error) {
    const reason = reasonOf(error).replace(/^CronPattern: /, "")
    return `expected a cron pattern, got "${schedule}": ${reason}`
  }
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name })
    // Intl takes "+02:00" too, which knows no summer time and is a mistake more often than a wish.
    return /^[A-Za-z]/.test(name)
  } catch {
    return false
  }
}

/** Throws on a pattern that `validateSchedule` objects to. */
function cron(schedule: string, timeZone: string): Cron {
  // "no-wildcard": `0 2,14 * * *` names two times of day, as Vixie's cron has it.
  return new Cron(schedule, { timezone: timeZone, mode: "5-or-6-parts", fixedTimeRule: "no-wildcard", paused: true })
}

function nextInstant(pattern: Cron, afterMs: number): number | undefined {
  return pattern.nextRun(new Date(afterMs))?.getTime()
}
