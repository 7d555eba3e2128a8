/** Times as a person gives them to a command: `3d` (ago), `2026-11-23`, `2026-11-23T09:00` (local), or ISO 8601 with a zone. */
import { parseDuration } from "../config/quantities.ts"
import { OperatorError } from "../errors.ts"

const DATE = /^\d{4}-\d\d-\d\d$/
const DATE_AND_TIME = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?$/

/** Returns epoch milliseconds. Throws an OperatorError that names the option. */
export function momentOf(option: string, text: string, nowMs: number): number {
  const agoMs = parseDuration(text)
  if (agoMs !== undefined) return nowMs - agoMs
  const isTime = DATE.test(text) || DATE_AND_TIME.test(text)
  const atMs = isTime ? Date.parse(DATE.test(text) ? `${text}T00:00` : text) : Number.NaN
  if (!Number.isNaN(atMs)) return atMs
  throw misused(option, 'a duration such as "3d", or a time such as "2026-11-23T09:00"', text)
}

/** Returns milliseconds. */
export function durationOf(option: string, text: string): number {
  const ms = parseDuration(text)
  if (ms !== undefined) return ms
  throw misused(option, 'a duration such as "10m"', text)
}

function misused(option: string, expected: string, text: string): OperatorError {
  return new OperatorError("TAMIS_COMMAND_MISUSED", `${option}: expected ${expected}, got ${JSON.stringify(text)}`)
}
