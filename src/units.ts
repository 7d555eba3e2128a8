/** Spans of time and sizes that several parts count in. Names elsewhere carry their unit: `idleMs`, `maxFrameBytes`. */

export const SECOND_MS = 1_000
export const MINUTE_MS = 60_000
export const HOUR_MS = 3_600_000
/** A day of UTC, which knows no summer time. */
export const DAY_MS = 86_400_000

export const KIB = 1_024
export const MIB = 1_048_576
