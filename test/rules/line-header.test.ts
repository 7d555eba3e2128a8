import assert from "node:assert/strict"
import test from "node:test"
import { dateOf, headerOf, tagStart } from "../../src/rules/line-header.ts"
import { compileWritten, matchesLine } from "../../src/rules/written-rules.ts"
import { SHIPPED_ALARMING } from "../support/alarming.ts"

const DATES = [
  "Nov 23 17:45:00",
  "Nov  3 07:05:00",
  "2026-11-23T17:45:00.000000+00:00",
  "2026-11-23T17:45:00Z",
  "2026-11-23T17:45:00.123456789+0100",
  "nov 23 17:45:00",
  "2026-11-23 17:45:00",
  "2026-11-23T17:45:00",
  "<134>Nov 23 17:45:00",
  "",
]
const HOSTS = ["web1", "2001:db8::7", "fe80::1%eth0", "münchen", "web_1", "web=1", "☃", "(none)", ""]

test("headerOf finds the same header as ${HEAD} in a rule", () => {
  const engine = compileWritten(["^${HEAD} su: x$"]) ?? assert.fail()
  const agreed = new Set<boolean>()
  for (const date of DATES) {
    for (const host of HOSTS) {
      const line = `${date} ${host} su: x`
      const matches = matchesLine(engine, line)
      assert.equal(headerOf(line), matches ? `${date} ${host} ` : "", line)
      agreed.add(matches)
    }
  }
  assert.equal(agreed.size, 2)
})

test("dateOf finds the date before any host", () => {
  assert.equal(dateOf("Nov 23 17:45:00 (none) su: x"), "Nov 23 17:45:00 ")
  assert.equal(dateOf("2026-11-23T17:45:00Z su: x"), "2026-11-23T17:45:00Z ")
  assert.equal(dateOf("su: x"), "")
})

test("the tag begins after the host of a line with a classic date", () => {
  for (const line of SHIPPED_ALARMING.lines) assert.equal(tagStart(line), headerOf(line).length, line)
  assert.equal(tagStart("Nov 23 17:45:00"), 0)
})
