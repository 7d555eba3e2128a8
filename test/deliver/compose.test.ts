import assert from "node:assert/strict"
import test from "node:test"
import { composeMail } from "../../src/deliver/compose.ts"
import type { Delivery } from "../../src/store/store.ts"
import { makeTally, makeWindow, reportOf, type WindowFields } from "../report/make.ts"

const DIGEST = {
  recipients: ["marie@example.org"],
  subject: "[tamis] %d: %t",
  timeZone: "Europe/Paris",
  maxBytes: 10_000,
}
const DELIVERY: Delivery = { digest: "default", id: "default:7-9", windows: [7, 8, 9], attempts: 0 }
const NOON = Date.parse("2026-11-23T12:00:00Z")

function compose(window: WindowFields = {}, delivery = DELIVERY, digest = "default", nowMs = NOON) {
  const report = reportOf([makeWindow(window)], { digest })
  return composeMail(report, delivery, DIGEST, "example.org", nowMs)
}

function messageId(...of: Parameters<typeof compose>): string | undefined {
  return compose(...of).headers.get("Message-ID")
}

test("a mail has headers for people and for programs", () => {
  const { recipients, subject, text, html, headers } = compose({ tallies: [makeTally({ host: "web1" })] })
  assert.deepEqual(recipients, ["marie@example.org"])
  assert.equal(subject, "[tamis] default: a line without a program on web1")
  assert.match(text, /^tamis digest default, 1970-01-01 01:00 to 02:00 \(Europe\/Paris\)\n/)
  assert.match(html, /<h1>tamis digest default, 1970-01-01 01:00 to 02:00 \(Europe\/Paris\)<\/h1>/)
  assert.equal(headers.get("Date"), "Mon, 23 Nov 2026 12:00:00 +0000")
  assert.equal(headers.get("Auto-Submitted"), "auto-generated")
  assert.equal(headers.get("List-Id"), "<default.tamis.example.org>")
  assert.equal(headers.get("X-Tamis-Digest"), "default")
  assert.equal(headers.get("X-Tamis-News"), "new")
  assert.equal(headers.get("Importance"), undefined)
})

test("an alarming mail is marked as important for mail programs and filters", () => {
  const { headers } = compose({ tallies: [makeTally({ host: "web1", alarm: "disk" })] })
  assert.equal(headers.get("X-Tamis-News"), "alarming")
  assert.equal(headers.get("Importance"), "high")
  assert.equal(headers.get("X-Priority"), "1")
})

test("a repeated delivery has the same Message-ID, at any attempt and time", () => {
  const window = { ignored: { web1: 3 } }
  assert.match(messageId(window)!, /^<tamis\.[0-9a-f]{32}@example\.org>$/)
  assert.equal(messageId(window), messageId(window, { ...DELIVERY, attempts: 4 }, "default", NOON + 1))
})

test("another delivery has another Message-ID, and so has a delivery of the same name in another installation", () => {
  const ids = [
    messageId({ ignored: { web1: 3 } }),
    messageId({ ignored: { web1: 3 } }, { ...DELIVERY, id: "default:7-10" }),
    messageId({ ignored: { web1: 4 } }),
    messageId({ ignored: { web1: 3 }, opensAtMs: 1 }),
  ]
  assert.equal(new Set(ids).size, ids.length)
})

test("a digest's name cannot break a header", () => {
  const { headers, subject } = compose({}, DELIVERY, "routers & \r\nBcc: x")
  assert.equal(headers.get("List-Id"), "<routers-----Bcc--x.tamis.example.org>")
  for (const value of [...headers.values(), subject]) assert.doesNotMatch(value, /[\r\n]/)
})
