import assert from "node:assert/strict"
import { test } from "node:test"
import { LineOrigin } from "../../src/scan/line-origin.ts"

const now = new Date(2026, 10, 23, 18, 0, 0)

function originOf(line: string): { at: string | undefined; host: string; program: string } {
  const origin = new LineOrigin(now.getTime())
  origin.read(Buffer.from(line))
  const { atMs, host, program } = origin
  return { at: atMs === undefined ? undefined : new Date(atMs).toISOString(), host, program }
}

const local = (year: number, month: number, ...rest: [number, number, number, number]) =>
  new Date(year, month - 1, ...rest).toISOString()

const DATES: readonly [line: string, at: string | undefined][] = [
  ["Nov 23 17:59:58 web1 su: x", local(2026, 11, 23, 17, 59, 58)],
  ["Nov 24 09:00:00 web1 su: a clock ahead by hours", local(2026, 11, 24, 9, 0, 0)],
  ["Nov 25 09:00:00 web1 su: in two days, so a year ago", local(2025, 11, 25, 9, 0, 0)],
  ["Dec 31 23:59:59 web1 su: x", local(2025, 12, 31, 23, 59, 59)],
  ["Jan  1 00:00:00 web1 su: x", local(2026, 1, 1, 0, 0, 0)],
  ["2024-06-21T16:47:48 web1 su: x", local(2024, 6, 21, 16, 47, 48)],
  ["2024-06-21T16:47:48.123456+02:00 web1 su: x", "2024-06-21T14:47:48.123Z"],
  ["2024-06-21T16:47:48Z web1 su: x", "2024-06-21T16:47:48.000Z"],
  ["no date at all", undefined],
  ["", undefined],
]
for (const [line, at] of DATES) {
  test(`the time of ${JSON.stringify(line)} is read`, () => assert.equal(originOf(line).at, at))
}

test("host and program are those of the last line read", () => {
  const origin = new LineOrigin(now.getTime())
  const read = (line: string) => {
    origin.read(Buffer.from(line))
    return [origin.host, origin.program]
  }
  assert.deepEqual(read("Nov 23 18:00:00 web1 postfix/smtpd[7]: x"), ["web1", "postfix/smtpd"])
  assert.deepEqual(read("Nov 23 18:00:00 web2 su: x"), ["web2", "su"])
  assert.deepEqual(read("Nov 23 18:00:00 web2 cron[8]: x"), ["web2", "cron"])
  assert.deepEqual(read(""), ["", ""])
})
