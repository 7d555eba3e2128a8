import assert from "node:assert/strict"
import { appendFile, mkdtemp, rename, rm, stat, truncate, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, test } from "node:test"
import { loadCursor, saveCursor, unreadParts } from "../../src/scan/cursor.ts"

let directory: string
let log: string
before(async () => {
  directory = await mkdtemp(join(tmpdir(), "tamis-cursor-"))
  log = join(directory, "syslog")
})
after(() => rm(directory, { recursive: true }))

async function readUpToNow(): Promise<Map<string, { inode: number; offset: number }>> {
  const { ino, size } = await stat(log)
  return new Map([[log, { inode: ino, offset: size }]])
}

test("a file that no scan has read is read from its start", async () => {
  await writeFile(log, "one\n")
  assert.deepEqual(await unreadParts(log, new Map()), [{ path: log, fromByte: 0 }])
})

test("a file that grew is read from where the last scan ended", async () => {
  const cursor = await readUpToNow()
  await appendFile(log, "two\n")
  assert.deepEqual(await unreadParts(log, cursor), [{ path: log, fromByte: 4 }])
})

test("the rest of a rotated file is read before the new one", async () => {
  const cursor = await readUpToNow()
  await appendFile(log, "three\n")
  await rename(log, `${log}.1`)
  await writeFile(log, "four\n")
  assert.deepEqual(await unreadParts(log, cursor), [
    { path: `${log}.1`, fromByte: 8 },
    { path: log, fromByte: 0 },
  ])
})

test("a file that was truncated in place is read from its start", async () => {
  const cursor = await readUpToNow()
  await truncate(log, 0)
  await appendFile(log, "x\n")
  assert.deepEqual(await unreadParts(log, cursor), [{ path: log, fromByte: 0 }])
})

test("a rotated file that is gone leaves the new one", async () => {
  const cursor = new Map([[log, { inode: 1, offset: 100 }]])
  assert.deepEqual(await unreadParts(log, cursor), [{ path: log, fromByte: 0 }])
})

test("a cursor is what was saved; an absent one has read nothing; anything else is refused", async () => {
  const file = join(directory, "cursor")
  assert.deepEqual(await loadCursor(file), new Map())
  const cursor = new Map([["/var/log/syslog", { inode: 12, offset: 345 }]])
  await saveCursor(file, cursor)
  assert.deepEqual(await loadCursor(file), cursor)
  await writeFile(file, "offset 12")
  await assert.rejects(loadCursor(file), /is no cursor of tamis/)
})
