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
  { name: "after three times its longest pause", fields: {}, silent: true },
  { name: "not before that", fields: { lastMs: NOW - 3 * HOUR + 1 }, silent: false },
  { name: "a nightly job after three nights", fields: { gapMs: DAY, lastMs: NOW - 3 * DAY }, silent: true },
  { name: "a nightly job after two nights", fields: { gapMs: DAY, lastMs: NOW - 2 * DAY }, silent: false },
  {
    name: "what pauses for weekends after a long one",
    fields: { gapMs: 2.5 * DAY, lastMs: NOW - 4 * DAY },
    silent: false,
  },
  {
    name: "what goes on all the time after a quarter of an hour",
    fields: { gapMs: 200, lastMs: NOW - 15 * MINUTE },
    silent: true,
  },
  { name: "while its sender restarts", fields: { gapMs: 200, lastMs: NOW - 10 * MINUTE }, silent: false },
  { name: "a job of some hours", fields: { firstMs: NOW - DAY, days: 2 }, silent: false },
  { name: "what hit seldom", fields: { hits: 9 }, silent: false },
  {
    name: "what hit with a pause as long as all of its time",
    fields: { gapMs: 3 * DAY, lastMs: NOW - 9 * DAY },
    silent: false,
  },
  {
    name: "after a month nobody needs to hear it any more",
    fields: { lastMs: NOW - 31 * DAY, firstMs: NOW - 60 * DAY },
    silent: false,
  },
  { name: "a clock that was set back", fields: { lastMs: NOW + DAY }, silent: false },
]

describe("a rule has fallen silent", () => {
  for (const { name, fields, silent } of CASES) {
    test(`${name}: ${silent ? "yes" : "no"}`, () =>
      assert.equal(hasFallenSilent({ ...SILENT, ...fields }, NOW), silent))
  }
})

test("what a rule would have hit goes by its mean", () => {
  assert.equal(expectedHits({ ...SILENT, hits: 140, lastMs: SILENT.firstMs + 14 * DAY }, 2 * DAY), 20)
  assert.equal(expectedHits({ ...SILENT, lastMs: SILENT.firstMs }, DAY), 0)
})
