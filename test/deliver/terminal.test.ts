import assert from "node:assert/strict"
import { PassThrough, Writable } from "node:stream"
import { text } from "node:stream/consumers"
import test from "node:test"
import { DeliveryError, type Mail } from "../../src/deliver/mail.ts"
import { terminalCourier } from "../../src/deliver/terminal.ts"

const MAIL: Mail = {
  recipients: [],
  subject: "[tamis] default: All quiet",
  text: "All quiet.\n",
  html: "<p>All quiet.</p>\n",
  ruleFile: undefined,
  headers: new Map(),
}
const NEVER = new AbortController().signal

test("a mail is written with its subject", async () => {
  const stream = new PassThrough()
  assert.deepEqual(await terminalCourier(stream).deliver(MAIL, NEVER), { refused: [] })
  stream.end()
  assert.equal(await text(stream), "Subject: [tamis] default: All quiet\n\nAll quiet.\n\n")
})

test("a stream that fails has nothing", async () => {
  const stream = new Writable({ write: (_chunk, _encoding, done) => done(new Error("EPIPE")) })
  stream.on("error", () => {})
  await assert.rejects(
    terminalCourier(stream).deliver(MAIL, NEVER),
    (error) => error instanceof DeliveryError && error.refused && /EPIPE/.test(error.message),
  )
})
