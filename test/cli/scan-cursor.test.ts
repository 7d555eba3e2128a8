/** `tamis scan --cursor`: each line once, whatever happens to the file between two scans. */
import assert from "node:assert/strict"
import { appendFile, mkdir, mkdtemp, readFile, rename, rm, truncate, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, test } from "node:test"
import { gzipSync } from "node:zlib"
import { type CommandResult, runTamis } from "../support/tamis-command.ts"

let directory: string
let rules: string
let log: string
let cursor: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "tamis-cli-cursor-"))
  rules = join(directory, "rules")
  log = join(directory, "syslog")
  cursor = join(directory, "cursor")
  await mkdir(join(rules, "ignore.d.server"), { recursive: true })
  await writeFile(join(rules, "ignore.d.server/x"), "^normal")
})
afterEach(() => rm(directory, { recursive: true }))

function scan(...options: string[]): Promise<CommandResult> {
  const files = options.some((option) => !option.startsWith("--")) ? [] : [log]
  return runTamis(["scan", "-r", rules, "--format", "logcheck", "--cursor", cursor, ...options, ...files])
}

/** The lines that are new. */
async function fresh(...options: string[]): Promise<string[]> {
  const { stdout, stderr } = await scan(...options)
  assert.equal(stderr, "")
  return stdout.toString().split("\n").slice(2, -2)
}

test("the first scan reads all, the next ones what came since, and nothing is status 0", async () => {
  await writeFile(log, "one\nnormal\ntwo\n")
  assert.deepEqual(await fresh(), ["one", "two"])
  await appendFile(log, "three\n")
  assert.deepEqual(await fresh(), ["three"])
  const { status, stdout } = await scan()
  assert.deepEqual({ status, stdout: stdout.toString() }, { status: 0, stdout: "" })
})

test("--dry-run leaves the cursor where it is", async () => {
  await writeFile(log, "one\n")
  assert.deepEqual(await fresh("--dry-run"), ["one"])
  await assert.rejects(readFile(cursor), "a dry run makes no cursor")
  assert.deepEqual(await fresh(), ["one"])
  await appendFile(log, "two\n")
  const before = await readFile(cursor, "utf8")
  assert.deepEqual(await fresh("--dry-run"), ["two"])
  assert.equal(await readFile(cursor, "utf8"), before)
})

test("a line that is not finished is left until it is", async () => {
  await writeFile(log, "one\ntw")
  assert.deepEqual(await fresh(), ["one"])
  await appendFile(log, "o\nthree")
  assert.deepEqual(await fresh(), ["two"])
})

test("after a rotation the rest of the old file comes first, its unfinished line too", async () => {
  await writeFile(log, "one\n")
  await fresh()
  await appendFile(log, "two\nthree")
  await rename(log, `${log}.1`)
  await writeFile(log, "four\n")
  assert.deepEqual(await fresh(), ["two", "three", "four"])
  assert.deepEqual(await fresh(), [])
})

test("a rotated file that is gone is told, and the new one is read", async () => {
  await writeFile(log, "one\n")
  await fresh()
  await rename(log, join(directory, "elsewhere"))
  await writeFile(log, "two\n")
  const { status, stdout, stderr } = await scan()
  assert.equal(status, 1)
  assert.match(stdout.toString(), /\ntwo\n/)
  assert.match(stderr, /^tamis: .*\/syslog was rotated and its old file is not beside it/)
})

test("a file that was truncated is read from its start", async () => {
  await writeFile(log, "one\ntwo\n")
  await fresh()
  await truncate(log)
  await appendFile(log, "three\n")
  assert.deepEqual(await fresh(), ["three"])
})

test("several logs have a place each, a gzipped one too", async () => {
  const other = join(directory, "other.gz")
  await writeFile(log, "one\n")
  await writeFile(other, gzipSync("two\n"))
  assert.deepEqual(await fresh(log, other), ["one", "two"])
  await appendFile(log, "three\n")
  assert.deepEqual(await fresh(log, other), ["three"])
})

test("a log that cannot be read keeps its place, and the others move on", async () => {
  await writeFile(log, "one\n")
  const { status, stdout, stderr } = await scan(join(directory, "missing"), log)
  assert.equal(status, 2)
  assert.match(stdout.toString(), /\none\n/)
  assert.match(stderr, /missing: cannot be read/)
  assert.deepEqual(await fresh(), [])
})

test("a cursor that cannot be used is the operator's to mend", async () => {
  await writeFile(log, "one\n")
  const { status, stderr } = await scan("-")
  assert.equal(status, 2)
  assert.match(stderr, /--cursor remembers places in files/)
  await writeFile(cursor, "offset: 5\n")
  const other = await scan()
  assert.equal(other.status, 2)
  assert.match(other.stderr, /cursor:1:1: is no cursor of tamis/)
  assert.equal(await readFile(cursor, "utf8"), "offset: 5\n")
})
