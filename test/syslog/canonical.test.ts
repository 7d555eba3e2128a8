import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { CanonicalLine } from "../../src/syslog/canonical.ts"
import { parse } from "./fields.ts"

process.env.TZ = "Europe/Paris"
const RECEIVED_AT_MS = Date.parse("2026-11-23T17:45:00Z")

function write(frame: string | Buffer, fallback = "peer1", receivedAtMs = RECEIVED_AT_MS): CanonicalLine {
  const line = new CanonicalLine()
  line.write(parse(Buffer.from(frame)), fallback, receivedAtMs)
  return line
}

describe("the line", () => {
  test("a message without a timestamp gets the local time", () => {
    assert.equal(write("<13>app: text").bytes.toString(), "Nov 23 18:45:00 peer1 app: text")
  })

  test("the local time follows the clock", () => {
    const line = new CanonicalLine()
    const message = parse(Buffer.from("<13>app: text"))
    for (const [receivedAtMs, time] of [
      [RECEIVED_AT_MS, "Nov 23 18:45:00"],
      [RECEIVED_AT_MS + 999, "Nov 23 18:45:00"],
      [RECEIVED_AT_MS + 1000, "Nov 23 18:45:01"],
      [Date.parse("2026-07-01T00:00:00Z"), "Jul  1 02:00:00"],
    ] as const) {
      line.write(message, "peer1", receivedAtMs)
      assert.equal(line.bytes.toString(), `${time} peer1 app: text`)
    }
  })

  test("bytes that no host name has become a dash, in the claim and in the fallback", () => {
    assert.equal(write("<13>1 - a#b\u00e9! app - - - text").bytes.toString(), "Nov 23 18:45:00 a-b--- app: text")
    assert.equal(write("<13>app: text", "2001:db8::1").bytes.toString(), "Nov 23 18:45:00 2001-db8--1 app: text")
    assert.equal(write("<13>app: text", "h\u00f4te").bytes.toString(), "Nov 23 18:45:00 h-te app: text")
    assert.equal(write("<13>app: text", "").bytes.toString(), "Nov 23 18:45:00 - app: text")
  })

  test("control characters are escaped in every field", () => {
    const frame = "<13>1 - h\u0001 a\u0000p p\u001fd - - \tt\u007fx\n\ny"
    assert.equal(write(frame).bytes.toString(), "Nov 23 18:45:00 h- a#000p[p#037d]: #011t#177x#012#012y")
  })

  test("a line loses exactly the trailing blanks that logcheck strips", () => {
    const end = (text: string) =>
      write(`<13>Oct 11 22:14:15 web1 app: ${text}`).bytes.toString().slice("Oct 11 22:14:15 web1 ".length)
    assert.equal(end("x  "), "app: x")
    assert.equal(end("x \n"), "app: x")
    assert.equal(end("x\t"), "app: x#011", "rsyslog has escaped a TAB before logcheck sees it")
    assert.equal(end("x \u3000\u2003 "), "app: x")
    assert.equal(end("x\u00a0"), "app: x\u00a0")
    assert.equal(end("   "), "app:")
    assert.equal(end(""), "app:")
  })

  test("the flag for ASCII ignores trimmed blanks", () => {
    assert.equal(write("<13>app: text").ascii, true)
    assert.equal(write("<13>app: te\u00dft").ascii, false)
    assert.equal(write("<13>\u00e4pp: text").ascii, false)
    assert.equal(write("<13>app: text\u3000").ascii, true)
    assert.equal(write("<13>app: te\u00dft\u3000").ascii, false)
    assert.equal(write("<13>app: \x7f").ascii, true)
  })

  test("bytes that are not UTF-8 stay in the line, and show as U+FFFD", () => {
    const line = write(Buffer.from("<13>app: caf\xe9", "latin1"))
    assert.equal(line.bytes.at(-1), 0xe9)
    assert.equal(line.bytes.toString(), "Nov 23 18:45:00 peer1 app: caf\ufffd")
  })

  test("a long message whose every byte is escaped fits into the line", () => {
    const line = write(`<13>app: ${"\u0001".repeat(70_000)}x`)
    assert.equal(line.bytes.length, "Nov 23 18:45:00 peer1 app: x".length + 70_000 * 4)
    assert.equal(line.bytes.at(-1), 0x78)
    assert.equal(line.isoForm().length, line.bytes.length - 15 + 32)
  })
})

describe("the other form", () => {
  const isoForm = (frame: string, receivedAt = "2026-11-23T17:45:00Z") =>
    write(frame, "peer1", Date.parse(receivedAt)).isoForm().toString()

  test("the ISO form has the 32 characters that Debian's rules require", () => {
    const iso = isoForm("<13>Jun  1 06:07:08 web1 app[5]: text")
    assert.equal(iso, "2026-06-01T06:07:08.000000+00:00 web1 app[5]: text")
    assert.match(iso, /^[0-9T:.+-]{32} [._A-Za-z0-9-]+ /)
  })

  test("the ISO form has the year that puts the date nearest to the receive time", () => {
    assert.match(isoForm("<13>Dec 31 23:59:59 web1 app: x", "2027-01-01T00:00:10Z"), /^2026-12-31T23:59:59/)
    assert.match(isoForm("<13>Jan  1 00:00:01 web1 app: x", "2026-12-31T23:59:50Z"), /^2027-01-01T00:00:01/)
    assert.match(isoForm("<13>Feb 29 12:00:00 web1 app: x", "2028-02-29T12:00:00Z"), /^2028-02-29T12:00:00/)
  })

  test("the ISO form is that of the last line written", () => {
    const line = write("<13>Jun  1 06:07:08 web1 app: first")
    assert.match(line.isoForm().toString(), /first$/)
    line.write(parse(Buffer.from("<13>Jun  2 06:07:08 web1 app: second")), "peer1", RECEIVED_AT_MS)
    assert.equal(line.isoForm().toString(), "2026-06-02T06:07:08.000000+00:00 web1 app: second")
  })
})
