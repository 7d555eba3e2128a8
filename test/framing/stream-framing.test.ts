import assert from "node:assert/strict"
import { describe, it } from "node:test"
import fc from "fast-check"
import { StreamFraming } from "../../src/framing/stream-framing.ts"
import { chunksOf, framesOf } from "./stream-frames.ts"

interface Case {
  readonly name: string
  readonly input: string
  readonly want: readonly string[]
  readonly skipped?: number
}

const MAX_FRAME_BYTES = 24

const CASES: Readonly<Record<string, readonly Case[]>> = {
  "the beginning of a stream": [
    { name: "an empty stream has no frame", input: "", want: [] },
    { name: "a stream that begins with a count is octet counted", input: "5 <1>ab", want: ["<1>ab"] },
    { name: "a stream that begins with a PRI consists of lines", input: "<1>ab\n", want: ["<1>ab"] },
    { name: "terminators before the first frame are skipped", input: "\r\n\0\n5 <1>ab", want: ["<1>ab"] },
    {
      name: "a date without PRI is a line, and no byte of it is lost",
      input: "2026-11-23 a\n",
      want: ["2026-11-23 a"],
    },
    { name: "a date without separators is no count", input: "20261123 a\n<1>b\n", want: ["20261123 a", "<1>b"] },
    { name: "seconds since 1970 are no count", input: "1795392000 a\n", want: ["1795392000 a"] },
    { name: "a count begins with no zero", input: "05 <1>ab\n", want: ["05 <1>ab"] },
    { name: "a count is not zero", input: "0 <1>ab\n", want: ["0 <1>ab"] },
    { name: "a count without the blank is a line", input: "5<1>ab\n6 x\n", want: ["5<1>ab", "6 x"] },
    { name: "a count with a tab is a line", input: "5\t<1>ab\n", want: ["5\t<1>ab"] },
    { name: "lines of numbers are lines", input: "1\n2\n10\n", want: ["1", "2", "10"] },
    { name: "a number at the end of the stream is a line", input: "17", want: ["17"] },
    {
      name: "the first of lines that begin with a number and a blank is cut in two, and no byte is lost",
      input: "10 green bottles\n9 green bottles\n8 green bottles\n",
      want: ["green bott", "les", "9 green bottles", "8 green bottles"],
    },
  ],
  lines: [
    { name: "lines end in LF", input: "<1>a\n<2>b\n", want: ["<1>a", "<2>b"] },
    { name: "lines end in CR LF", input: "<1>a\r\n<2>b\r\n", want: ["<1>a", "<2>b"] },
    { name: "lines end in NUL", input: "<1>a\0<2>b\0", want: ["<1>a", "<2>b"] },
    {
      name: "lines of one stream may end in LF and in NUL",
      input: "<1>a\0<2>b\n<3>c\0",
      want: ["<1>a", "<2>b", "<3>c"],
    },
    { name: "the last line ends with the stream", input: "<1>a\n<2>b", want: ["<1>a", "<2>b"] },
    { name: "lines keep a CR inside, and all but the last CR before LF", input: "<1>a\rb\r\r\n", want: ["<1>a\rb\r"] },
    { name: "empty lines are no frames", input: "\n<1>a\n\r\n\n\0\r\n<2>b\n\0", want: ["<1>a", "<2>b"] },
    { name: "lines keep their blanks", input: " <1>a \n", want: [" <1>a "] },
    { name: "a later line may begin with a count", input: "<1>a\n5 <1>ab\n", want: ["<1>a", "5 <1>ab"] },
    { name: "a line of exactly the limit is whole", input: `${"x".repeat(24)}\n`, want: ["x".repeat(24)] },
    { name: "a line of exactly the limit with CR LF is whole", input: `${"x".repeat(24)}\r\n`, want: ["x".repeat(24)] },
    {
      name: "a line above the limit is cut, and the next line is whole",
      input: `${"x".repeat(30)}\r\n<1>b\n`,
      want: [`${"x".repeat(24)}…`, "<1>b"],
      skipped: 6,
    },
    {
      name: "a line above the limit is cut at the end of the stream",
      input: "x".repeat(25),
      want: [`${"x".repeat(24)}…`],
      skipped: 1,
    },
  ],
  "counted frames": [
    {
      name: "counted frames follow each other without a separator",
      input: "5 <1>ab6 <2>abc",
      want: ["<1>ab", "<2>abc"],
    },
    { name: "a count is in octets, not characters", input: "6 <1>a\xc3\xa95 <2>ab", want: ["<1>a\xc3\xa9", "<2>ab"] },
    {
      name: "counted frames keep LF, CR and NUL that are counted",
      input: "8 <1>a\nb\0\n5 <2>ab",
      want: ["<1>a\nb\0\n", "<2>ab"],
    },
    {
      name: "a counted frame may contain text that looks like a frame",
      input: "13 <1>a 5 <2>xyz5 <2>ab",
      want: ["<1>a 5 <2>xyz", "<2>ab"],
    },
    {
      name: "a trailer that is not counted may follow a counted frame",
      input: "5 <1>ab\n5 <2>ab\r\n5 <3>ab\0",
      want: ["<1>ab", "<2>ab", "<3>ab"],
    },
    { name: "counted frames need no PRI", input: "2 ab3 abc", want: ["ab", "abc"] },
    {
      name: "a counted frame of exactly the limit is whole",
      input: `24 <1>${"x".repeat(21)}5 <2>ab`,
      want: [`<1>${"x".repeat(21)}`, "<2>ab"],
    },
    {
      name: "a counted frame above the limit is cut, and the next one is whole",
      input: `30 <1>${"x".repeat(27)}5 <2>ab`,
      want: [`<1>${"x".repeat(21)}…`, "<2>ab"],
      skipped: 6,
    },
    {
      name: "a counted frame that the end of the stream cuts off is kept and marked as cut",
      input: "99 <1>ab",
      want: ["<1>ab…"],
    },
    {
      name: "a count without a blank at the end of the stream is dropped and counted as skipped",
      input: "5 <1>ab17",
      want: ["<1>ab"],
      skipped: 2,
    },
    { name: "a count with a blank at the end of the stream is no frame", input: "5 <1>ab17 ", want: ["<1>ab"] },
  ],
  "a wrong count": [
    { name: "a text in place of a count is a line", input: "5 <1>abxyz\n5 <2>ab", want: ["<1>ab", "xyz", "<2>ab"] },
    {
      name: "a line with PRI between counted frames is a frame",
      input: "5 <1>ab<2>line\n5 <3>ab",
      want: ["<1>ab", "<2>line", "<3>ab"],
    },
    {
      name: "an impossible count is the beginning of a line",
      input: "5 <1>ab214000000000 <2>x\n5 <3>ab",
      want: ["<1>ab", "214000000000 <2>x", "<3>ab"],
    },
    {
      name: "the next count is found without any LF after a count that was too small",
      input: "5 <1>ab\xc3\xa95 <2>ab5 <3>ab",
      want: ["<1>ab", "\xc3\xa9", "<2>ab", "<3>ab"],
    },
    {
      name: "the next count is found after a count that was too large",
      input: "9 <1>ab5 <2>ab5 <3>ab",
      want: ["<1>ab5 <2", ">ab", "<3>ab"],
    },
    {
      name: "a number in a text without a following PRI is no count",
      input: "5 <1>abx 5 apples\n5 <2>ab",
      want: ["<1>ab", "x 5 apples", "<2>ab"],
    },
    {
      name: "a number above the limit in a text is no count",
      input: "5 <1>abx 99 <2>y\n5 <2>ab",
      want: ["<1>ab", "x 99 <2>y", "<2>ab"],
    },
    {
      name: "a text in place of a count is a frame at the end of the stream",
      input: "5 <1>abxyz",
      want: ["<1>ab", "xyz"],
    },
    {
      name: "a text in place of a count is cut at the limit",
      input: `5 <1>ab${"x".repeat(30)}5 <2>ab`,
      want: ["<1>ab", `${"x".repeat(24)}…`, "<2>ab"],
      skipped: 6,
    },
  ],
}

