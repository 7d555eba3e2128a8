import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { fieldsOf } from "./fields.ts"

/** Each is followed by `host app: text`; what is read of it, or undefined where it is no timestamp. */
const TIMESTAMPS: readonly (readonly [written: string, read: string | undefined])[] = [
  ["Oct 11 22:14:15", "Oct 11 22:14:15"],
  ["Oct  1 22:14:15", "Oct  1 22:14:15"],
  ["Oct 1 22:14:15", "Oct  1 22:14:15"],
  ["Oct 01 22:14:15", "Oct  1 22:14:15"],
  ["OCT 11 22:14:15", "Oct 11 22:14:15"],
  ["oct 11 22:14:15", "Oct 11 22:14:15"],
  [" Oct 11 22:14:15", "Oct 11 22:14:15"],
  ["Oct 11 22:14:15:", "Oct 11 22:14:15"],
  ["Oct 11 22:14:15.123", "Oct 11 22:14:15"],
  ["Oct 11 22:14:15,123", "Oct 11 22:14:15"],
  ["Oct 11 2026 22:14:15", "Oct 11 22:14:15"],
  ["Oct 11 22:14:15 2026", "Oct 11 22:14:15"],
  ["Oct 11 22:14:15 2026:", "Oct 11 22:14:15"],
  ["2026 Oct 11 22:14:15", "Oct 11 22:14:15"],
  ["*Oct 11 22:14:15", "Oct 11 22:14:15"],
  [".Oct 11 22:14:15", "Oct 11 22:14:15"],
  ["Oct 11 22:14:15 UTC", "Oct 11 22:14:15"],
  ["Oct 11 22:14:15 CEST", "Oct 11 22:14:15"],
  ["Dec 31 23:59:60", "Dec 31 23:59:60"],
  ["2026-10-11T22:14:15Z", "Oct 11 22:14:15"],
  ["2026-10-11T22:14:15+02:00", "Oct 11 22:14:15"],
  ["2026-10-11T22:14:15-0330", "Oct 11 22:14:15"],
  ["2026-10-11T22:14:15.003Z", "Oct 11 22:14:15"],
  ["2026-10-11T22:14:15.000003-07:00", "Oct 11 22:14:15"],
  ["2026-10-11T22:14:15.000000003Z", "Oct 11 22:14:15"],
  ["2026-10-11T22:14:15", "Oct 11 22:14:15"],
  ["2026-10-11 22:14:15", "Oct 11 22:14:15"],
  ["2026-10-11T22:14:15+02:00Z", "Oct 11 22:14:15"],
  ["2026-10-11T22:14:15Z:", "Oct 11 22:14:15"],
  ["Oct 32 22:14:15", undefined],
  ["Oct 0 22:14:15", undefined],
  ["Oct 111 22:14:15", undefined],
  ["Okt 11 22:14:15", undefined],
  ["Oct 11 24:14:15", undefined],
  ["Oct 11 22:60:15", undefined],
  ["Oct 11 22:14:61", undefined],
  ["Oct 11 22:14", undefined],
  ["Oct 11 22:14:15x", undefined],
  ["Oct11 22:14:15", undefined],
  ["2026-00-11T22:14:15Z", undefined],
  ["2026-13-11T22:14:15Z", undefined],
  ["2026-10-32T22:14:15Z", undefined],
  ["2026-10-11T24:14:15Z", undefined],
  ["2026-10-11T22:14:15+24:00", undefined],
  ["2026-10-11T22:14:15+02:60", undefined],
  ["2026-10-11T22:14:15+", undefined],
  ["2026-10-11T22:14:15z", undefined],
  ["2126-10-11T22:14:15Z", undefined],
  ["2026/10/11T22:14:15Z", undefined],
]

describe("timestamps before a host", () => {
  for (const [written, read] of TIMESTAMPS) {
    test(`"${written}" ${read === undefined ? "is no timestamp" : `is the time "${read}"`}`, () => {
      const { timestamp, hostname, appName } = fieldsOf(`<13>${written} host app: text`)
      assert.equal(timestamp, read)
      if (read === undefined) assert.equal(hostname, "")
      else assert.deepEqual({ hostname, appName }, { hostname: "host", appName: "app" })
    })
  }
})

test("a timestamp that the frame's end cuts off is no timestamp", () => {
  for (const whole of ["Oct 11 22:14:15", "2026-10-11T22:14:15+02:00"]) {
    for (let length = 0; length <= whole.length; length += 1) {
      const { timestamp, text } = fieldsOf(`<13>${whole.slice(0, length)}`)
      // An ISO timestamp without its offset is complete as well.
      const isWhole = length === whole.length || length === "2026-10-11T22:14:15".length
      assert.equal(timestamp !== undefined, isWhole, `${whole.slice(0, length)}: ${text}`)
    }
  }
})

test("an invalid RFC 5424 header leaves no timestamp", () => {
  assert.equal(fieldsOf("<13>1 2026-10-11T22:14:15Z! host app - - - text").timestamp, undefined)
})
