/**
 * What the kept lines of a network of 40 hosts take: a day of `fleet.py` through a collector's pipeline, batch by batch, into both
 * stores; in SQLite also two weeks with the size at its limit. And what keeping costs the collector.
 */
import { execFileSync } from "node:child_process"
import { existsSync, globSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { Redis } from "ioredis"
import { configuration } from "../src/cli/configuration.ts"
import { OwnMails } from "../src/collector/own-mails.ts"
import { Pipeline } from "../src/collector/pipeline.ts"
import { judgementOnLogFiles, LOG_FILE } from "../src/replay/log-file-peer.ts"
import { LineOrigin } from "../src/scan/line-origin.ts"
import { loadRuleSets } from "../src/service/assemble.ts"
import { Retention } from "../src/service/retention.ts"
import { redisStore } from "../src/store/redis.ts"
import { sqliteStore } from "../src/store/sqlite.ts"
import type { TallyStore } from "../src/store/store.ts"
import { LineKeeper } from "../src/tally/line-keeper.ts"
import { type BatchContent, DEFAULT_BOOK_LIMITS, TallyBook } from "../src/tally/tally-book.ts"
import { startRedisServer, withoutRedisServer } from "../test/support/redis-server.ts"
import { type Bench, figure, type Measurement, median } from "./bench.ts"

const FLEET = join(import.meta.dirname, "../../shared/fleet/fleet.py")
const SEED = "20261127"
const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const BATCH_MS = 200
const MIB = 1_048_576
const RUNS = 7

const DAY = "a day of 40 hosts"
const FORTNIGHT = "16 days with retain.days 14 and retain.size 64 MiB"
const SMALL = "3 days with retain.size 4 MiB"
const COLLECTOR = "the collector"
const ALWAYS = { fromMs: 0, untilMs: Number.MAX_SAFE_INTEGER }

/** What keeping may add to the time of a line, ignored or not. */
const MAX_SHARE = 0.1

interface Line {
  readonly atMs: number
  readonly bytes: Buffer
}

interface TimedBatch {
  readonly atMs: number
  readonly content: BatchContent
}

export const kept: Bench = {
  name: "kept",
  question: "How much room do the kept lines of a network of 40 hosts take, and what does keeping cost the collector?",

  async run({ file = FLEET, small, scratch }) {
    if (!existsSync(file)) throw new Error(`${file} is not there: give the path of fleet.py with --file`)
    execFileSync("python3", [file, scratch, "--seed", SEED], { stdio: ["ignore", "ignore", "inherit"] })
    const lines = readLines(scratch)
    const measurements: Measurement[] = []
    const measure = (name: string, quantity: string, ...values: readonly number[]) => {
      for (const [index, value] of values.entries()) measurements.push({ case: name, run: index + 1, quantity, value })
    }

    const batches = batchesOf(lines)
    const keptLines = batches.flatMap(({ content }) => content.kept ?? []).flatMap((group) => group.lines)
    measure(DAY, "lines", lines.length)
    measure(
      DAY,
      "left over",
      batches.reduce((sum, { content }) => sum + leftOver(content), 0),
    )
    measure(DAY, "kept", keptLines.length)
    measure(DAY, "MiB of text", keptLines.reduce((sum, { line }) => sum + Buffer.byteLength(line), 0) / MIB)
    for (const [name, days, retain] of [
      [DAY, 1, { days: 14, maxBytes: 64 * MIB }],
      [FORTNIGHT, small ? 1 : 16, { days: 14, maxBytes: 64 * MIB }],
      [SMALL, small ? 1 : 3, { days: 14, maxBytes: 4 * MIB }],
    ] as const) {
      const path = join(scratch, `${name.replaceAll(/\W+/g, "-")}.db`)
      const store = sqliteStore({ file: path })
      await store.open()
      const { keepMs, longestTidyMs } = await fill(store, batches, days, retain)
      const sums = await store.keptSums()
      measure(name, "SQLite: ms for a batch with lines", keepMs)
      measure(name, "SQLite: ms for the longest tidying", longestTidyMs)
      measure(name, "MiB of retain.size", sums.reduce((sum, { bytes }) => sum + bytes, 0) / MIB)
      measure(name, "groups", sums.length)
      measure(
        name,
        "lines at the end",
        sums.reduce((sum, each) => sum + each.lines, 0),
      )
      const startMs = performance.now()
      await store.keptLines("all", ALWAYS)
      measure(name, "SQLite: ms to read all", performance.now() - startMs)
      await store.close()
      measure(name, "SQLite: MiB of the file", statSync(path).size / MIB)
    }
    if (withoutRedisServer === false) measure(DAY, "Redis: MiB", await redisMib(batches))

    const [without, withKeeper]: [number[], number[]] = [[], []]
    for (let run = 0; run < (small ? 1 : RUNS); run += 1) {
      without.push(secondsOf(lines, undefined))
      withKeeper.push(secondsOf(lines, new LineKeeper()))
    }
    measure(COLLECTOR, "us a line without keeping", ...without.map((seconds) => (seconds / lines.length) * 1e6))
    measure(COLLECTOR, "us a line with keeping", ...withKeeper.map((seconds) => (seconds / lines.length) * 1e6))
    measure(COLLECTOR, "share that keeping adds", median(withKeeper) / median(without) - 1)
    return measurements
  },

  claims(measured) {
    const share = measured.median(COLLECTOR, "share that keeping adds")
    const size = (name: string) => measured.median(name, "MiB of retain.size")
    return [
      {
        holds: share <= MAX_SHARE,
        sentence: `keeping adds ${figure(100 * share)} % to a collector's time for a line (promised: ${100 * MAX_SHARE} %)`,
      },
      { holds: size(FORTNIGHT) <= 64, sentence: `two weeks take ${figure(size(FORTNIGHT))} MiB (promised: 64)` },
      { holds: size(SMALL) <= 4, sentence: `a size of 4 MiB is kept: ${figure(size(SMALL))} MiB (promised: 4)` },
    ]
  },
}

function readLines(directory: string): readonly Line[] {
  const origin = new LineOrigin(Date.now())
  let atMs = 0
  return globSync(join(directory, "hour-*.log"))
    .sort()
    .flatMap((file) => readFileSync(file, "utf8").trimEnd().split("\n"))
    .map((text) => {
      const bytes = Buffer.from(text)
      origin.read(bytes)
      atMs = origin.atMs ?? atMs
      return { atMs, bytes }
    })
}

function judgement() {
  const { config } = configuration(undefined)
  return judgementOnLogFiles(config.hosts, loadRuleSets(config))
}

/** Nothing else listens to the lines. */
const QUIET = { ownMails: new OwnMails(), ear: { hear: () => {} } }

/** The batches that a collector sends about these lines. */
function batchesOf(lines: readonly Line[]): readonly TimedBatch[] {
  const book = new TallyBook(DEFAULT_BOOK_LIMITS, new LineKeeper())
  let nowMs = 0
  const pipeline = new Pipeline({ ...judgement(), book, ...QUIET, now: () => nowMs })
  const batches: TimedBatch[] = []
  const take = (atMs: number) => {
    const content = book.take()
    if (content !== undefined) batches.push({ atMs, content })
  }
  for (const { atMs, bytes } of lines) {
    if (Math.floor(atMs / BATCH_MS) !== Math.floor(nowMs / BATCH_MS)) take(nowMs)
    nowMs = atMs
    pipeline.accept(LOG_FILE, bytes, 0, bytes.length)
  }
  take(nowMs)
  return batches
}

function leftOver({ hosts }: BatchContent): number {
  return hosts.values().reduce((sum, { reported }) => sum + reported, 0)
}

/** Stores the batches day after day, and tidies every hour. */
async function fill(
  store: TallyStore,
  batches: readonly TimedBatch[],
  days: number,
  retain: { readonly days: number; readonly maxBytes: number },
): Promise<{ readonly keepMs: number; readonly longestTidyMs: number }> {
  const retention = new Retention({ store, retain, log: { debug: (...line) => console.error(...line) } })
  const withLines = batches.filter(({ content }) => content.kept !== undefined)
  let sequence = 0
  let keepMs = 0
  let longestTidyMs = 0
  let hour = 0
  for (let day = 0; day < days; day += 1) {
    for (const { atMs, content } of withLines) {
      const nowMs = atMs + day * DAY_MS
      const tallyOf = new Map(content.tallies.map((tally) => [tally.fingerprint, tally]))
      const groups = (content.kept ?? []).map(({ fingerprint, lines }) => ({
        tally: tallyOf.get(fingerprint)!,
        lines: lines.map((line) => ({ ...line, receivedAtMs: line.receivedAtMs + day * DAY_MS })),
      }))
      sequence += 1
      const startMs = performance.now()
      await store.keep({ collector: "bench", sequence }, groups, nowMs)
      keepMs += performance.now() - startMs
      if (Math.floor(nowMs / HOUR_MS) === hour) continue
      hour = Math.floor(nowMs / HOUR_MS)
      const tidyMs = performance.now()
      await retention.tidy(nowMs)
      longestTidyMs = Math.max(longestTidyMs, performance.now() - tidyMs)
    }
  }
  return { keepMs: keepMs / Math.max(sequence, 1), longestTidyMs }
}

async function redisMib(batches: readonly TimedBatch[]): Promise<number> {
  const server = await startRedisServer()
  const client = new Redis(server.url)
  const store = redisStore({ url: server.url, keyPrefix: "bench:" })
  try {
    const used = async () => Number(/used_memory:(\d+)/.exec(await client.info("memory"))?.[1])
    const before = await used()
    await store.open()
    await fill(store, batches, 1, { days: 14, maxBytes: 64 * MIB })
    return ((await used()) - before) / MIB
  } finally {
    await store.close()
    client.disconnect()
    await server.stop()
  }
}

/** A collector's time for the lines, without stores. */
function secondsOf(lines: readonly Line[], keeper: LineKeeper | undefined): number {
  const book = new TallyBook(DEFAULT_BOOK_LIMITS, keeper)
  let nowMs = 0
  const pipeline = new Pipeline({ ...judgement(), book, ...QUIET, now: () => nowMs })
  const startMs = performance.now()
  for (const { atMs, bytes } of lines) {
    if (Math.floor(atMs / BATCH_MS) !== Math.floor(nowMs / BATCH_MS)) book.take()
    nowMs = atMs
    pipeline.accept(LOG_FILE, bytes, 0, bytes.length)
  }
  book.take()
  return (performance.now() - startMs) / 1_000
}
