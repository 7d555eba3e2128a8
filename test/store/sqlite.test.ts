import assert from "node:assert/strict"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { DatabaseSync } from "node:sqlite"
import { after, before, test } from "node:test"
import { type ErrorCode, OperatorError } from "../../src/errors.ts"
import { sqliteStore } from "../../src/store/sqlite.ts"
import type { TallyStore } from "../../src/store/store.ts"
import { SEVERITIES } from "../../src/syslog/severity.ts"
import { entry } from "../contract/delivery-log.ts"
import { entryOf, tallyOf, tallyStoreContract } from "../contract/tally-store.ts"

tallyStoreContract("the SQLite store", async (limits) => {
  const directory = await mkdtemp(join(tmpdir(), "tamis-store-"))
  const stores: TallyStore[] = []
  const reopen = async () => {
    const store = sqliteStore({ file: join(directory, "tamis.db"), ...(limits && { limits }) })
    await store.open()
    stores.push(store)
    return store
  }
  return {
    store: await reopen(),
    reopen,
    async close() {
      for (const store of stores) await store.close()
      await rm(directory, { recursive: true })
    },
  }
})

let directory: string
before(async () => {
  directory = await mkdtemp(join(tmpdir(), "tamis-sqlite-"))
})
after(() => rm(directory, { recursive: true }))

