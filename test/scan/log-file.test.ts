import assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Readable } from "node:stream"
import { after, before, test } from "node:test"
import { gzipSync } from "node:zlib"
import fc from "fast-check"
import { openLogFile, readLogFile, readStream } from "../../src/scan/log-file.ts"

let directory: string
before(async () => {
  directory = await mkdtemp(join(tmpdir(), "tamis-log-file-"))
})
after(() => rm(directory, { recursive: true }))

async function linesOf(content: string | Buffer, fromByte = 0, unfinished: "read" | "leave" = "read") {
  const path = join(directory, "log")
  await writeFile(path, content)
  const lines: string[] = []
  await using file = await openLogFile(path)
  const position = await readLogFile(file, { fromByte, unfinished }, (bytes, start, end) =>
    lines.push(bytes.toString("latin1", start, end)),
  )
  return { lines, position }
}

test("all lines of a file are read, including a last one without a line feed", async () => {
  assert.deepEqual(await linesOf("one\n\ntwo\nthree"), { lines: ["one", "", "two", "three"], position: 14 })
})

test("an unfinished last line is left for the next scan when a cursor is kept", async () => {
  assert.deepEqual(await linesOf("one\ntwo\nthr", 0, "leave"), { lines: ["one", "two"], position: 8 })
  assert.deepEqual(await linesOf("one\ntwo\nthree\n", 8, "leave"), { lines: ["three"], position: 14 })
})

test("a gzipped file is recognised by its first bytes, not by its name", async () => {
  assert.deepEqual((await linesOf(gzipSync("one\ntwo\n"))).lines, ["one", "two"])
})

test("a gzipped file that was read to its end has no new lines", async () => {
  const { position } = await linesOf(gzipSync("one\n"), 0, "leave")
  assert.deepEqual(await linesOf(gzipSync("one\n"), position, "leave"), { lines: [], position })
})

test("a pipe, as in `tamis scan <(journalctl …)`, is read to its end", async () => {
  const path = join(directory, "pipe")
  execFileSync("mkfifo", [path])
  const written = writeFile(path, "one\ntwo")
  await using file = await openLogFile(path)
  const lines: string[] = []
  await readLogFile(file, { fromByte: 0, unfinished: "read" }, (bytes, start, end) =>
    lines.push(bytes.toString("latin1", start, end)),
  )
  await written
  assert.deepEqual(lines, ["one", "two"])
})

test("a truncated gzip file is an error", async () => {
  await assert.rejects(linesOf(gzipSync("one\n".repeat(10_000)).subarray(0, 40)), /unexpected end of file/)
})

test("a line longer than the read chunk is one line", async () => {
  const long = "x".repeat(3 << 20)
  assert.deepEqual((await linesOf(`${long}\nnext\n`)).lines, [long, "next"])
})

test("the lines of a stream do not depend on its chunks", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 12 })), async (chunks) => {
      const whole = Buffer.concat(chunks)
      const lines: string[] = []
      await readStream(Readable.from(chunks.map((chunk) => Buffer.from(chunk))), (bytes, start, end) =>
        lines.push(bytes.toString("latin1", start, end)),
      )
      const text = whole.toString("latin1")
      const expected = text.split("\n")
      if (expected.at(-1) === "") expected.pop()
      assert.deepEqual(lines, expected)
    }),
    { numRuns: 200 },
  )
})
