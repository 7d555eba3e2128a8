/** Spans of time as people read them: `15 minutes`, `1 hour`, `90 seconds`. */
import { amount } from "./amount.ts"

const UNITS: readonly (readonly [string, number])[] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
]

/** In the largest unit of which it is a whole number, seconds at least. */
export function duration(ms: number): string {
  const [unit, unitMs] = UNITS.find(([, each]) => ms >= each && ms % each === 0) ?? ["second", 1_000]
  return amount(Math.round(ms / unitMs), unit)
}
