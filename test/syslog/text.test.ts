import assert from "node:assert/strict"
import { test } from "node:test"
import { programName } from "../../src/syslog/text.ts"
import { parse } from "./fields.ts"

test("a program's name is printable, bounded, and empty if there is none", () => {
  const name = (frame: string) => programName(parse(Buffer.from(frame)))
  assert.equal(name("<13>Oct 11 22:14:15 web1 postfix/smtpd[7]: text"), "postfix/smtpd")
  assert.equal(name("<13>1 - - su 7 - - text"), "su")
  assert.equal(name("<13>Oct 11 22:14:15 web1 no tag"), "")
  assert.equal(name("<13>1 - - a\u001b[31m\u009bb - - - text"), "a?[31m?b")
  assert.equal(name(`<13>${"x".repeat(60_000)}: text`).length, 48)
})
