/** What is learned of a sender, and when it is silent. Hosts of many kinds are in bench/silence.ts. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import fc from "fast-check"
import { type Cadence, endsSilence, firstHeard, hear } from "../../src/cadence/cadence.ts"
import { expectationOf } from "../../src/cadence/silence.ts"
import { OwnTime } from "../../src/cadence/week.ts"
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/units.ts"

/** A Monday. */
const T0 = Date.UTC(2026, 7, 3)

function learn(times: readonly number[], resumedMs = 0): Cadence {
  const [first = assert.fail("no times"), ...others] = times
  let cadence = firstHeard({ firstMs: first, lastMs: first })
  for (const atMs of others) cadence = hear(cadence, { firstMs: atMs, lastMs: atMs }, resumedMs)
  return cadence
}

function every(periodMs: number, days: number, isThere = (_atMs: number) => true): number[] {
  return Array.from({ length: (days * DAY_MS) / periodMs }, (_, number) => T0 + number * periodMs).filter(isThere)
}

function silentAfter(cadence: Cadence): number | undefined {
  const expected = expectationOf(cadence, 0)
  return expected && (expected.silentAtMs - cadence.lastMs) / MINUTE_MS
}

describe("when a sender is silent", () => {
  test("nobody knows after a single line", () => {
    assert.equal(silentAfter(learn([T0])), undefined)
  })

  test("before a weekend is known, a silence takes four days", () => {
    assert.equal(silentAfter(learn(every(5 * MINUTE_MS, 3))), (4 * DAY_MS) / MINUTE_MS)
  })

  test("a host that speaks each 20 minutes is silent after 32", () => {
    assert.equal(Math.round(silentAfter(learn(every(20 * MINUTE_MS, 14))) ?? 0), 32)
  })

  test("a host that always speaks is silent after twelve minutes, since a reboot takes a few", () => {
    assert.equal(silentAfter(learn(every(MINUTE_MS, 10))), 12)
  })

  test("a job at night is missed an hour and a half after its time", () => {
    const nights = Array.from({ length: 21 }, (_, day) => T0 + day * DAY_MS + 3 * HOUR_MS)
    const hours = (silentAfter(learn(nights)) ?? 0) / 60
    assert.ok(hours > 24 && hours < 26, `${hours} hours`)
  })

  test("an office is not silent on a weekend, and is on a Tuesday", () => {
    const isOpen = (atMs: number) => (new Date(atMs).getUTCDay() + 6) % 7 < 5 && atMs % DAY_MS < 10 * HOUR_MS
    const times = every(3 * MINUTE_MS, 33, isOpen)
    const friday = learn(times.filter((atMs) => atMs < T0 + 33 * DAY_MS))
    const monday = (7 - (((friday.lastMs - T0) / DAY_MS) % 7)) * 24 * 60
    const afterFriday = silentAfter(friday) ?? 0
    assert.ok(afterFriday > monday && afterFriday < monday + 120, `${afterFriday} minutes`)
    const tuesday = learn(times.filter((atMs) => atMs < T0 + 29 * DAY_MS + 5 * HOUR_MS))
    const afterTuesday = silentAfter(tuesday) ?? 0
    assert.ok(afterTuesday < 5 * 60, `${afterTuesday} minutes`)
  })

  test("a single silence is an incident: the next one is found as soon", () => {
    const times = every(10 * MINUTE_MS, 20)
    const before = learn(times)
    const after = learn([...times, before.lastMs + DAY_MS, ...later(before.lastMs + DAY_MS)])
    assert.equal(after.odd.length, 1)
    assert.ok((silentAfter(after) ?? 0) < 2 * (silentAfter(before) ?? 0))
  })

  test("after two silences the host is one that does this at times", () => {
    const times = every(10 * MINUTE_MS, 20)
    const first = times.at(-1)! + DAY_MS
    const second = later(first).at(-1)! + DAY_MS
    const after = learn([...times, first, ...later(first), second, ...later(second)])
    assert.ok((silentAfter(after) ?? 0) > (DAY_MS / MINUTE_MS) * 1.5)
  })

  test("a pause before tamis was there again is no pause of the sender", () => {
    const before = learn(every(10 * MINUTE_MS, 20))
    const back = before.lastMs + DAY_MS
    const after = hear(before, { firstMs: back, lastMs: back }, back - MINUTE_MS)
    assert.deepEqual([after.odd, after.current.pauses], [[], before.current.pauses])
  })

  test("lines out of order change nothing, whatever comes", () => {
    const cadence = learn(every(10 * MINUTE_MS, 9))
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9 * DAY_MS - 10 * MINUTE_MS }), (ms) => {
        assert.equal(hear(cadence, { firstMs: T0, lastMs: T0 + ms }, 0), cadence)
      }),
    )
  })

  test("what is kept stays small, whatever comes", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 40 * DAY_MS }), { minLength: 1, maxLength: 100 }), (pauses) => {
        let atMs = T0
        let cadence = firstHeard({ firstMs: atMs, lastMs: atMs })
        for (const pause of pauses) {
          atMs += pause
          cadence = hear(cadence, { firstMs: atMs, lastMs: atMs }, 0)
        }
        assert.ok(cadence.current.pauses.size <= 24 && cadence.odd.length <= 4 && cadence.week.length === 168)
        assert.ok(cadence.week.every((each) => each >= 0 && each <= 60))
        const expected = expectationOf(cadence, 0)
        assert.ok(expected === undefined || expected.silentAtMs > cadence.lastMs)
        assert.equal(endsSilence(cadence, cadence.lastMs), false)
      }),
    )
  })

  /** An ordinary week after an incident. */
  function later(fromMs: number): number[] {
    return Array.from({ length: 7 * 144 }, (_, number) => fromMs + (number + 1) * 10 * MINUTE_MS)
  }
})

describe("a sender's own time", () => {
  const office = Array.from({ length: 168 }, (_, hour) => (hour % 24 < 8 ? 30 : 0))

  test("a week is a week on any clock", () => {
    assert.equal(Math.round(new OwnTime(office, 5).between(T0, T0 + 7 * DAY_MS)), 7 * DAY_MS)
  })

  test("the time after which so much has passed is when so much has passed", () => {
    const time = new OwnTime(office, 5)
    const ms = fc.integer({ min: 1, max: 30 * DAY_MS })
    fc.assert(
      fc.property(ms, ms, (from, own) => {
        const until = time.after(T0 + from, own)
        assert.ok(Math.abs(time.between(T0 + from, until) - own) < 1)
      }),
    )
  })
})
