import assert from "node:assert/strict"
import { test } from "node:test"
import { digestEntries } from "../../src/digest/entries.ts"
import { noMemory } from "../../src/tally/digest-memory.ts"
import { noSeverities } from "../../src/tally/tally.ts"
import { makeTally, type TallyFields } from "../report/make.ts"

function ordered(fields: readonly Omit<TallyFields, "host">[]): readonly (string | undefined)[] {
  const tallies = fields.map((each) => makeTally({ host: "a", ...each }))
  return digestEntries({ tallies, memory: noMemory(0), spanMs: 3_600_000 }).entries.map(({ samples }) => samples[0])
}

test("in a class, the gravest severity stands first, then the entry with most lines", () => {
  const severities = noSeverities()
  severities[3] = 1
  assert.deepEqual(
    ordered([
      { samples: ["a few: one"], count: 2 },
      { samples: ["a many: two"], count: 900 },
      { samples: ["a grave: three"], severities },
    ]),
    ["a grave: three", "a many: two", "a few: one"],
  )
})

test("the order is the same whatever the order of the tallies", () => {
  const fields = ["x", "y", "z"].map((word) => ({ samples: [`a ${word}: text of ${word}`] }))
  assert.deepEqual(ordered(fields), ordered(fields.toReversed()))
})
