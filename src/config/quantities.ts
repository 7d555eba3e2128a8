/** Durations and sizes as an operator writes them, a whole number with its unit: "15m", "64KiB". */

const MILLISECONDS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const BYTES: Readonly<Record<string, number>> = { B: 1, KiB: 1_024, MiB: 1_048_576, GiB: 1_073_741_824 }

export const DURATION_UNITS = Object.keys(MILLISECONDS)
export const SIZE_UNITS = Object.keys(BYTES)

/** Returns milliseconds; undefined when the text is no duration. */
export function parseDuration(text: string): number | undefined {
  return parseQuantity(text, MILLISECONDS)
}

/** Returns bytes; undefined when the text is no size. */
export function parseSize(text: string): number | undefined {
  return parseQuantity(text, BYTES)
}

function parseQuantity(text: string, units: Readonly<Record<string, number>>): number | undefined {
  // Nine digits of the largest unit are still an exact integer.
  const [, digits, unit] = /^(\d{1,9})([A-Za-z]+)$/.exec(text) ?? []
  if (digits === undefined || unit === undefined || !Object.hasOwn(units, unit)) return undefined
  return Number(digits) * (units[unit] ?? 0)
}
