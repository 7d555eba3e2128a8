import assert from "node:assert/strict"
import test from "node:test"
import { zonedTime } from "../../src/report/zoned-time.ts"

const cases: { name: string; zone: string; iso: string; stamp: string; minute: string }[] = [
  {
    name: "a zone is applied",
    zone: "Europe/Paris",
    iso: "2026-11-23T08:00:12Z",
    stamp: "Nov 23 09:00:12",
    minute: "2026-11-23 09:00",
  },
  {
    name: "a day below ten is padded with a blank",
    zone: "UTC",
    iso: "2026-03-04T05:06:07Z",
    stamp: "Mar  4 05:06:07",
    minute: "2026-03-04 05:06",
  },
  {
    name: "midnight is 00, not 24",
    zone: "UTC",
    iso: "2026-01-01T00:00:00Z",
    stamp: "Jan  1 00:00:00",
    minute: "2026-01-01 00:00",
  },
  {
    name: "the day follows the zone",
    zone: "Pacific/Kiritimati",
    iso: "2025-12-31T10:30:00Z",
    stamp: "Jan  1 00:30:00",
    minute: "2026-01-01 00:30",
  },
  {
    name: "summer time is applied",
    zone: "Europe/Paris",
    iso: "2026-07-14T22:00:00Z",
    stamp: "Jul 15 00:00:00",
    minute: "2026-07-15 00:00",
  },
]

for (const { name, zone, iso, stamp, minute } of cases) {
  test(name, () => {
    const clock = zonedTime(zone)
    assert.equal(clock.stamp(Date.parse(iso)), stamp)
    assert.equal(clock.minute(Date.parse(iso)), minute)
  })
}

test("a time of another year shows its year", () => {
  assert.equal(zonedTime("UTC").stampWithYear(Date.parse("2025-03-04T05:06:07Z")), "Mar  4 2025 05:06:07")
})
