import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import { KEPT_GROUP_BYTES, keptBytes } from "../../src/tally/kept-line.ts"
import { type KeptSums, linesToForget, sharesOf } from "../../src/tally/kept-share.ts"

function group(host: string, name: string, bytes: number, lastMs = 0): KeptSums {
  return { fingerprint: `${host} ${name}`, host, lines: 1, bytes, firstMs: 0, lastMs }
}

function lineAt(at: number, isRare = false) {
  return { id: String(at), receivedAtMs: at, line: `line ${String(at).padStart(6)}`, isRare }
}

test("while all fits, nothing is forgotten", () => {
  assert.deepEqual(sharesOf([group("web1", "a", 10_000), group("web2", "b", 90_000)], 101_000), new Map())
})

test("a flood of one group or one host takes nothing from the others", () => {
  const quiet = Array.from({ length: 20 }, (_, at) => group(`web${at}`, "rare", 300))
  const flood = group("web1", "flood", 900_000)
  const host = Array.from({ length: 500 }, (_, at) => group("noisy", `invented ${at}`, 4_000, at))
  const shares = sharesOf([...quiet, flood, ...host], 200_000)
  for (const { fingerprint } of quiet) assert.equal(shares.get(fingerprint), undefined)
  assert.ok(shares.get(flood.fingerprint)! > 50_000, "the rest of its host's share")
  assert.equal(shares.get("noisy invented 499")! > 0, true, "the newest of too many groups stay")
  assert.equal(shares.get("noisy invented 0"), 0)
})

test("after it shrank, the store has room again, and never more than its size", () => {
  const bytes = fc.integer({ min: 1, max: 200_000 })
  const anyGroup = fc.tuple(fc.integer({ min: 0, max: 5 }), bytes, fc.nat(99))
  fc.assert(
    fc.property(fc.array(anyGroup, { maxLength: 60 }), fc.integer({ min: 20_000, max: 2_000_000 }), (some, size) => {
      const groups = some.map(([host, each, lastMs], at) => group(`web${host}`, String(at), each, lastMs))
      const shares = sharesOf(groups, size)
      const total = groups.reduce((sum, each) => {
        const share = shares.get(each.fingerprint)
        if (share === undefined) return sum + each.bytes + KEPT_GROUP_BYTES
        assert.ok(share < each.bytes)
        return sum + (share === 0 ? 0 : share + KEPT_GROUP_BYTES)
      }, 0)
      assert.ok(total <= size, `${total} of ${size}`)
    }),
  )
})

test("a group that shrinks keeps its first, its rare, its newest lines and a sample over its whole time", () => {
  const lines = Array.from({ length: 1_000 }, (_, at) => lineAt(at, at === 777))
  const each = keptBytes(lines[0]!.line)
  const forgotten = new Set(linesToForget(lines, 0, 40 * each))
  const kept = lines.filter(({ id }) => !forgotten.has(id)).map(({ id }) => Number(id))
  assert.equal(kept.length, 40)
  for (const wanted of [0, 1, 2, 777, 999]) assert.ok(kept.includes(wanted), `line ${wanted}`)
  for (let at = 0; at < 1_000; at += 100)
    assert.ok(
      kept.some((id) => id >= at && id < at + 100),
      `from ${at} on`,
    )
})

test("lines that are too old are forgotten, whatever room there is", () => {
  const lines = [lineAt(1), lineAt(2, true), lineAt(3)]
  assert.deepEqual(linesToForget(lines, 3, Number.POSITIVE_INFINITY), ["1", "2"])
})

test("invented rare values leave room for the sample", () => {
  const lines = Array.from({ length: 1_000 }, (_, at) => lineAt(at, at > 500))
  const forgotten = new Set(linesToForget(lines, 0, 40 * keptBytes(lines[0]!.line)))
  assert.ok(lines.filter(({ id, isRare }) => !forgotten.has(id) && !isRare).length > 8)
})
