/** Spans of time as people say them. */
import { amount } from "./amount.ts"

const UNITS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
] as const

/** Rounded, in the largest unit of which there are at least two: `90 seconds`, `36 hours`, `2 days`. */
export function roundDuration(ms: number): string {
  const [unit, unitMs] = UNITS.find(([, each]) => Math.round(ms / each) >= 2) ?? ["second", 1_000]
  return amount(Math.max(Math.round(ms / unitMs), 1), unit)
}

/** Exact, as an option has it: in the largest unit of which it is a whole number. `1 hour`, `90 minutes` */
export function exactDuration(ms: number): string {
  const [unit, unitMs] = UNITS.find(([, each]) => ms >= each && ms % each === 0) ?? ["second", 1_000]
  return amount(Math.round(ms / unitMs), unit)
}
