import assert from "node:assert/strict"
import { test } from "node:test"
import {
  FULL_LINES,
  HOST_BYTES,
  LineKeeper,
  PERIOD_MS,
  POOL_BYTES,
  RESERVED_BYTES,
} from "../../src/tally/line-keeper.ts"
import { DEFAULT_BOOK_LIMITS, TallyBook } from "../../src/tally/tally-book.ts"
import { lineOf } from "./tallies.ts"

const SYSTEM = { layer: "system" as const, sections: ["System Events"], rules: [], unjudged: false }

class Lines {
  readonly book = new TallyBook(DEFAULT_BOOK_LIMITS, new LineKeeper())

  add(text: string, atMs = 0, host = "web1"): void {
    this.book.reported(host, SYSTEM, "app", lineOf(`Nov 23 18:00:00 ${host} app: ${text}`), atMs)
  }

  /** The kept lines, without their headers. */
  take(): string[] {
    const { kept = [] } = this.book.take() ?? {}
    return kept.flatMap(({ lines }) => lines.map(({ line }) => line.replace(/^.*? app: /, "")))
  }
}

test("a few lines are kept all, each with its time, in the order in which they came", () => {
  const book = new TallyBook(DEFAULT_BOOK_LIMITS, new LineKeeper())
  for (const [at, text] of ["one", "two", "one"].entries()) {
    book.reported("web1", SYSTEM, "app", lineOf(`Nov 23 18:00:00 web1 app: ${text}`), at)
  }
  book.ignored("web1", 9)
  const { tallies = [], kept } = book.take() ?? {}
  const line = (text: string, receivedAtMs: number) => {
    return { receivedAtMs, line: `Nov 23 18:00:00 web1 app: ${text}`, isRare: false }
  }
  assert.deepEqual(kept, [
    { fingerprint: tallies[0]?.fingerprint, lines: [line("one", 0), line("one", 2)] },
    { fingerprint: tallies[1]?.fingerprint, lines: [line("two", 1)] },
  ])
})

test("of a flood the first lines and a sample are kept, over all batches of a period", () => {
  const lines = new Lines()
  const kept: string[] = []
  for (let at = 1; at <= 100_000; at += 1) {
    lines.add(`took ${at} ms`)
    if (at % 1_000 === 0) kept.push(...lines.take())
  }
  const numbers = kept.map((text) => Number(text.split(" ")[1]))
  assert.deepEqual(
    numbers.slice(0, FULL_LINES),
    Array.from({ length: FULL_LINES }, (_, at) => at + 1),
  )
  assert.ok(kept.length > FULL_LINES + 20 && kept.length < 2 * FULL_LINES, `${kept.length} lines`)
  assert.ok(numbers.at(-1)! > 70_000, "also from its end")
})

test("a rare value in a flood is kept", () => {
  const lines = new Lines()
  for (let at = 0; at < 5_000; at += 1) lines.add(`pool has ${at === 4_321 ? 23 : 60} connections`)
  assert.equal(lines.take().filter((text) => text.includes("23 connections")).length, 1)
})

test("a group is kept in full again in the next period", () => {
  const lines = new Lines()
  for (let at = 0; at < 60; at += 1) lines.add("slow", 0)
  assert.equal(lines.take().length, FULL_LINES)
  for (let at = 0; at < 60; at += 1) lines.add("slow", PERIOD_MS - 1)
  const sampled = lines.take().length
  assert.ok(sampled > 0 && sampled < 5, "still a sample")
  lines.add("slow", PERIOD_MS)
  lines.take()
  for (let at = 0; at < 60; at += 1) lines.add("slow", PERIOD_MS + 1)
  assert.equal(lines.take().length, FULL_LINES)
})

test("a host that floods with ever new lines leaves room for all others", () => {
  const lines = new Lines()
  const word = (at: number) => String.fromCharCode(97 + (at % 26), 97 + ((at / 26) % 26), 97 + ((at / 676) % 26))
  const bytes = (kept: readonly string[]) => kept.reduce((sum, text) => sum + text.length, 0)
  let own = 0
  for (let host = 0; host < 40; host += 1) {
    for (let at = 0; at < 17_000; at += 1) lines.add(`${word(at)} ${"x".repeat(900)}`, 0, `noisy${host}`)
    const kept = bytes(lines.take())
    assert.ok(kept <= HOST_BYTES, `${kept} bytes of one host`)
    own += kept
  }
  assert.ok(own <= POOL_BYTES + 40 * RESERVED_BYTES)
  lines.add("rare", 0, "quiet")
  assert.deepEqual(lines.take(), ["rare"])
})
