import assert from "node:assert/strict"
import { describe, it } from "node:test"
import { wrongClocks } from "../../src/report/wrong-clocks.ts"
import { HOUR_MS, MINUTE_MS } from "../../src/units.ts"
import { makeTally } from "./make.ts"

const NOON = Date.parse("2026-11-23T12:00:00Z")

function hostsWithWrongTimes(sample: string, firstMs = NOON, lastMs = firstMs): readonly string[] {
  return wrongClocks([makeTally({ host: "web1", firstMs, lastMs, samples: [sample] })]).map(({ said }) => said)
}

describe("a time is right", () => {
  const ROWS: readonly (readonly [name: string, sample: string])[] = [
    ["in UTC", "Nov 23 12:00:00 web1 app: a"],
    ["in Paris", "Nov 23 13:00:00 web1 app: a"],
    ["in Kathmandu", "Nov 23 17:45:00 web1 app: a"],
    ["in Honolulu", "Nov 23 02:00:00 web1 app: a"],
    ["four minutes ahead", "Nov 23 12:04:00 web1 app: a"],
    ["with a zone", "2026-11-23T13:01:00.5+01:00 web1 app: a"],
    ["that is missing", "app: a"],
    ["of no month", "Xxx 23 12:00:00 web1 app: a"],
  ]
  for (const [name, sample] of ROWS) it(name, () => assert.deepEqual(hostsWithWrongTimes(sample), []))

  it("of the last minute of a year", () => {
    assert.deepEqual(hostsWithWrongTimes("Dec 31 23:59:58 web1 app: a", Date.parse("2027-01-01T00:00:01Z")), [])
  })

  it("of any line of its tally", () => {
    assert.deepEqual(hostsWithWrongTimes("Nov 23 12:40:00 web1 app: a", NOON, NOON + HOUR_MS), [])
  })
})

describe("a time is wrong", () => {
  const ROWS: readonly (readonly [name: string, sample: string, said: string])[] = [
    ["six minutes ahead", "Nov 23 12:06:00 web1 app: a", "Nov 23 12:06:00"],
    ["ten minutes behind, in Paris", "Nov 23 12:50:00 web1 app: a", "Nov 23 12:50:00"],
    ["of a router without a clock", "Jan  1 00:00:09 web1 app: a", "Jan  1 00:00:09"],
    ["of another year", "2025-11-23T12:00:00Z web1 app: a", "2025-11-23T12:00:00Z"],
    ["an hour ahead, with a zone", "2026-11-23T14:00:00+01:00 web1 app: a", "2026-11-23T14:00:00+01:00"],
  ]
  for (const [name, sample, said] of ROWS) it(name, () => assert.deepEqual(hostsWithWrongTimes(sample), [said]))

  it("once for each host, where it is furthest off", () => {
    const tallies = [7, 9, 8].map((minutes) =>
      makeTally({ host: "web1", firstMs: NOON + minutes * MINUTE_MS, samples: ["Nov 23 12:00:00 web1 app: a"] }),
    )
    assert.deepEqual(
      wrongClocks(tallies).map(({ receivedMs }) => receivedMs),
      [NOON + 9 * MINUTE_MS],
    )
  })
})
