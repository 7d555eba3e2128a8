import assert from "node:assert/strict"
import test from "node:test"
import { retryDelayMs } from "../../src/deliver/retry.ts"

test("the pause doubles from a minute up to an hour", () => {
  const minutes = [0, 1, 2, 3, 4, 5, 6, 7, 100, 10_000].map((attempts) => retryDelayMs(attempts) / 60_000)
  assert.deepEqual(minutes, [1, 2, 4, 8, 16, 32, 60, 60, 60, 60])
})
