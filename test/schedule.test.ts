import assert from "node:assert/strict"
import { describe, it } from "node:test"
import fc from "fast-check"
import { closeAtOnce, dueClose, nextClose, validateSchedule } from "../src/schedule.ts"

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

const at = (text: string) => Date.parse(text)
const iso = (instantMs: number | undefined) => (instantMs === undefined ? undefined : new Date(instantMs).toISOString())

/** All closings of (fromMs, toMs], one after the other. */
function closings(schedule: string, timeZone: string, fromMs: number, toMs: number): number[] {
  const instants: number[] = []
  for (let next = nextClose(schedule, timeZone, fromMs); next !== undefined && next <= toMs; ) {
    instants.push(next)
    next = nextClose(schedule, timeZone, next)
  }
  return instants
}

describe("the next closing", () => {
  const table: { name: string; schedule: string; timeZone: string; after: string; want: string[] }[] = [
    {
      name: "is after the instant that is asked about, not at it",
      schedule: "0 7 * * *",
      timeZone: "UTC",
      after: "2026-06-01T07:00:00.000Z",
      want: ["2026-06-02T07:00:00.000Z"],
    },
    {
      name: "counts milliseconds",
      schedule: "0 7 * * *",
      timeZone: "UTC",
      after: "2026-06-01T06:59:59.999Z",
      want: ["2026-06-01T07:00:00.000Z"],
    },
    {
      name: "with six fields, has seconds first",
      schedule: "30 0 7 * * *",
      timeZone: "UTC",
      after: "2026-06-01T00:00:00.000Z",
      want: ["2026-06-01T07:00:30.000Z"],
    },
    {
      name: "is at the zone's time of day, winter and summer",
      schedule: "0 7 28-29 3 *",
      timeZone: "Europe/Paris",
      after: "2026-03-01T00:00:00.000Z",
      want: ["2026-03-28T06:00:00.000Z", "2026-03-29T05:00:00.000Z"],
    },
    {
      name: "directly follows a gap that skips it (Paris)",
      schedule: "30 2 * * *",
      timeZone: "Europe/Paris",
      after: "2026-03-28T12:00:00.000Z",
      want: ["2026-03-29T01:00:00.000Z", "2026-03-30T00:30:00.000Z"],
    },
    {
      name: "comes once where its time of day occurs twice (New York)",
      schedule: "30 1 * * *",
      timeZone: "America/New_York",
      after: "2026-10-31T12:00:00.000Z",
      want: ["2026-11-01T05:30:00.000Z", "2026-11-02T06:30:00.000Z"],
    },
    {
      name: "every half hour goes on through an hour that occurs twice (Paris)",
      schedule: "*/30 * * * *",
      timeZone: "Europe/Paris",
      after: "2026-10-25T00:00:00.000Z",
      want: ["2026-10-25T00:30:00.000Z", "2026-10-25T01:00:00.000Z", "2026-10-25T01:30:00.000Z"],
    },
    {
      name: "of a list of hours is a time of day too: it follows the gap, and does not get lost (Paris)",
      schedule: "30 2,14 * * *",
      timeZone: "Europe/Paris",
      after: "2026-03-28T13:30:00.000Z",
      want: ["2026-03-29T01:00:00.000Z", "2026-03-29T12:30:00.000Z"],
    },
    {
      name: "follows clocks that change by half an hour (Lord Howe)",
      schedule: "15 2 * * *",
      timeZone: "Australia/Lord_Howe",
      after: "2026-10-02T16:00:00.000Z",
      want: ["2026-10-03T15:30:00.000Z", "2026-10-04T15:15:00.000Z"],
    },
  ]
  for (const { name, schedule, timeZone, after, want } of table) {
    it(name, () => {
      const got: (string | undefined)[] = []
      let from = at(after)
      for (const _ of want) {
        const next = nextClose(schedule, timeZone, from)
        got.push(iso(next))
        if (next === undefined) break
        from = next
      }
      assert.deepEqual(got, want)
    })
  }
})

describe("the closing that is due", () => {
  const due = (opens: string, now: string) => iso(dueClose("0 7 * * *", "UTC", at(opens), at(now)))

  it("is none before the first one", () => {
    assert.equal(due("2026-06-01T07:00:00Z", "2026-06-02T06:59:59.999Z"), undefined)
  })

  it("is at the very instant", () => {
    assert.equal(due("2026-06-01T07:00:00Z", "2026-06-02T07:00:00Z"), "2026-06-02T07:00:00.000Z")
  })

  it("is the latest when several passed: windows that piled up close as one", () => {
    assert.equal(due("2026-06-01T07:00:00Z", "2026-06-09T12:00:00Z"), "2026-06-09T07:00:00.000Z")
  })

  it("is none when the clock stands before the opening", () => {
    assert.equal(due("2026-06-02T07:00:00Z", "2026-06-01T07:00:00Z"), undefined)
  })

  it("does not step through the minutes of a window that was open for ten years", () => {
    const started = process.cpuUsage()
    const nowMs = at("2026-06-01T00:00:30Z")
    assert.equal(dueClose("* * * * *", "Europe/Paris", nowMs - 3_650 * DAY_MS, nowMs), at("2026-06-01T00:00:00Z"))
    // Five million minutes at 100 us each; halving takes forty.
    assert.ok(process.cpuUsage(started).user < 1_000_000)
  })
})

