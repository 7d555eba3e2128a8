import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { expectedHits, hasFallenSilent } from "../../src/rot/silence.ts"
import type { RuleRecord } from "../../src/store/rule-history.ts"

const NOW = Date.parse("2026-11-23T18:00:00Z")
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Regular for two weeks with pauses of an hour, silent for three hours. */
const SILENT: RuleRecord = {
  hits: 1_000,
  firstMs: NOW - 14 * DAY,
  lastMs: NOW - 3 * HOUR,
  gapMs: HOUR,
  days: 14,
  sample: "x",
}

const CASES: readonly { name: string; fields: Partial<RuleRecord>; silent: boolean }[] = [
  { name: "a rule after three times its longest pause", fields: {}, silent: true },
  { name: "a rule just before three times its longest pause", fields: { lastMs: NOW - 3 * HOUR + 1 }, silent: false },
  { name: "a nightly job after three nights", fields: { gapMs: DAY, lastMs: NOW - 3 * DAY }, silent: true },
  { name: "a nightly job after two nights", fields: { gapMs: DAY, lastMs: NOW - 2 * DAY }, silent: false },
  {
    name: "a rule with pauses at weekends, after a long weekend",
    fields: { gapMs: 2.5 * DAY, lastMs: NOW - 4 * DAY },
    silent: false,
  },
  {
    name: "a busy rule after a quarter of an hour",
    fields: { gapMs: 200, lastMs: NOW - 15 * MINUTE },
    silent: true,
  },
  { name: "a busy rule while its sender restarts", fields: { gapMs: 200, lastMs: NOW - 10 * MINUTE }, silent: false },
  { name: "a rule for a job of some hours", fields: { firstMs: NOW - DAY, days: 2 }, silent: false },
  { name: "a rule with few hits", fields: { hits: 9 }, silent: false },
  {
    name: "a rule with a pause as long as its history",
    fields: { gapMs: 3 * DAY, lastMs: NOW - 9 * DAY },
    silent: false,
  },
  {
    name: "a rule after a month of silence",
    fields: { lastMs: NOW - 31 * DAY, firstMs: NOW - 60 * DAY },
    silent: false,
  },
  { name: "a rule whose last hit is in the future", fields: { lastMs: NOW + DAY }, silent: false },
]

describe("a rule has fallen silent", () => {
  for (const { name, fields, silent } of CASES) {
    test(`${name} ${silent ? "has" : "has not"} fallen silent`, () =>
      assert.equal(hasFallenSilent({ ...SILENT, ...fields }, NOW), silent))
  }
})

test("the expected hits follow the mean rate of the rule", () => {
  assert.equal(expectedHits({ ...SILENT, hits: 140, lastMs: SILENT.firstMs + 14 * DAY }, 2 * DAY), 20)
  assert.equal(expectedHits({ ...SILENT, lastMs: SILENT.firstMs }, DAY), 0)
})