for (const [group, cases] of Object.entries(CASES)) {
  describe(group, () => {
    for (const { name, input, want, skipped = 0 } of cases) {
      it(name, () => {
        const stream = Buffer.from(input, "latin1")
        for (const size of [stream.length + 1, 7, 2, 1]) {
          const { frames, skippedBytes } = framesOf(chunksOf(stream, size), MAX_FRAME_BYTES)
          assert.deepEqual(frames, want, `in chunks of ${size}`)
          assert.equal(skippedBytes, skipped, `in chunks of ${size}`)
        }
      })
    }
  })
}

/** Streams made from the pieces that framing must distinguish, well-formed and not. */
const anyStream = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "\n",
        "\r",
        "\0",
        "\r\n",
        " ",
        "<",
        "<13>",
        "0",
        "7",
        "5 <1>ab",
        "6 <2>a\nb",
        "99 <1>",
        "30 ",
        "<1>line\n",
        "20261123 ",
      ),
      fc.nat({ max: 40 }).map((length) => `${length} <1>${"x".repeat(Math.max(0, length - 3))}`),
      fc.string({ unit: "binary-ascii", maxLength: 40 }),
    ),
    { maxLength: 12 },
  )
  .map((pieces) => Buffer.from(pieces.join(""), "latin1"))

