/** Spans of time as people say them: `5 minutes`, `4 hours`, `3 days`. */
import { amount } from "./amount.ts"

const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const

/** In the largest unit of which there are at least two, rounded: 90 minutes, 36 hours, 2 days. */
export function roundDuration(ms: number): string {
  const seconds = ms / 1_000
  const unit = UNITS.find(([, length]) => Math.round(seconds / length) >= 2) ?? (["minute", 60] as const)
  return amount(Math.max(Math.round(seconds / unit[1]), 1), unit[0])
}

/** `every 5 minutes`, `every minute` */
export function every(ms: number): string {
  return `every ${roundDuration(ms).replace(/^1 /, "")}`
}
