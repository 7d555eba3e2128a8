/** Instants as programs read them: in UTC, as ISO 8601 writes them. */

/** `2026-11-23T17:45:00.000Z` */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString()
}

/** `2026-11-23` */
export function isoDay(ms: number): string {
  return isoTime(ms).slice(0, "2026-11-23".length)
}
