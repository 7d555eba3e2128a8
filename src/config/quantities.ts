/** Durations and sizes as an operator writes them, whole numbers with a unit: "15m", "64KiB". */

import { DAY_MS, HOUR_MS, KIB, MIB, MINUTE_MS, SECOND_MS } from "../units.ts"

const MILLISECONDS: Readonly<Record<string, number>> = { s: SECOND_MS, m: MINUTE_MS, h: HOUR_MS, d: DAY_MS }
const BYTES: Readonly<Record<string, number>> = { B: 1, KiB: KIB, MiB: MIB, GiB: 1_024 * MIB }

export const DURATION_UNITS = Object.keys(MILLISECONDS)
export const SIZE_UNITS = Object.keys(BYTES)

/** Returns milliseconds; undefined if the text is no duration. */
export function parseDuration(text: string): number | undefined {
  return parseQuantity(text, MILLISECONDS)
}

/** Returns bytes; undefined if the text is no size. */
export function parseSize(text: string): number | undefined {
  return parseQuantity(text, BYTES)
}

function parseQuantity(text: string, units: Readonly<Record<string, number>>): number | undefined {
  // Nine digits of the largest unit are still an exact integer.
  const [, digits, unit] = /^(\d{1,9})([A-Za-z]+)$/.exec(text) ?? []
  if (digits === undefined || unit === undefined || !Object.hasOwn(units, unit)) return undefined
  return Number(digits) * (units[unit] ?? 0)
}
