import assert from "node:assert/strict"
import test from "node:test"
import type { DigestEntry } from "../../src/digest/entry.ts"
import { chooseEntries } from "../../src/report/room.ts"
import { makeTally, makeWindow, reportOf, type TallyFields } from "./make.ts"

const ENTRY_BYTES = 100

/** As many words as are asked for, none of which looks like a number. */
function words(count: number): string[] {
  const letters = "abcdefghijklmnopqrst"
  return Array.from({ length: count }, (_, n) => `${letters[n % 20]}${letters[Math.floor(n / 20) % 20]}x flew over`)
}

function entries(host: string, count: number, fields: Partial<TallyFields> = {}): readonly DigestEntry[] {
  const tallies = words(count).map((text, n) => {
    const program = fields.program ?? `p${n}`
    return makeTally({ host, count: count - n, samples: [`${host} ${program}: ${text}`], ...fields, program })
  })
  return reportOf([makeWindow({ tallies })]).entries
}

function shown(all: readonly DigestEntry[], room: number): Readonly<Record<string, number>> {
  const chosen = chooseEntries(all, room * ENTRY_BYTES, () => ENTRY_BYTES)
  const counts: Record<string, number> = {}
  for (const { hosts } of chosen) counts[hosts[0]!.name] = (counts[hosts[0]!.name] ?? 0) + 1
  return counts
}

test("with room for all, all are chosen in their order", () => {
  const all = entries("web1", 5)
  assert.deepEqual(
    chooseEntries(all, 1_000_000, () => ENTRY_BYTES),
    all,
  )
})

test("a host that floods with many programs hides no other host", () => {
  const all = [...entries("flood", 200), ...entries("nas", 5), ...entries("web1", 3)]
  assert.deepEqual(shown(all, 30), { flood: 22, nas: 5, web1: 3 })
})

test("a program that floods hides no other program of its host", () => {
  const all = [...entries("flood", 200, { program: "app" }), ...entries("flood", 1, { program: "smartd" })]
  assert.ok(chooseEntries(all, 10 * ENTRY_BYTES, () => ENTRY_BYTES).some(({ program }) => program === "smartd"))
})

test("a flood of one class leaves room for the others", () => {
  const security = { layer: "violations", sections: ["Security Events"] } as const
  const attack = chooseEntries([...entries("nas", 200, security), ...entries("web1", 5)], 50 * ENTRY_BYTES, () => 100)
  assert.equal(attack.filter(({ layer }) => layer === "system").length, 5)
  const noise = chooseEntries([...entries("nas", 5, security), ...entries("web1", 200)], 50 * ENTRY_BYTES, () => 100)
  assert.equal(noise.filter(({ layer }) => layer === "violations").length, 5)
  assert.equal(noise.length, 50, "no room is wasted")
})
