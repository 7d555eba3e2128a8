import assert from "node:assert/strict"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, test } from "node:test"
import { Retention } from "../../src/service/retention.ts"
import { sqliteStore } from "../../src/store/sqlite.ts"
import type { KeptLine } from "../../src/tally/kept-line.ts"
import { lineAt } from "../contract/kept-lines.ts"
import { tallyOf } from "../contract/tally-store.ts"
import { InterruptibleStore } from "../support/interruptible-store.ts"

const DAY = 86_400_000
const T0 = Date.UTC(2026, 5, 21, 16, 47)
const ALWAYS = { fromMs: 0, untilMs: Number.MAX_SAFE_INTEGER }

let directory: string
let stores = 0
before(async () => {
  directory = await mkdtemp(join(tmpdir(), "tamis-retention-"))
})
after(() => rm(directory, { recursive: true }))

async function opened(maxBytes: number) {
  stores += 1
  const store = new InterruptibleStore(sqliteStore({ file: join(directory, `${stores}.db`) }))
  await store.open()
  const debug: unknown[] = []
  const log = { debug: (...line: unknown[]) => void debug.push(line) }
  const retention = new Retention({ store, retain: { days: 14, maxBytes }, log })
  let sequence = 0
  const keep = (host: string, lines: readonly KeptLine[]) => {
    sequence += 1
    return store.keep({ collector: "c", sequence }, [{ tally: tallyOf({ host, template: host }), lines }], T0)
  }
  const texts = async () => (await store.keptLines("all", ALWAYS)).map(({ line }) => line)
  return { store, retention, keep, texts, debug }
}

test("lines are forgotten after retain.days, not before", async (t) => {
  const { store, retention, keep, texts } = await opened(1_000_000)
  t.after(() => store.close())
  await keep("web1", [lineAt(0, "old"), lineAt(DAY, "young")])
  await keep("web2", [lineAt(1, "other")])
  await retention.tidy(T0 + 14 * DAY)
  assert.deepEqual(await texts(), ["old", "other", "young"])
  await retention.tidy(T0 + 14 * DAY + 1)
  assert.deepEqual(await texts(), ["other", "young"])
  await retention.tidy(T0 + 15 * DAY + 1)
  assert.deepEqual(await store.keptSums(), [])
})

test("a flood of one host shrinks, and rare lines of others stay", async (t) => {
  const { store, retention, keep, texts } = await opened(100_000)
  t.after(() => store.close())
  await keep("quiet", [lineAt(0, "rare")])
  await keep(
    "noisy",
    Array.from({ length: 2_000 }, (_, at) => lineAt(at, `flood ${at}`)),
  )
  await retention.tidy(T0)
  const left = await texts()
  assert.ok(left.includes("rare") && left.includes("flood 0") && left.includes("flood 1999"))
  const bytes = (await store.keptSums()).reduce((sum, each) => sum + each.bytes, 0)
  assert.ok(bytes <= 100_000 && bytes > 50_000, `${bytes} bytes`)
})

test("after enough kept lines the store is tidied, and a store that is away is tidied later", async (t) => {
  const { store, retention, keep, texts, debug } = await opened(16_000)
  t.after(() => store.close())
  const lines = Array.from({ length: 200 }, (_, at) => lineAt(at))
  await keep("web1", lines)
  retention.noteStored({ kept: [{ fingerprint: "", lines: lines.slice(0, 5) }] }, T0)
  assert.equal(store.calls.get("keptSums"), undefined, "five lines are too few")
  store.away = "all"
  retention.noteStored({ kept: [{ fingerprint: "", lines }] }, T0)
  await retention.tidy(T0)
  assert.equal(debug.length, 1)
  store.away = []
  assert.equal((await texts()).length, 200)
  retention.noteStored({ kept: [{ fingerprint: "", lines }] }, T0)
  await retention.tidy(T0)
  assert.ok((await texts()).length < 160)
})
