import { setImmediate as turn } from "node:timers/promises"

/**
 * Resolves when the kernel has nothing left for this process, or when `enough` says so.
 *
 * The event loop asks the kernel once a turn, between timers and immediates, and takes what there is. The
 * turn we are in may have asked already, so a whole further one must bring nothing before it counts as quiet.
 */
export async function untilQuiet(received: () => number, enough: () => boolean): Promise<void> {
  let before: number
  do {
    before = received()
    await turn()
    await turn()
  } while (received() !== before && !enough())
}
