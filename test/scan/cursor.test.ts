import assert from "node:assert/strict"
import { appendFile, mkdtemp, rename, rm, stat, truncate, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, test } from "node:test"
import { OperatorError } from "../../src/errors.ts"
import { findUnread, loadCursor, saveCursor, type Unread } from "../../src/scan/cursor.ts"

let directory: string
let log: string
before(async () => {
  directory = await mkdtemp(join(tmpdir(), "tamis-cursor-"))
  log = join(directory, "syslog.log")
})
after(() => rm(directory, { recursive: true }))

async function readUpToNow(): Promise<Map<string, { inode: number; offset: number }>> {
  const { ino, size } = await stat(log)
  return new Map([[log, { inode: ino, offset: size }]])
}

async function unread(cursor: ReadonlyMap<string, { inode: number; offset: number }>): Promise<Unread> {
  return findUnread(log, await stat(log), new Map(cursor))
}

test("a new file is read from its start", async () => {
  await writeFile(log, "one\n")
  assert.deepEqual(await unread(new Map()), { rotated: undefined, fromByte: 0 })
})

test("a grown file is read from where the last scan ended", async () => {
  const cursor = await readUpToNow()
  await appendFile(log, "two\n")
  assert.deepEqual(await unread(cursor), { rotated: undefined, fromByte: 4 })
})

for (const rotatedTo of ["syslog.log.1", "syslog.log-20261123", "syslog-20261123.log"]) {
  test(`the rest of a file that was rotated to ${rotatedTo} is found`, async () => {
    const cursor = await readUpToNow()
    const rotated = { path: join(directory, rotatedTo), fromByte: (await stat(log)).size }
    await appendFile(log, "three\n")
    await rename(log, rotated.path)
    await writeFile(log, "four\n")
    assert.deepEqual(await unread(cursor), { rotated, fromByte: 0 })
    await rm(rotated.path)
  })
}

test("a file truncated in place is read from its start", async () => {
  const cursor = await readUpToNow()
  await truncate(log, 0)
  await appendFile(log, "x\n")
  assert.deepEqual(await unread(cursor), { rotated: undefined, fromByte: 0 })
})

test("a rotated file is lost if it is not in the directory, or if a shorter file has its inode", async () => {
  assert.deepEqual(await unread(new Map([[log, { inode: 1, offset: 100 }]])), { rotated: "lost", fromByte: 0 })
  const other = join(directory, "syslog.other")
  await writeFile(other, "short\n")
  const cursor = new Map([[log, { inode: (await stat(other)).ino, offset: 100 }]])
  assert.deepEqual(await unread(cursor), { rotated: "lost", fromByte: 0 })
})

test("a saved cursor is loaded, a missing file is an empty cursor, and any other file is refused", async () => {
  const file = join(directory, "cursor")
  assert.deepEqual(await loadCursor(file), new Map())
  const cursor = new Map([["/var/log/syslog", { inode: 12, offset: 345 }]])
  await saveCursor(file, cursor)
  assert.deepEqual(await loadCursor(file), cursor)
  await writeFile(file, "offset 12")
  await assert.rejects(loadCursor(file), /not a cursor of tamis/)
  await assert.rejects(saveCursor(join(directory, "no/such/cursor"), cursor), OperatorError)
})
