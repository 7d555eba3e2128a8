import assert from "node:assert/strict"
import { test } from "node:test"
import { pileUp, WindowPile } from "../../src/tally/pile.ts"
import type { Tally } from "../../src/tally/tally.ts"
import { makeTally, makeWindow } from "../report/make.ts"

const LIMITS = { groupsPerHost: 5, groupsPerWindow: 8, hostsPerDigest: 100 }

function linesIn(tallies: readonly Tally[]): number {
  return tallies.reduce((sum, { count }) => sum + count, 0)
}

/** Groups of one host that no other window has. */
function noise(host: string, window: number, count: number): Tally[] {
  return Array.from({ length: count }, (_, n) =>
    makeTally({
      host,
      program: `p${n}`,
      template: `${host} p${n}: ${window}`,
      count: n + 1,
      samples: [`${window} ${n}`],
    }),
  )
}

test("windows that pile up for a night take no more room than one window, and each line is counted", () => {
  const pile = new WindowPile(LIMITS)
  const windows = Array.from({ length: 30 }, (_, id) =>
    makeWindow({
      id,
      tallies: [...noise("noisy", id, 5), makeTally({ host: "quiet", template: "quiet: fire", count: 2 })],
    }),
  )
  for (const window of windows) pile.add(window)
  assert.equal(linesIn(pile.tallies), 30 * (1 + 2 + 3 + 4 + 5 + 2))
  assert.ok(pile.tallies.length <= 3 * LIMITS.groupsPerWindow, `${pile.tallies.length} groups`)
  const quiet = pile.tallies.find(({ host }) => host === "quiet")
  assert.deepEqual([quiet?.coarseness, quiet?.count], [0, 60], "what was there goes on")
  assert.equal(pile.windows.length, 30)
})

test("the first window keeps the bounds of its store", () => {
  const pile = new WindowPile(LIMITS)
  pile.add(makeWindow({ tallies: noise("noisy", 0, 40) }))
  assert.equal(pile.tallies.filter(({ coarseness }) => coarseness === 0).length, 40)
})

test("the pile does not change the windows", () => {
  const windows = [makeWindow({ id: 1, tallies: noise("a", 0, 2) }), makeWindow({ id: 2, tallies: noise("a", 0, 2) })]
  const before = structuredClone(windows)
  const { tallies } = pileUp(windows)
  assert.deepEqual(windows, before)
  assert.deepEqual([tallies.length, linesIn(tallies)], [2, 6])
})
