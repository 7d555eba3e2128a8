/** Pauses between attempts: short at first, since most outages are short, and an hour in the end. */

const FIRST_MS = 60_000
const LONGEST_MS = 3_600_000

/**
 * Returns the pause after the failure of a delivery that had failed `attempts` times before: 1, 2, 4, 8, 16, 32 minutes,
 * then always an hour. No jitter: few instances share a mail server.
 */
export function retryDelayMs(attempts: number): number {
  return Math.min(FIRST_MS * 2 ** attempts, LONGEST_MS)
}
