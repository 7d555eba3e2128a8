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

test("the first scan reads all lines, later scans only new ones, and without new lines the status is 0", async () => {
  await writeFile(log, "one\nnormal\ntwo\n")
  assert.deepEqual(await fresh(), ["one", "two"])
  await appendFile(log, "three\n")
  assert.deepEqual(await fresh(), ["three"])
  const { status, stdout } = await scan()
  assert.deepEqual({ status, stdout: stdout.toString() }, { status: 0, stdout: "" })
})

test("--dry-run does not change the cursor", async () => {
  await writeFile(log, "one\n")
  assert.deepEqual(await fresh("--dry-run"), ["one"])
  await assert.rejects(readFile(cursor), "a dry run makes no cursor")
  assert.deepEqual(await fresh(), ["one"])
  await appendFile(log, "two\n")
  const before = await readFile(cursor, "utf8")
  assert.deepEqual(await fresh("--dry-run"), ["two"])
  assert.equal(await readFile(cursor, "utf8"), before)
})

test("an unfinished line is read once it is finished", async () => {
  await writeFile(log, "one\ntw")
  assert.deepEqual(await fresh(), ["one"])
  await appendFile(log, "o\nthree")
  assert.deepEqual(await fresh(), ["two"])
})

test("after a rotation the rest of the old file is read first, including its unfinished line", async () => {
  await writeFile(log, "one\n")
  await fresh()
  await appendFile(log, "two\nthree")
  await rename(log, `${log}.1`)
  await writeFile(log, "four\n")
  assert.deepEqual(await fresh(), ["two", "three", "four"])
  assert.deepEqual(await fresh(), [])
})

test("if the rotated file is gone, scan prints a warning and reads the new file", async () => {
  await writeFile(log, "one\n")
  await fresh()
  await rename(log, join(directory, "elsewhere"))
  await writeFile(log, "two\n")
  const { status, stdout, stderr } = await scan()
  assert.equal(status, 1)
  assert.match(stdout.toString(), /\ntwo\n/)
  assert.match(stderr, /^tamis: .*\/syslog was rotated, and the old file is not in the same directory/)
})

test("a truncated file is read from its start", async () => {
  await writeFile(log, "one\ntwo\n")
  await fresh()
  await truncate(log)
  await appendFile(log, "three\n")
  assert.deepEqual(await fresh(), ["three"])
})

test("each log has its own position, including gzipped ones", async () => {
  const other = join(directory, "other.gz")
  await writeFile(log, "one\n")
  await writeFile(other, gzipSync("two\n"))
  assert.deepEqual(await fresh(log, other), ["one", "two"])
  await appendFile(log, "three\n")
  assert.deepEqual(await fresh(log, other), ["three"])
})

test("a log that cannot be read keeps its position, and the positions of the others move on", async () => {
  await writeFile(log, "one\n")
  const { status, stdout, stderr } = await scan(join(directory, "missing"), log)
  assert.equal(status, 2)
  assert.match(stdout.toString(), /\none\n/)
  assert.match(stderr, /missing: cannot be read .* \[TAMIS_LOG_UNREADABLE\]\n$/)
  assert.deepEqual(await fresh(), [])
})

test("a cursor that cannot be used is an OperatorError", async () => {
  await writeFile(log, "one\n")
  const { status, stderr } = await scan("-")
  assert.equal(status, 2)
  assert.match(stderr, /--cursor does not work with standard input.* \[TAMIS_COMMAND_MISUSED\]\n$/)
  await writeFile(cursor, "offset: 5\n")
  const other = await scan()
  assert.equal(other.status, 2)
  assert.match(other.stderr, /cursor:1:1: not a cursor of tamis.* \[TAMIS_CURSOR_UNUSABLE\]\n$/)
  assert.equal(await readFile(cursor, "utf8"), "offset: 5\n")
})