/** Cuts `stream` at the given places; two equal ones make an empty chunk. */
function cut(stream: Buffer, places: readonly number[]): Buffer[] {
  const edges = [0, ...places.map((place) => place % (stream.length + 1)).sort((a, b) => a - b), stream.length]
  return edges.slice(1).map((edge, index) => stream.subarray(edges[index], edge))
}

describe("any stream", () => {
  it("the frames do not depend on how the stream is cut into chunks", () => {
    fc.assert(
      fc.property(anyStream, fc.array(fc.nat(), { maxLength: 20 }), (stream, places) => {
        const whole = framesOf([stream], MAX_FRAME_BYTES)
        assert.deepEqual(framesOf(cut(stream, places), MAX_FRAME_BYTES), whole)
        assert.deepEqual(framesOf(chunksOf(stream, 1), MAX_FRAME_BYTES), whole)
      }),
      { numRuns: 2_000 },
    )
  })

  it("no byte of content is lost, and no frame is empty or above the limit", () => {
    fc.assert(
      fc.property(anyStream, (stream) => {
        const { frames, skippedBytes } = framesOf([stream], MAX_FRAME_BYTES)
        let framed = 0
        for (const frame of frames) {
          const size = frame.replace(/…$/, "").length
          assert.ok(size > 0 && size <= MAX_FRAME_BYTES)
          framed += size
        }
        // Letters are never framing, so all of them are in frames or counted.
        const letters = (text: string) => text.replaceAll(/[^a-z]/g, "").length
        const lettersFramed = letters(frames.join(""))
        assert.ok(lettersFramed + skippedBytes >= letters(stream.toString("latin1")))
        assert.ok(framed + skippedBytes <= stream.length)
      }),
      { numRuns: 2_000 },
    )
  })

  it("a stream of well-formed counted frames gives these frames", () => {
    const message = fc.string({ unit: "binary-ascii", maxLength: 20 }).map((text) => `<1>${text}`)
    fc.assert(
      fc.property(fc.array(message), fc.array(fc.nat(), { maxLength: 5 }), (messages, places) => {
        const stream = Buffer.from(messages.map((text) => `${text.length} ${text}`).join(""), "latin1")
        assert.deepEqual(framesOf(cut(stream, places), MAX_FRAME_BYTES), { frames: messages, skippedBytes: 0 })
      }),
      { numRuns: 500 },
    )
  })
})

describe("memory", () => {
  it("a frame inside one chunk is not copied", () => {
    const chunk = Buffer.from("5 <1>ab5 <2>ab")
    const framing = new StreamFraming(MAX_FRAME_BYTES, (bytes) => assert.equal(bytes, chunk))
    framing.push(chunk)
  })

  it("a frame that comes byte by byte takes linear time", () => {
    const frame = Buffer.alloc(1 << 20, "x")
    let frames = 0
    const framing = new StreamFraming(frame.length, () => {
      frames++
    })
    const started = performance.now()
    framing.push(Buffer.from(`${frame.length} `))
    for (let at = 0; at < frame.length; at++) framing.push(frame.subarray(at, at + 1))
    assert.equal(frames, 1)
    // Copying the held bytes for each new byte would move 512 GiB, which takes minutes; this takes a quarter of a second.
    assert.ok(performance.now() - started < 10_000)
  })

  it("the held part of an endless line is limited", () => {
    const framing = new StreamFraming(1024, () => {})
    const chunk = Buffer.alloc(1 << 20, "x")
    const before = process.memoryUsage().arrayBuffers
    for (let pushed = 0; pushed < 200; pushed++) framing.push(chunk)
    assert.ok(process.memoryUsage().arrayBuffers - before < 4 << 20)
  })
})
