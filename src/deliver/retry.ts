/** When to try again: soon at first, since most outages are short, and every hour at last. */

const FIRST_MS = 60_000
const LONGEST_MS = 3_600_000

/**
 * Returns the pause after the failure of a delivery that had failed `attempts` times before: 1, 2, 4, 8, 16, 32 minutes,
 * then an hour, for ever. No jitter: one tamis is not a herd.
 */
export function retryDelayMs(attempts: number): number {
  return Math.min(FIRST_MS * 2 ** attempts, LONGEST_MS)
}