test("acknowledged batches survive kill -9, and repeating all batches adds only the missing ones", async () => {
  const file = join(directory, "killed.db")
  const adding = spawn(
    process.execPath,
    [
      "--input-type=module",
      "--eval",
      `import { sqliteStore } from ${JSON.stringify(import.meta.resolve("../../src/store/sqlite.ts"))}
       import { entryOf, tallyOf } from ${JSON.stringify(import.meta.resolve("../contract/tally-store.ts"))}
       const store = sqliteStore({ file: ${JSON.stringify(file)} })
       await store.open()
       for (let sequence = 1; ; sequence++) {
         await store.add("daily", { collector: "c", sequence }, entryOf([tallyOf({ count: sequence })]), 1)
         console.log(sequence)
       }`,
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  )
  let acknowledged = 0
  for await (const line of createInterface({ input: adding.stdout })) {
    acknowledged = Number(line)
    if (acknowledged === 50) adding.kill("SIGKILL")
  }
  if (adding.exitCode === null && adding.signalCode === null) await once(adding, "exit")
  assert.ok(acknowledged >= 50)

  const store = sqliteStore({ file })
  await store.open()
  const linesIn = async () => (await store.read("daily", 1))?.tallies[0]?.count ?? 0
  const sumTo = (n: number) => (n * (n + 1)) / 2
  assert.ok((await linesIn()) >= sumTo(acknowledged))
  // The one after the last acknowledged may have been applied, and no other.
  const last = acknowledged + 1
  for (let sequence = 1; sequence <= last; sequence++) {
    await store.add("daily", { collector: "c", sequence }, entryOf([tallyOf({ count: sequence })]), 1)
  }
  assert.equal(await linesIn(), sumTo(last))
  await store.close()
})

test("a missing directory is created, and other users cannot read the file", async () => {
  const file = join(directory, "not/yet/there/tamis.db")
  const store = sqliteStore({ file })
  await store.open()
  await store.openWindow("daily", 1)
  for (const name of [file, `${file}-wal`, `${file}-shm`]) assert.equal((await stat(name)).mode & 0o077, 0, name)
  await store.close()
})

test("two stores can use one file at the same time", async () => {
  const file = join(directory, "shared.db")
  const service = sqliteStore({ file })
  const commandLine = sqliteStore({ file })
  await service.open()
  await commandLine.open()
  await service.add("daily", { collector: "c", sequence: 1 }, entryOf([tallyOf()]), 1)
  assert.equal((await commandLine.overview("daily"))?.openReported, 1)
  assert.equal(await commandLine.closeWindow("daily", 1, 2), true)
  assert.equal((await service.openWindow("daily", 3)).id, 2)
  await commandLine.close()
  await service.close()
})

test("a database of schema 2 is upgraded to schema 3 with its data", async () => {
  const file = join(directory, "old.db")
  const before = sqliteStore({ file })
  await before.open()
  await before.add("daily", { collector: "c", sequence: 1 }, entryOf([tallyOf()]), 1)
  await before.close()
  for (const table of ["rules", "rule_days", "programs", "applied_activity", "deliveries"])
    fillDatabase(file, `DROP TABLE ${table}`)
  fillDatabase(file, "PRAGMA user_version = 2")

  const store = sqliteStore({ file })
  await store.open()
  assert.equal((await store.overview("daily"))?.openReported, 1)
  await store.addActivity({ collector: "c", sequence: 1 }, { atMs: 7, lines: 2, rules: new Map(), programs: ["app"] })
  assert.deepEqual((await store.ruleHistory()).programs, new Map([["app", 7]]))
  await store.logDelivery("daily", entry(1), "text")
  assert.deepEqual(await store.deliveries("daily", 1), [entry(1)])
  await store.close()
})

interface Mistake {
  readonly name: string
  make(file: string): void | Promise<void>
  readonly says: RegExp
  readonly code?: ErrorCode
}

const mistakes: readonly Mistake[] = [
  {
    name: "a file that is not a database",
    make: (file) => writeFile(file, "Jun 21 16:47:48 web1 sshd[7]: a log, and not a database\n".repeat(20)),
    says: /the file is not a SQLite database/,
  },
  {
    name: "another program's database",
    make: (file) => fillDatabase(file, "CREATE TABLE songs (title)"),
    says: /the database belongs to another program/,
  },
  {
    name: "a database of a newer schema",
    make: async (file) => {
      const store = sqliteStore({ file })
      await store.open()
      await store.close()
      fillDatabase(file, "PRAGMA user_version = 99")
    },
    says: /the file has schema 99, but this tamis supports up to 3/,
    code: "TAMIS_STORE_NEWER",
  },
  {
    name: "a directory",
    make: async (file) => {
      await mkdir(file)
    },
    says: /EISDIR/,
  },
]

function fillDatabase(file: string, sql: string): void {
  const database = new DatabaseSync(file)
  database.exec(sql)
  database.close()
}

for (const { name, make, says, code = "TAMIS_STORE_UNUSABLE" } of mistakes) {
  test(`${name} is refused with an OperatorError`, async () => {
    const file = join(directory, `${name}.db`)
    await make(file)
    const store = sqliteStore({ file })
    await assert.rejects(store.open(), (error) => {
      assert.ok(error instanceof OperatorError)
      assert.equal(error.code, code)
      assert.match(error.message, says)
      assert.ok(error.message.includes(file))
      return true
    })
  })
}

test("after a refused file was replaced, the store opens", async () => {
  const file = join(directory, "replaced.db")
  await writeFile(file, "not a database".repeat(100))
  const store = sqliteStore({ file })
  await assert.rejects(store.open())
  await rm(file)
  await store.open()
  assert.equal((await store.openWindow("daily", 1)).id, 1)
  await store.close()
})

test("a file of the first schema is upgraded", async () => {
  const file = join(directory, "first.db")
  const before = sqliteStore({ file })
  await before.open()
  await before.add("daily", { collector: "c", sequence: 1 }, entryOf([tallyOf()]), 1)
  await before.close()
  fillDatabase(
    file,
    "DROP TABLE past_windows; DROP TABLE rules; DROP TABLE rule_days; DROP TABLE programs; DROP TABLE applied_activity; PRAGMA user_version = 1",
  )
  const store = sqliteStore({ file })
  await store.open()
  const past = { id: 1, opensAtMs: 1, closesAtMs: 2, tallies: [tallyOf()] }
  await store.remember("daily", past, 0)
  assert.deepEqual(await store.remembered("daily"), [past])
  assert.equal((await store.overview("daily"))?.openReported, 1)
  await store.close()
})

test("a file without the columns of new counters and severities gets them when it is opened, and keeps its sums", async () => {
  const file = join(directory, "listed.db")
  const before = sqliteStore({ file })
  await before.open()
  await before.add("daily", { collector: "c", sequence: 1 }, entryOf([tallyOf({ count: 3 })]), 1)
  await before.close()
  const drop = (table: string, names: readonly string[]) =>
    names.map((name) => `ALTER TABLE ${table} DROP COLUMN ${name};`).join("")
  fillDatabase(
    file,
    drop("hosts", ["unjudged"]) + drop("window_hosts", ["unjudged"]) + drop("tallies", [...SEVERITIES]),
  )

  const store = sqliteStore({ file })
  await store.open()
  const severities = [0, 0, 2, 0, 0, 0, 0, 0]
  await store.add("daily", { collector: "c", sequence: 2 }, entryOf([tallyOf({ count: 2, severities })]), 2)
  const window = await store.read("daily", 1)
  assert.deepEqual(
    window?.tallies.map((tally) => [tally.count, tally.severities]),
    [[5, severities]],
  )
  assert.equal(window?.hosts.get("web1")?.received, 5)
  assert.equal(window?.hosts.get("web1")?.unjudged, 0)
  await store.close()
})
