import assert from "node:assert/strict"
import { test } from "node:test"
import type { Verdict } from "../../src/rules/verdict.ts"
import { FileLine } from "../../src/scan/file-line.ts"
import { LineOrigin } from "../../src/scan/line-origin.ts"
import { logcheckFormat } from "../../src/scan/logcheck-format.ts"

const now = new Date(2026, 10, 23, 18, 0, 0)

interface Report {
  readonly byTime?: boolean
  readonly terminal?: boolean
}

/** Reports lines under the titles of their sections. */
function report(lines: readonly [line: string | Buffer, ...titles: string[]][], options: Report = {}): string {
  const written: Buffer[] = []
  const byTime = options.byTime === true ? new LineOrigin(now.getTime()) : undefined
  const format = logcheckFormat({ byTime, terminal: options.terminal === true }, (output) =>
    written.push(Buffer.from(output)),
  )
  const line = new FileLine()
  for (const [text, ...sections] of lines) {
    const bytes = Buffer.from(text)
    line.set(bytes, 0, bytes.length)
    const verdict: Verdict = { layer: sections.length > 0 ? "system" : "ignored", sections, rules: [], unjudged: false }
    format.take({ written: line, line, verdict, times: 1 })
  }
  format.finish()
  return Buffer.concat(written).toString("latin1")
}

test("sections are in logcheck's order, underlined, each with a blank line after it", () => {
  const text = report([
    ["a", "System Events"],
    ["b", "Security Events for su"],
    ["ignored"],
    ["c", "Security Events"],
    ["d", "Security Alerts for tftpd", "Security Alerts for kernel"],
    ["e", "Security Events for local-x"],
  ])
  assert.equal(
    text,
    `${[
      "Security Alerts for kernel\n=-=-=-=-=-=-=-=-=-=-=-=-=-\nd\n",
      "Security Alerts for tftpd\n=-=-=-=-=-=-=-=-=-=-=-=-=\nd\n",
      "Security Events for local-x\n=-=-=-=-=-=-=-=-=-=-=-=-=-=\ne\n",
      "Security Events\n=-=-=-=-=-=-=-=\nc\n",
      "Security Events for su\n=-=-=-=-=-=-=-=-=-=-=-\nb\n",
      "System Events\n=-=-=-=-=-=-=\na\n",
    ].join("\n")}\n`,
  )
})

test("without reported lines, nothing is written", () => {
  assert.equal(report([["ignored"]]), "")
})

/** The reported lines of one section. */
const order = (lines: readonly string[], options?: Report) =>
  report(
    lines.map((line) => [line, "System Events"]),
    options,
  )
    .split("\n")
    .slice(2, -2)

test("lines of one log keep their order, with any dates", () => {
  const lines = ["Feb  1 00:00:01 web1 x: 2", "Jan 31 23:59:59 web1 x: 1", "x: 0"]
  assert.deepEqual(order(lines), lines)
})

test("lines of several logs are sorted by time: January before February, the old year before the new one", () => {
  const [old, january, february] = ["Dec 31 23:59:59 web1 x", "Jan 31 23:59:59 web1 x", "Feb  1 00:00:00 web1 x"]
  assert.deepEqual(order([february, january, old], { byTime: true }), [old, january, february])
})

test("lines of equal time keep their order, and lines without a date stay after the line before them", () => {
  const [first, second] = ["Nov 23 17:00:00 web1 a", "Nov 23 17:00:00 web1 b"]
  const [later, without] = ["Nov 23 17:30:00 web2 c", "  of the line before"]
  assert.deepEqual(order([later, without, second, first], { byTime: true }), [second, first, later, without])
})

test("dates with and without a zone are sorted by instant, to the millisecond", () => {
  const at = (ms: number) => new Date(now.getTime() + ms).toISOString()
  const [one, two, three] = [`${at(-2)} web1 x`, `${at(-1)} web1 x`, "Nov 23 18:00:00 web1 x"]
  assert.deepEqual(order([three, two, one], { byTime: true }), [one, two, three])
})

test("bytes are written unchanged to a file, and escaped to a terminal", () => {
  const hostile: [Buffer, string][] = [[Buffer.from("su:\t\x1b]0;x\x07 \x9b1m \xe9", "latin1"), "System Events"]]
  assert.match(report(hostile), /\nsu:\t\x1b\]0;x\x07 \x9b1m \xe9\n/)
  assert.match(report(hostile, { terminal: true }), /\nsu:\t\\x1b\]0;x\\x07 \\x9b1m \\xe9\n/)
})