describe("windows", () => {
  const zones: [timeZone: string, nights: string[]][] = [
    ["Europe/Paris", ["2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z", "2026-06-01T00:00:00Z"]],
    ["America/New_York", ["2026-03-08T07:00:00Z", "2026-11-01T06:00:00Z"]],
    ["Australia/Lord_Howe", ["2026-04-04T15:00:00Z", "2026-10-03T15:30:00Z"]],
    ["UTC", ["2026-12-31T23:59:59Z"]],
  ]
  const schedules = [
    "30 2 * * *",
    "30 1,2 * * *",
    "0 * * * *",
    "*/7 * * * *",
    "15 1-3 * * *",
    "30 59 1 * * *",
    "45 2 * * 0",
  ]
  const arbitraryNight = fc
    .constantFrom(...zones.flatMap(([timeZone, nights]) => nights.map((night) => ({ timeZone, night: at(night) }))))
    .chain(({ timeZone, night }) =>
      fc.record({
        timeZone: fc.constant(timeZone),
        schedule: fc.constantFrom(...schedules),
        opensAtMs: fc.integer({ min: night - 5 * HOUR_MS, max: night + 5 * HOUR_MS }),
        spanMs: fc.integer({ min: 0, max: 5 * HOUR_MS }),
      }),
    )

  it("leave no instant out and share none, on nights when clocks change too", () => {
    fc.assert(
      fc.property(arbitraryNight, ({ schedule, timeZone, opensAtMs, spanMs }) => {
        const nowMs = opensAtMs + spanMs
        const instants = closings(schedule, timeZone, opensAtMs, nowMs)
        for (const [i, instant] of instants.entries()) {
          assert.ok(instant > (instants[i - 1] ?? opensAtMs), "closings are strictly ordered")
          assert.equal(instant % 1_000, 0)
        }
        // Whoever looks later, or first wakes up in the middle, finds the same closings.
        assert.equal(dueClose(schedule, timeZone, opensAtMs, nowMs), instants.at(-1))
        const middleMs = Math.floor((opensAtMs + nowMs) / 2)
        const both = [
          ...closings(schedule, timeZone, opensAtMs, middleMs),
          ...closings(schedule, timeZone, middleMs, nowMs),
        ]
        assert.deepEqual(both, instants)
      }),
      { numRuns: 150 },
    )
  })
})

describe("a schedule", () => {
  it("is accepted when it has five or six fields, and a time zone", () => {
    for (const schedule of ["0 7 * * *", "*/10 * * * *", "0 0 7 * * MON-FRI", "0 7 29 2 *", " 2 * * * * "]) {
      assert.equal(validateSchedule(schedule, "Europe/Paris"), undefined, schedule)
    }
  })

  const table: { schedule: string; timeZone?: string; want: RegExp }[] = [
    { schedule: "", want: /^expected a cron pattern of five fields, or six with seconds first, got ""$/ },
    { schedule: "@daily", want: /five fields/ },
    { schedule: "2027-01-01T00:00:00", want: /five fields/ },
    { schedule: "* * * * * * 2027", want: /five fields/ },
    { schedule: "61 * * * *", want: /^expected a cron pattern, got "61 \* \* \* \*": Invalid value for minute: 61$/ },
    { schedule: "seven o clock in morning", want: /^expected a cron pattern, got/ },
    { schedule: "0 0 30 2 *", want: /^"0 0 30 2 \*" never matches a date$/ },
    { schedule: "0 7 * * *", timeZone: "Europe/Pariss", want: /^expected an IANA time zone .* got "Europe\/Pariss"$/ },
    { schedule: "0 7 * * *", timeZone: "", want: /IANA time zone/ },
    { schedule: "0 7 * * *", timeZone: "+02:00", want: /IANA time zone/ },
  ]
  for (const { schedule, timeZone = "UTC", want } of table) {
    it(`"${schedule}" in "${timeZone}" is refused with the reason`, () => {
      assert.match(validateSchedule(schedule, timeZone) ?? "", want)
    })
  }
})

describe("a window of a digest that is sent at once", () => {
  it("closes ten seconds after its first line, or when the pause since the last mail is over", () => {
    assert.equal(closeAtOnce(100_000, undefined, HOUR_MS), 110_000)
    assert.equal(closeAtOnce(100_000, 100_000, 15 * MINUTE_MS), 100_000 + 15 * MINUTE_MS)
    assert.equal(closeAtOnce(100_000, 0, MINUTE_MS), 110_000)
  })
})
