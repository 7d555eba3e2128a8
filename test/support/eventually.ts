/**
 * Waiting with an end: a test that waits in vain fails and says what it waited for.
 *
 * Where there is an event, `within` waits for it. Where there is none (a file of another process, the answer of a
 * server), `eventually` asks until the answer is there.
 */
import assert from "node:assert/strict"
import { setImmediate } from "node:timers/promises"

/** Far longer than anything here takes on a busy machine, and shorter than the runner's --test-timeout of 300 s. */
export const DEADLINE_MS = 120_000

/** Asks until there is an answer, and returns it. Fails at the deadline and names what it waited for. */
export async function eventually<Answer>(
  what: string,
  ask: () => Answer | undefined | false | Promise<Answer | undefined | false>,
  deadlineMs: number = DEADLINE_MS,
): Promise<Answer> {
  const asked = new AbortController()
  const asking = async (): Promise<Answer> => {
    for (;;) {
      const answer = await ask()
      if (answer !== undefined && answer !== false) return answer
      asked.signal.throwIfAborted()
      await setImmediate()
    }
  }
  try {
    return await within(what, asking(), deadlineMs)
  } finally {
    asked.abort()
  }
}

/** Waits for an event, and returns its value. Fails at the deadline and names what it waited for. */
export async function within<Event>(
  what: string,
  event: Promise<Event>,
  deadlineMs: number = DEADLINE_MS,
): Promise<Event> {
  const late = Promise.withResolvers<never>()
  // Made here, so that the stack names the test that waits.
  const error = new assert.AssertionError({
    message: `waited ${deadlineMs / 1000} s for ${what}`,
    stackStartFn: within,
  })
  const timer = setTimeout(() => late.reject(error), deadlineMs)
  try {
    return await Promise.race([event, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
