import assert from "node:assert/strict"
import { PassThrough, Writable } from "node:stream"
import { text } from "node:stream/consumers"
import test from "node:test"
import { DeliveryError, type Mail, type Outgoing } from "../../src/deliver/mail.ts"
import { terminalCourier } from "../../src/deliver/terminal.ts"
import { makeReport } from "../report/make.ts"

const MAIL: Mail = {
  recipients: [],
  subject: "[tamis] default: All quiet",
  text: "All quiet.\n",
  html: "<p>All quiet.</p>\n",
  ruleFile: undefined,
  headers: new Map(),
}
const OUTGOING: Outgoing = { mail: MAIL, report: makeReport() }
const NEVER = new AbortController().signal

test("a mail is written after its subject", async () => {
  const stream = new PassThrough()
  assert.deepEqual(await terminalCourier(stream).deliver(OUTGOING, NEVER), {
    answer: "written to standard output",
    refused: [],
  })
  stream.end()
  assert.equal(await text(stream), "Subject: [tamis] default: All quiet\n\nAll quiet.\n\n")
})

test("a failing stream means certainly not delivered", async () => {
  const stream = new Writable({ write: (_chunk, _encoding, done) => done(new Error("EPIPE")) })
  stream.on("error", () => {})
  await assert.rejects(
    terminalCourier(stream).deliver(OUTGOING, NEVER),
    (error) => error instanceof DeliveryError && error.refused && /EPIPE/.test(error.message),
  )
})
