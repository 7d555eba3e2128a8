/**
 * Compares tamis' line with the line that a real rsyslogd writes for the same bytes: they are equal, or differ in a way
 * that rsyslog-deviations.ts names. rsyslogd writes lines for the messages of test/corpus here; what it wrote for
 * messages from the field was recorded, and is compared if it is available.
 */
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { before, describe, test } from "node:test"
import { Defect } from "../../src/syslog/message.ts"
import { trimmedEnd } from "../../src/syslog/trailing-blanks.ts"
import { encodeUtf8b } from "../../src/text/utf8b.ts"
import { withoutFieldCorpora } from "../support/field-corpora.ts"
import { unlessCommand } from "../support/requirement.ts"
import { receivedByRsyslogd } from "../support/rsyslogd-receiver.ts"
import { lineOf, parse } from "./fields.ts"
import { DEVIATIONS, deviate } from "./rsyslog-deviations.ts"
import type { RsyslogLine } from "./rsyslog-line.ts"
import { droppedMessages, recordedLines } from "./rsyslog-recordings.ts"

// rsyslogd runs in UTC, and a message without a timestamp takes the local time.
process.env.TZ = "UTC"

describe("the lines that rsyslogd writes for test/corpus", { skip: unlessCommand("rsyslogd") }, () => {
  let lines: readonly RsyslogLine[] = []
  before(async () => {
    lines = await linesOfCorpus()
  })

  test("every line is equal to that of rsyslogd, or differs in a named way", () => {
    assert.deepEqual(compare(lines).different, [])
    assert.ok(lines.length > 50)
  })

  test("every named deviation occurs in test/corpus", () => {
    const { used } = compare(lines)
    assert.deepEqual(
      DEVIATIONS.map(({ name }) => name).filter((name) => !used.has(name)),
      [],
    )
  })
})

describe("the recorded lines of rsyslogd", { skip: withoutFieldCorpora }, () => {
  test("every line is equal to the recorded one, or differs in a named way", () => {
    const recorded = recordedLines()
    assert.deepEqual(compare(recorded).different, [])
    assert.ok(recorded.length > 800, `${recorded.length}`)
  })

  test("a message that rsyslog drops is empty", () => {
    const dropped = droppedMessages()
    assert.ok(dropped.size > 0)
    for (const [id, message] of dropped) assert.equal(parse(message).defects & Defect.empty, Defect.empty, id)
  })
})

function compare(lines: readonly RsyslogLine[]) {
  const used = new Set<string>()
  const different = lines.flatMap(({ id, frame, reportedAtMs, line: rsyslog, isReceivedTime }) => {
    const line = lineOf(frame, reportedAtMs)
    const written = withoutTrailingBlanks(rsyslog)
    const expected = deviate(written, frame.toString("latin1"), isReceivedTime, (name) => used.add(name))
    return line === withoutTrailingBlanks(expected) ? [] : [{ id, line, expected, rsyslog }]
  })
  return { different, used }
}

/** Gives the messages to a real rsyslogd, with the length before each. */
async function linesOfCorpus(): Promise<readonly RsyslogLine[]> {
  const path = join(import.meta.dirname, "../corpus/messages.json")
  const messages: Record<string, string> = JSON.parse(readFileSync(path, "utf8"))
  const frames = Object.entries(messages).map(([id, text]) => ({ id, frame: encodeUtf8b(text) }))
  const stream = frames.flatMap(({ frame }) => [Buffer.from(`${frame.length} `), frame])
  const [received = []] = await receivedByRsyslogd([Buffer.concat(stream)])
  assert.equal(received.length, frames.length, "rsyslogd drops no message")
  return frames.map(({ id, frame }, index) => {
    const { line, reportedAt, receivedAt } = received[index] ?? assert.fail(id)
    const isReceivedTime = (timestamp: string) => reportedAt === receivedAt && line.startsWith(timestamp)
    return { id, frame, line, reportedAtMs: Date.parse(reportedAt), isReceivedTime }
  })
}

/** Like logcheck before it matches rules. */
function withoutTrailingBlanks(line: string): string {
  const bytes = Buffer.from(line, "latin1")
  return bytes.toString("latin1", 0, trimmedEnd(bytes, 0, bytes.length))
}
