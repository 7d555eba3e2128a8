/**
 * The promises of src/store/kept-lines.ts, for every store alike.
 */
import assert from "node:assert/strict"
import { afterEach, beforeEach, describe, test } from "node:test"
import type { BatchId, TallyStore } from "../../src/store/store.ts"
import { type KeptLine, keptBytes } from "../../src/tally/kept-line.ts"
import type { Tally } from "../../src/tally/tally.ts"
import { type OpenedStore, type OpenStore, tallyOf } from "./tally-store.ts"

const T0 = Date.UTC(2026, 5, 21, 16, 47)
const ALWAYS = { fromMs: 0, untilMs: Number.MAX_SAFE_INTEGER }

export function lineAt(afterMs: number, line = `line ${afterMs}`, isRare = false): KeptLine {
  return { receivedAtMs: T0 + afterMs, line, isRare }
}

export function keptLinesContract(name: string, open: OpenStore): void {
  describe(`${name} keeps the promises of a store of kept lines`, () => {
    let opened: OpenedStore
    let store: TallyStore
    let sequence: number
    beforeEach(async () => {
      opened = await open()
      store = opened.store
      sequence = 0
    })
    afterEach(() => opened.close())

    const batch = (): BatchId => ({ collector: "c1", sequence: ++sequence })
    const web1 = tallyOf()
    const web2 = tallyOf({ host: "web2", template: "web2 app: slow", alarm: "disk" })
    const keep = (tally: Tally, ...lines: readonly KeptLine[]) => store.keep(batch(), [{ tally, lines }], T0)
    const texts = async (fingerprints: readonly string[] | "all", span = ALWAYS, of = store) =>
      (await of.keptLines(fingerprints, span)).map(({ line }) => line)

    test("lines are read in the order of their times, then as they were stored, also after a restart", async () => {
      await keep(web1, lineAt(5, "b"), lineAt(1, "a"))
      await keep(web2, lineAt(5, "c", true), lineAt(9, "d"))
      const again = await opened.reopen()
      assert.deepEqual(await texts("all", ALWAYS, again), ["a", "b", "c", "d"])
      assert.deepEqual(await texts([web2.fingerprint]), ["c", "d"])
      assert.deepEqual(await texts([web2.fingerprint, web1.fingerprint]), ["a", "b", "c", "d"])
      const [rare] = await store.keptLines([web2.fingerprint], ALWAYS)
      const { id, ...rest } = rare!
      assert.deepEqual(rest, { fingerprint: web2.fingerprint, ...lineAt(5, "c", true) })
      assert.notEqual(id, "")
    })

    test("a span is half-open", async () => {
      await keep(web1, lineAt(1), lineAt(2), lineAt(3))
      const span = { fromMs: T0 + 1, untilMs: T0 + 3 }
      assert.deepEqual(await texts("all", span), ["line 1", "line 2"])
      assert.deepEqual(await texts([web1.fingerprint], span), ["line 1", "line 2"])
    })

    test("a group has the constant part of its tally and the sums of its lines", async () => {
      await keep(web2, lineAt(7, "größer"), lineAt(3, "b"))
      await keep(web2, lineAt(9, "c"))
      const sums = {
        fingerprint: web2.fingerprint,
        host: "web2",
        lines: 3,
        bytes: ["größer", "b", "c"].reduce((sum, line) => sum + keptBytes(line), 0),
        firstMs: T0 + 3,
        lastMs: T0 + 9,
      }
      assert.deepEqual(await store.keptSums(), [sums])
      const { host, layer, sections, program, template, alarm, rules, coarseness } = web2
      const tally = { host, layer, sections, program, template, alarm, rules, coarseness }
      assert.deepEqual(await store.keptGroups(), [{ ...sums, tally }])
    })

    test("lines that are forgotten go from the sums, and a group goes with its last line", async () => {
      await keep(web1, lineAt(1, "one"), lineAt(2, "two"), lineAt(3, "three"))
      await keep(web2, lineAt(2, "other"))
      const [one, two, three] = (await store.keptLines([web1.fingerprint], ALWAYS)).map(({ id }) => id)
      await store.forgetLines(web1.fingerprint, [one!, one!])
      const sumsOf = async () => (await store.keptSums()).find(({ host }) => host === "web1")
      const left = { lines: 2, bytes: keptBytes("two") + keptBytes("three"), firstMs: T0 + 2, lastMs: T0 + 3 }
      assert.deepEqual(await sumsOf(), { fingerprint: web1.fingerprint, host: "web1", ...left })
      await store.forgetLines(web2.fingerprint, [two!])
      await store.forgetLines(web1.fingerprint, [two!, three!, one!])
      assert.equal(await sumsOf(), undefined)
      assert.deepEqual(await texts("all"), ["other"])
      assert.deepEqual(
        (await store.keptGroups()).map(({ host }) => host),
        ["web2"],
      )
      await keep(web1, lineAt(8, "again"))
      assert.equal((await sumsOf())?.firstMs, T0 + 8)
    })

    test("a batch that is repeated, by this store or another one, is kept once", async () => {
      const id = batch()
      const groups = [{ tally: web1, lines: [lineAt(1)] }]
      await store.keep(id, groups, T0)
      await store.keep(id, groups, T0)
      await (await opened.reopen()).keep(id, groups, T0)
      await store.keep({ ...id, collector: "c2" }, groups, T0)
      assert.deepEqual(await texts("all"), ["line 1", "line 1"])
    })

    test("any text is kept unchanged", async () => {
      const odd = ["größer als 🐘", "tab\tlf\ncr\rnul\0esc\u001b[31m", "' OR 1=1; --", "\u2028 %s \\", "", " "]
      await keep(tallyOf({ host: odd[0]!, program: odd[1]! }), ...odd.map((text, at) => lineAt(at, text)))
      assert.deepEqual(await texts("all"), odd)
      assert.equal((await store.keptSums())[0]?.host, odd[0])
    })

    test("a thousand groups are read at once", async () => {
      const groups = Array.from({ length: 1_000 }, (_, at) => ({
        tally: tallyOf({ host: `web${at}` }),
        lines: [lineAt(at, `line ${at}`)],
      }))
      await store.keep(batch(), groups, T0)
      const wanted = groups.map((_, at) => `line ${at}`)
      assert.deepEqual(await texts("all"), wanted)
      assert.deepEqual(await texts(groups.map(({ tally }) => tally.fingerprint)), wanted)
    })
  })
}
