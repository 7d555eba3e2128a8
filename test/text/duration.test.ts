import assert from "node:assert/strict"
import { test } from "node:test"
import { exactDuration } from "../../src/text/duration.ts"

const TABLE: readonly (readonly [ms: number, want: string])[] = [
  [1_000, "1 second"],
  [90_000, "90 seconds"],
  [900_000, "15 minutes"],
  [3_600_000, "1 hour"],
  [5_400_000, "90 minutes"],
  [86_400_000, "1 day"],
  [0, "0 seconds"],
]

test("an exact duration stands in the largest unit of which it is a whole number", () => {
  for (const [ms, want] of TABLE) assert.equal(exactDuration(ms), want)
})
