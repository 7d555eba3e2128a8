/** What holds for every byte string, and for every shape of a real sender with something broken in it. */
import assert from "node:assert/strict"
import { readdirSync, readFileSync } from "node:fs"
import { describe, test } from "node:test"
import fc from "fast-check"
import { CanonicalLine } from "../../src/syslog/canonical.ts"
import { emptyMessage } from "../../src/syslog/message.ts"
import { parseMessage } from "../../src/syslog/parse.ts"
import { trimmedEnd } from "../../src/syslog/trailing-blanks.ts"
import { parse } from "./fields.ts"

const RECEIVED_AT_MS = Date.parse("2026-11-23T17:45:00Z")

const CONFORMANCE = new URL("../conformance/", import.meta.url)

const shapes: readonly Buffer[] = readdirSync(CONFORMANCE)
  .filter((name) => name.endsWith(".json"))
  .flatMap((name): { frame: string }[] => JSON.parse(readFileSync(new URL(name, CONFORMANCE), "utf8")).cases)
  .map(({ frame }) => Buffer.from(frame))

/** The bytes that headers are made of, more often than others. */
const byte = fc.oneof(
  fc.integer({ min: 0, max: 255 }),
  fc.constantFrom(...Buffer.from('<>[]{}:: ,.%*-+"\\/@019ZT\0\t\n\r\x7f')),
)
const noise = fc.array(byte, { maxLength: 120 }).map((bytes) => Buffer.from(bytes))

/** A shape with a part of it replaced. */
const mutated = fc
  .tuple(fc.constantFrom(...shapes), fc.nat(), fc.nat({ max: 12 }), fc.array(byte, { maxLength: 12 }))
  .map(([shape, at, removed, inserted]) => {
    const from = at % (shape.length + 1)
    return Buffer.concat([shape.subarray(0, from), Buffer.from(inserted), shape.subarray(from + removed)])
  })

const frames = fc.oneof(noise, mutated, fc.constantFrom(...shapes))
const RUNS = { numRuns: 5000 }

function lineOf(frame: Buffer): CanonicalLine {
  const line = new CanonicalLine()
  line.write(parse(frame), "peer1", RECEIVED_AT_MS)
  return line
}

describe("any frame", () => {
  test("the fields of any frame are in order and inside the frame", () => {
    const message = emptyMessage()
    fc.assert(
      fc.property(frames, (frame) => {
        parseMessage(frame, 0, frame.length, message)
        const offsets = [
          ...[0, message.hostnameStart, message.hostnameEnd, message.appNameStart, message.appNameEnd],
          ...[message.procIdStart, message.procIdEnd, message.textStart, message.textEnd, frame.length],
        ]
        assert.deepEqual(
          offsets,
          offsets.toSorted((a, b) => a - b),
        )
        assert.ok(message.facility >= 0 && message.facility <= 23 && message.severity >= 0 && message.severity <= 7)
      }),
      RUNS,
    )
  })

  test("the result of parsing a frame does not depend on its place or on earlier frames", () => {
    const message = emptyMessage()
    const line = new CanonicalLine()
    fc.assert(
      fc.property(frames, noise, noise, (frame, before, behind) => {
        parseMessage(Buffer.concat([before, frame, behind]), before.length, before.length + frame.length, message)
        line.write(message, "peer1", RECEIVED_AT_MS)
        const alone = lineOf(frame)
        assert.equal(line.bytes.toString("latin1"), alone.bytes.toString("latin1"))
        assert.equal(line.isoForm().toString("latin1"), alone.isoForm().toString("latin1"))
        assert.equal(message.defects, parse(frame).defects)
      }),
      RUNS,
    )
  })

  test("any frame makes a line without control characters and trailing blanks, with a header that Debian's rules match", () => {
    fc.assert(
      fc.property(frames, (frame) => {
        const line = lineOf(frame)
        const text = line.bytes.toString("latin1")
        assert.match(text, /^[A-Z][a-z]{2} [ :0-9]{11} [._A-Za-z0-9-]+(?: [^\x00-\x1f\x7f]+)?$/)
        assert.equal(trimmedEnd(line.bytes, 0, line.bytes.length), line.bytes.length)
        assert.equal(
          line.ascii,
          line.bytes.every((each) => each < 0x80),
        )
      }),
      RUNS,
    )
  })

  test("the second form of any line differs only in the date", () => {
    fc.assert(
      fc.property(frames, (frame) => {
        const line = lineOf(frame)
        const iso = line.isoForm().toString("latin1")
        assert.match(iso.slice(0, 33), /^[0-9T:.+-]{32} $/)
        assert.equal(iso.slice(32), line.bytes.toString("latin1").slice(15))
      }),
      RUNS,
    )
  })
})
