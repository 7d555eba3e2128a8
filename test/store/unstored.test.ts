import assert from "node:assert/strict"
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, test } from "node:test"
import { OperatorError } from "../../src/errors.ts"
import { unstoredBatches } from "../../src/store/unstored.ts"
import type { Batch } from "../../src/tally/batch.ts"

let directory: string
before(async () => {
  directory = await mkdtemp(join(tmpdir(), "tamis-unstored-"))
})
after(() => rm(directory, { recursive: true }))

function batch(sequence: number): Batch {
  const counters = {
    received: 3,
    ignored: 1,
    reported: 2,
    rejected: 0,
    unjudged: 0,
    own_mail: 0,
    firstMs: 1,
    lastMs: 2,
  }
  return {
    collector: "c1",
    sequence,
    tallies: [],
    hosts: new Map([["router", counters]]),
    losses: new Map([["udp_kernel_drops", 7]]),
    ...(sequence > 9 && {
      activity: {
        atMs: 7,
        lines: 3,
        rules: new Map([
          ["0123", { count: 2, sample: "Nov 23 18:00:00 web1 app: one" }],
          ["4567", { count: 1 }],
        ]),
        programs: ["app"],
      },
    }),
  }
}

test("batches are read unchanged, in the order of their sequence, until they are forgotten", async () => {
  const unstored = unstoredBatches(join(directory, "state"))
  assert.deepEqual(await unstored.load(), [])
  for (const sequence of [10, 9, 100]) await unstored.save(batch(sequence))
  const loaded = await unstored.load()
  assert.deepEqual(
    loaded.map((each) => each.batch),
    [batch(9), batch(10), batch(100)],
  )
  await loaded[0]?.forget()
  assert.deepEqual(
    (await unstored.load()).map((each) => each.batch.sequence),
    [10, 100],
  )
})

test("a half-written file of a crash is not taken for a batch", async () => {
  const state = join(directory, "crashed")
  const unstored = unstoredBatches(state)
  await unstored.save(batch(1))
  const [name] = await readdir(state)
  await writeFile(join(state, `${name}.new`), '{"collector":')
  assert.equal((await unstored.load()).length, 1)
})

test("a damaged file is an OperatorError that names the file", async () => {
  const state = join(directory, "damaged")
  const unstored = unstoredBatches(state)
  await unstored.save(batch(1))
  const [name = ""] = await readdir(state)
  for (const text of ["", '{"collector":"c1","seq', "null"]) {
    await writeFile(join(state, name), text)
    await assert.rejects(unstored.load(), (error) => {
      assert.ok(error instanceof OperatorError)
      assert.equal(error.code, "TAMIS_BATCH_INVALID")
      assert.equal(
        error.message,
        `${join(state, name)}: not a batch of tamis; move the file away to start without its lines`,
      )
      return true
    })
  }
})
