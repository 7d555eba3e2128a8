/**
 * The promises of src/store/store.ts, for every store alike.
 */

import assert from "node:assert/strict"
import { afterEach, beforeEach, describe, test } from "node:test"
import fc from "fast-check"
import { DAYS_KEPT, dayOf } from "../../src/store/rule-history.ts"
import type { BatchId, DigestPart, TallyStore } from "../../src/store/store.ts"
import { PAST_WINDOWS } from "../../src/store/store.ts"
import { coarsen, OTHER_HOSTS } from "../../src/tally/coarsen.ts"
import { COUNTER_NAMES, type HostCounters, noCounters } from "../../src/tally/counters.ts"
import { fingerprint } from "../../src/tally/fingerprint.ts"
import type { WindowLimits } from "../../src/tally/limits.ts"
import type { Loss } from "../../src/tally/losses.ts"
import type { PastWindow } from "../../src/tally/past-window.ts"
import type { RuleActivity } from "../../src/tally/rule-activity.ts"
import { MAX_FURTHER_SAMPLE_BYTES, MAX_SAMPLES, noSeverities, type Tally } from "../../src/tally/tally.ts"
import { countValue, noValues } from "../../src/tally/values.ts"
import { deliveryLogContract } from "./delivery-log.ts"

export interface OpenedStore {
  readonly store: TallyStore
  /** Opens one more store on the same data. */
  reopen(): Promise<TallyStore>
  /** Closes them all and removes the data. */
  close(): Promise<void>
}

export type OpenStore = (limits?: WindowLimits) => Promise<OpenedStore>

const T0 = Date.UTC(2026, 5, 21, 16, 47)
const MINUTE = 60_000
const DAY = 86_400_000
const DIGEST = "daily"

/** A tally as a collector would make it: its fingerprint follows from what it says. */
export function tallyOf(fields: Partial<Tally> = {}): Tally {
  const tally = {
    host: "web1",
    layer: "system" as const,
    sections: ["System Events"],
    program: "sshd",
    template: "web1 sshd[*]: Connection closed by *",
    rules: [],
    coarseness: 0 as const,
    count: 1,
    firstMs: T0,
    lastMs: T0,
    severities: noSeverities(),
    values: [],
    samples: ["Jun 21 16:47:48 web1 sshd[7]: Connection closed by 192.0.2.7"],
    ...fields,
  }
  return { fingerprint: fingerprint(tally.host, tally.layer, tally.sections, tally.template, tally.alarm), ...tally }
}

/** An entry whose counters account for its tallies. */
export function entryOf(tallies: readonly Tally[], losses: Iterable<[Loss, number]> = []): DigestPart {
  const hosts = new Map<string, HostCounters>()
  for (const { host, count, firstMs, lastMs } of tallies) {
    const sums = hosts.get(host) ?? countersOf({ firstMs, lastMs })
    sums.received += count
    sums.reported += count
    sums.firstMs = Math.min(sums.firstMs, firstMs)
    sums.lastMs = Math.max(sums.lastMs, lastMs)
    hosts.set(host, sums)
  }
  return { tallies, hosts, losses: new Map(losses) }
}

function countersOf(fields: Partial<HostCounters> = {}): HostCounters {
  return { ...noCounters(T0, T0), ...fields }
}

function linesIn(tallies: readonly Tally[]): number {
  return tallies.reduce((sum, tally) => sum + tally.count, 0)
}

function byFingerprint(tallies: readonly Tally[]): Tally[] {
  return [...tallies].sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1))
}

export function tallyStoreContract(name: string, open: OpenStore): void {
  deliveryLogContract(name, open)
  describe(`${name} keeps the promises of a tally store`, () => {
    let opened: OpenedStore
    let store: TallyStore
    let sequence: number

    beforeEach(async () => {
      opened = await open()
      store = opened.store
      sequence = 0
    })

    afterEach(async () => {
      await opened.close()
    })

    const batch = (): BatchId => ({ collector: "c1", sequence: ++sequence })

    async function contents(id: number, of = store, digest = DIGEST) {
      const window = await of.read(digest, id)
      assert.ok(window, `window ${id} is there`)
      return window
    }

    /** Adds one line and closes the open window. */
    async function closeWindowWithOneLine(closesAtMs: number) {
      await store.add(DIGEST, batch(), entryOf([tallyOf()]), closesAtMs - 1)
      const { id } = await store.openWindow(DIGEST, closesAtMs - 1)
      assert.equal(await store.closeWindow(DIGEST, id, closesAtMs), true)
      return id
    }

    /** Opens a store of its own with small limits in place of the one of every test. */
    async function withLimits(limits: WindowLimits) {
      await opened.close()
      opened = await open(limits)
      store = opened.store
    }

    test("lines of one template whose alarms differ are tallies of their own, and keep their topic", async () => {
      const [disk, none] = [tallyOf({ alarm: "disk" }), tallyOf()]
      await store.add(DIGEST, batch(), entryOf([disk, none]), T0)
      await store.add(DIGEST, batch(), entryOf([disk]), T0)
      const { tallies } = await contents(1)
      const found = tallies.map(({ fingerprint, alarm, count }) => ({ fingerprint, alarm, count }))
      assert.deepEqual(
        found.sort((one, other) => other.count - one.count),
        [
          { fingerprint: disk.fingerprint, alarm: "disk", count: 2 },
          { fingerprint: none.fingerprint, alarm: undefined, count: 1 },
        ],
      )
    })

    test("severities add up, beside lines that have none", async () => {
      const severities = (err: number, info: number) => [0, 0, 0, err, 0, 0, info, 0]
      await store.add(DIGEST, batch(), entryOf([tallyOf({ count: 5, severities: severities(1, 2) })]), T0)
      await store.add(DIGEST, batch(), entryOf([tallyOf({ count: 2, severities: severities(0, 2) })]), T0)
      await store.add(DIGEST, batch(), entryOf([tallyOf({ count: 1 })]), T0)
      const { tallies } = await contents(1)
      assert.deepEqual(
        tallies.map(({ count, severities }) => ({ count, severities })),
        [{ count: 8, severities: severities(1, 4) }],
      )
      const { openGroups } = (await store.overview(DIGEST)) ?? {}
      assert.equal(openGroups, 1)
    })

    test("values of places add up, over batches and whoever adds them", async () => {
      const tally = (...values: readonly string[]) => {
        const place = noValues("<ip>")
        for (const value of values) countValue(place, value)
        return tallyOf({ count: values.length, values: [place] })
      }
      await store.add(DIGEST, batch(), entryOf([tally("a", "b")]), T0)
      const other = await opened.reopen()
      await Promise.all([
        store.add(DIGEST, { collector: "one", sequence: 1 }, entryOf([tally("a", "c")]), T0),
        other.add(DIGEST, { collector: "two", sequence: 1 }, entryOf([tally("a")]), T0),
        store.add(DIGEST, { collector: "three", sequence: 1 }, entryOf([tallyOf()]), T0),
      ])
      const [read] = (await contents(1)).tallies
      assert.equal(read?.count, 6)
      assert.deepEqual(
        new Map(read?.values[0]?.counts),
        new Map([
          ["a", 3],
          ["b", 1],
          ["c", 1],
        ]),
      )
    })

    test("a digest's memory changes with the windows that are settled, and only with them", async () => {
      assert.equal(await store.memory(DIGEST), undefined)
      const id = await closeWindowWithOneLine(T0 + 9)
      const delivery = await store.lease(DIGEST, "me", T0 + 9, 9)
      assert.ok(delivery)
      assert.deepEqual(delivery.windows, [id])
      const form = {
        ...{
          section: "System Events",
          form: "app: <*>",
          firstMs: T0,
          lastMs: T0 + 1,
          windows: 1,
          hourly: 1.5,
          peak: 2,
        },
        ...{ hosts: ["web1"], accesses: [] },
      }
      const waiting = {
        ...{ opensAtMs: T0, windows: 1, newHosts: ["web1"], usual: new Map([["app", 3]]) },
        ...{ hosts: new Map([["web1", noCounters(T0, T0 + 1)]]), losses: new Map([["frames_truncated" as const, 1]]) },
      }
      const memory = { sinceMs: T0, windows: 1, forms: [form], waiting, mailedAtMs: undefined }
      await store.settle(delivery, memory)
      assert.deepEqual(await store.memory(DIGEST), memory)
      await store.settle(delivery, { ...memory, windows: 99 })
      assert.deepEqual(await (await opened.reopen()).memory(DIGEST), memory)
    })

    test("every counter of the list is kept, in the window and since the store began", async () => {
      const counters = noCounters(T0, T0 + 9)
      for (const [index, name] of COUNTER_NAMES.entries()) counters[name] = 10 + index
      const part = { tallies: [], hosts: new Map([["web1", counters]]), losses: new Map() }
      await store.add(DIGEST, batch(), part, T0)
      await store.add(DIGEST, batch(), part, T0)
      const twice = { ...counters }
      for (const name of COUNTER_NAMES) twice[name] *= 2
      assert.deepEqual((await contents(1)).hosts.get("web1"), twice)
      assert.deepEqual((await store.overview(DIGEST))?.hosts.get("web1"), twice)
    })

    describe("the history of rules", () => {
      const SSH = "0123456789abcdef0123456789abcdef"
      const CRON = "fedcba9876543210fedcba9876543210"

      /** What rules did, by key: counts, with a sample where there is one. */
      function activity(atMs: number, counts: Record<string, number | [number, string]>, fields = {}): RuleActivity {
        const rules = new Map(
          Object.entries(counts).map(([key, hits]) => {
            const [count, sample] = typeof hits === "number" ? [hits, undefined] : hits
            return [key, { count, sample }]
          }),
        )
        return {
          atMs,
          lines: rules.values().reduce((sum, { count }) => sum + count, 0),
          rules,
          programs: [],
          ...fields,
        }
      }

      test("the history of rules is empty at first", async () => {
        assert.deepEqual(await store.ruleHistory(), { rules: new Map(), programs: new Map() })
        assert.deepEqual(await store.ruleSums(dayOf(T0) - 7, dayOf(T0)), { lines: 0, hits: new Map() })
      })

      test("the history adds up hits, widens the span and keeps the newest sample", async () => {
        await store.addActivity(batch(), activity(T0, { [SSH]: [3, 'a "line"\nof\u00e9 two'], [CRON]: 1 }))
        await store.addActivity(batch(), activity(T0 + MINUTE, { [SSH]: 4 }))
        await store.addActivity(batch(), activity(T0 + 2 * MINUTE, { [SSH]: [1, "newer"] }))
        const { rules } = await store.ruleHistory()
        const span = { firstMs: T0, lastMs: T0 + 2 * MINUTE, gapMs: MINUTE, days: 1 }
        assert.deepEqual(rules.get(SSH), { hits: 8, ...span, sample: "newer" })
        assert.deepEqual(rules.get(CRON), { hits: 1, firstMs: T0, lastMs: T0, gapMs: 0, days: 1, sample: "" })
      })

      test("the history keeps the longest pause, which fades while hits go on", async () => {
        let atMs = T0
        const hit = async (pauseMs: number) => {
          atMs += pauseMs
          await store.addActivity(batch(), activity(atMs, { [SSH]: 1 }))
          return (await store.ruleHistory()).rules.get(SSH)?.gapMs
        }
        assert.equal(await hit(0), 0)
        assert.equal(await hit(160 * MINUTE), 160 * MINUTE)
        assert.equal(await hit(16 * MINUTE), 159 * MINUTE)
        assert.equal(await hit(1), 159 * MINUTE)
        assert.equal(await hit(200 * MINUTE), 200 * MINUTE)
      })

      test("the history counts the days with hits", async () => {
        for (const hours of [0, 1, 25, 26, 120]) {
          await store.addActivity(batch(), activity(T0 + hours * 60 * MINUTE, { [SSH]: 1 }))
        }
        assert.equal((await store.ruleHistory()).rules.get(SSH)?.days, 3)
      })

      test("a clock that is set back adds no pause and no day", async () => {
        await store.addActivity(batch(), activity(T0, { [SSH]: 1 }))
        await store.addActivity(batch(), activity(T0 - 3 * DAY, { [SSH]: 1 }))
        const record = (await store.ruleHistory()).rules.get(SSH)
        assert.deepEqual(record, { hits: 2, firstMs: T0, lastMs: T0, gapMs: 0, days: 1, sample: "" })
      })

      test("an activity is applied once, independently of a digest's part of the same batch", async () => {
        const id = batch()
        await store.add(DIGEST, id, entryOf([tallyOf()]), T0)
        for (let times = 0; times < 3; times += 1) await store.addActivity(id, activity(T0, { [SSH]: 2 }))
        await store.addActivity({ ...id, collector: "c2" }, activity(T0, { [SSH]: 1 }))
        assert.equal((await store.ruleHistory()).rules.get(SSH)?.hits, 3)
        assert.deepEqual(await store.ruleSums(dayOf(T0), dayOf(T0)), { lines: 3, hits: new Map([[SSH, 3]]) })
      })

      test("two instances share one history", async () => {
        const other = await opened.reopen()
        // Batches of one collector come in order, one after the other.
        const addAll = async (to: TallyStore, collector: string, hits: Record<string, number>) => {
          for (let n = 0; n < 20; n += 1) await to.addActivity({ collector, sequence: n + 1 }, activity(T0 + n, hits))
        }
        await Promise.all([addAll(store, "one", { [SSH]: 1 }), addAll(other, "two", { [SSH]: 1, [CRON]: 1 })])
        const { rules } = await other.ruleHistory()
        assert.deepEqual([rules.get(SSH)?.hits, rules.get(CRON)?.hits], [40, 20])
      })

      test("sums of hits and lines cover exactly the requested days", async () => {
        for (const day of [0, 1, 2]) {
          const hits = activity(T0 + day * DAY, { [SSH]: day + 1 }, { lines: 100 })
          await store.addActivity(batch(), hits)
        }
        const today = dayOf(T0)
        assert.deepEqual(await store.ruleSums(today, today + 2), { lines: 300, hits: new Map([[SSH, 6]]) })
        assert.deepEqual(await store.ruleSums(today + 1, today + 1), { lines: 100, hits: new Map([[SSH, 2]]) })
      })

      test("sums are kept for 35 days, records for longer", async () => {
        await store.addActivity(batch(), activity(T0, { [SSH]: 1, [CRON]: 1 }))
        await store.addActivity(batch(), activity(T0 + DAYS_KEPT * DAY, { [SSH]: 1 }))
        const until = dayOf(T0) + DAYS_KEPT
        assert.deepEqual(await store.ruleSums(dayOf(T0) - 50, until), { lines: 1, hits: new Map([[SSH, 1]]) })
        assert.equal((await store.ruleHistory()).rules.get(CRON)?.hits, 1)
        for (let day = 36; day < 130; day += 1) {
          await store.addActivity(batch(), activity(T0 + day * DAY, { [CRON]: 1 }))
        }
        const sums = await store.ruleSums(0, dayOf(T0) + 129)
        assert.deepEqual(sums, { lines: DAYS_KEPT, hits: new Map([[CRON, DAYS_KEPT]]) })
      })

      test("the history keeps the time of a program's last line", async () => {
        await store.addActivity(batch(), activity(T0, {}, { programs: ["sshd", "cron"] }))
        await store.addActivity(batch(), activity(T0 + MINUTE, {}, { programs: ["sshd"] }))
        await store.addActivity(batch(), activity(T0 - MINUTE, {}, { programs: ["cron"] }))
        const { programs } = await store.ruleHistory()
        assert.deepEqual([programs.get("sshd"), programs.get("cron")], [T0 + MINUTE, T0])
      })

      test("forgetRules forgets the given rules and programs, unless they have been used since", async () => {
        await store.addActivity(
          batch(),
          activity(T0, { [SSH]: [1, "a"], [CRON]: [1, "b"] }, { programs: ["sshd", "cron"] }),
        )
        await store.addActivity(batch(), activity(T0 + DAY, { [SSH]: 1 }, { programs: ["sshd"] }))
        await store.forgetRules([SSH, CRON, "unknown"], ["sshd", "cron", "unknown"], T0 + DAY)
        const { rules, programs } = await store.ruleHistory()
        assert.deepEqual([[...rules.keys()], [...programs.keys()]], [[SSH], ["sshd"]])
      })
    })

    describe("windows", () => {
      test("the first window opens on request, once", async () => {
        assert.deepEqual(await store.openWindow(DIGEST, T0), { id: 1, opensAtMs: T0, closesAtMs: undefined })
        assert.deepEqual(await store.openWindow(DIGEST, T0 + 1), { id: 1, opensAtMs: T0, closesAtMs: undefined })
      })

      test("the first window opens with the first batch", async () => {
        await store.add(DIGEST, batch(), entryOf([tallyOf()]), T0)
        assert.deepEqual(await store.openWindow(DIGEST, T0 + 1), { id: 1, opensAtMs: T0, closesAtMs: undefined })
      })

      test("the next window opens where the last one closes, with the next id", async () => {
        await store.openWindow(DIGEST, T0)
        assert.equal(await store.closeWindow(DIGEST, 1, T0 + MINUTE), true)
        assert.deepEqual(await store.openWindow(DIGEST, T0 + 9 * MINUTE), {
          id: 2,
          opensAtMs: T0 + MINUTE,
          closesAtMs: undefined,
        })
      })

      test("two instances that close a window at the same time close it once", async () => {
        const other = await opened.reopen()
        await store.openWindow(DIGEST, T0)
        const closed = await Promise.all([
          store.closeWindow(DIGEST, 1, T0 + MINUTE),
          other.closeWindow(DIGEST, 1, T0 + MINUTE + 1),
        ])
        assert.deepEqual(closed.toSorted(), [false, true])
        assert.equal((await store.openWindow(DIGEST, T0)).id, 2)
      })

      test("closing a window that is not open changes nothing", async () => {
        assert.equal(await store.closeWindow(DIGEST, 1, T0), false)
        await store.openWindow(DIGEST, T0)
        assert.equal(await store.closeWindow(DIGEST, 2, T0 + MINUTE), false)
        assert.equal(await store.closeWindow(DIGEST, 0, T0 + MINUTE), false)
        assert.equal((await store.openWindow(DIGEST, T0)).id, 1)
      })

      test("lines that come after the closing are in the next window", async () => {
        await store.add(DIGEST, batch(), entryOf([tallyOf({ count: 3 })]), T0)
        await store.closeWindow(DIGEST, 1, T0 + MINUTE)
        await store.add(DIGEST, batch(), entryOf([tallyOf({ count: 4 })]), T0 + MINUTE)
        assert.deepEqual((await contents(1)).window, { id: 1, opensAtMs: T0, closesAtMs: T0 + MINUTE })
        assert.equal(linesIn((await contents(1)).tallies), 3)
        assert.equal(linesIn((await contents(2)).tallies), 4)
        assert.equal((await contents(2)).window.closesAtMs, undefined)
      })

      test("a window that never existed cannot be read", async () => {
        assert.equal(await store.read(DIGEST, 1), undefined)
        await store.openWindow(DIGEST, T0)
        assert.equal(await store.read(DIGEST, 2), undefined)
        assert.equal(await store.read("another", 1), undefined)
      })

      test("a window without a line is empty", async () => {
        await store.openWindow(DIGEST, T0)
        assert.deepEqual(await store.read(DIGEST, 1), {
          window: { id: 1, opensAtMs: T0, closesAtMs: undefined },
          tallies: [],
          hosts: new Map(),
          losses: new Map(),
          newHosts: [],
        })
      })

      test("windows outlive the instance that opened them", async () => {
        await store.add(DIGEST, batch(), entryOf([tallyOf()], [["peers_refused", 2]]), T0)
        await store.closeWindow(DIGEST, 1, T0 + MINUTE)
        const before = await contents(1)
        await store.close()
        assert.deepEqual(await contents(1, await opened.reopen()), before)
      })
    })

    describe("batches", () => {
      test("a tally is read as it was added", async () => {
        const tally = tallyOf({
          layer: "violations",
          sections: ["Security Events for su", "Security Events for sudo"],
          rules: ["violations.d/su:3", "violations.d/sudo:1"],
          count: 7,
          lastMs: T0 + 5,
        })
        await store.add(DIGEST, batch(), entryOf([tally]), T0)
        assert.deepEqual((await contents(1)).tallies, [tally])
      })

      test("counts add up and times widen, in any order", async () => {
        const group = tallyOf({ count: 2, firstMs: T0 + 5, lastMs: T0 + 6 })
        await store.add(DIGEST, batch(), entryOf([group]), T0)
        await store.add(DIGEST, batch(), entryOf([{ ...group, count: 3, firstMs: T0 + 1, lastMs: T0 + 2 }]), T0)
        await store.add(DIGEST, batch(), entryOf([{ ...group, count: 4, firstMs: T0 + 8, lastMs: T0 + 9 }]), T0)
        const [tally] = (await contents(1)).tallies
        assert.deepEqual(tally, { ...group, count: 9, firstMs: T0 + 1, lastMs: T0 + 9 })
      })

      test("the first different samples are kept", async () => {
        for (const samples of [["a"], ["a", "b"], [], ["b"], ["c", "d"], ["e"]]) {
          await store.add(DIGEST, batch(), entryOf([tallyOf({ samples })]), T0)
        }
        const [tally] = (await contents(1)).tallies
        assert.deepEqual(tally?.samples, ["a", "b", "c", "d"].slice(0, MAX_SAMPLES))
      })

      test("a long sample is kept as the first one only", async () => {
        const [short, long] = ["web1 app: short", `web1 app: long ${"é".repeat(MAX_FURTHER_SAMPLE_BYTES / 2)}`]
        const groups = [
          tallyOf({ template: "long first", samples: [long] }),
          tallyOf({ template: "short first", samples: [short] }),
        ]
        await store.add(DIGEST, batch(), entryOf(groups), T0)
        const more = groups.map((group) => ({ ...group, samples: [`${long} again`, `${short} again`] }))
        await store.add(DIGEST, batch(), entryOf(more), T0)
        const { tallies } = await contents(1)
        assert.deepEqual(
          new Map(tallies.map(({ template, samples }) => [template, samples])),
          new Map([
            ["long first", [long, `${short} again`]],
            ["short first", [short, `${short} again`]],
          ]),
        )
      })

      test("counters and losses add up", async () => {
        const first = {
          received: 10,
          ignored: 6,
          reported: 3,
          rejected: 1,
          unjudged: 2,
          own_mail: 0,
          firstMs: T0,
          lastMs: T0 + 1,
        }
        const second = {
          received: 5,
          ignored: 5,
          reported: 0,
          rejected: 0,
          unjudged: 0,
          own_mail: 0,
          firstMs: T0 - 9,
          lastMs: T0 + 9,
        }
        await store.add(
          DIGEST,
          batch(),
          { tallies: [], hosts: new Map([["web1", first]]), losses: new Map([["udp_kernel_drops", 4]]) },
          T0,
        )
        await store.add(
          DIGEST,
          batch(),
          {
            tallies: [],
            hosts: new Map([
              ["web1", second],
              ["web2", second],
            ]),
            losses: new Map<Loss, number>([
              ["udp_kernel_drops", 5],
              ["frames_truncated", 1],
            ]),
          },
          T0,
        )
        const { hosts, losses } = await contents(1)
        assert.deepEqual(
          hosts,
          new Map([
            [
              "web1",
              {
                received: 15,
                ignored: 11,
                reported: 3,
                rejected: 1,
                unjudged: 2,
                own_mail: 0,
                firstMs: T0 - 9,
                lastMs: T0 + 9,
              },
            ],
            ["web2", second],
          ]),
        )
        assert.deepEqual(
          losses,
          new Map([
            ["udp_kernel_drops", 9],
            ["frames_truncated", 1],
          ]),
        )
      })

      test("a repeated batch is applied once", async () => {
        const entry = entryOf([tallyOf({ count: 5 })], [["frames_truncated", 1]])
        const id = batch()
        for (let i = 0; i < 3; i++) await store.add(DIGEST, id, entry, T0 + i)
        const { tallies, hosts, losses } = await contents(1)
        assert.equal(linesIn(tallies), 5)
        assert.equal(hosts.get("web1")?.received, 5)
        assert.equal(losses.get("frames_truncated"), 1)
      })

      test("a batch that is repeated after a restart or by another instance is applied once", async () => {
        const id = batch()
        await store.add(DIGEST, id, entryOf([tallyOf()]), T0)
        await store.close()
        const again = await opened.reopen()
        await again.add(DIGEST, id, entryOf([tallyOf()]), T0)
        assert.equal(linesIn((await contents(1, again)).tallies), 1)
      })

      test("a batch that is repeated after its window closed is not in the next window", async () => {
        const id = batch()
        await store.add(DIGEST, id, entryOf([tallyOf()]), T0)
        await store.closeWindow(DIGEST, 1, T0 + MINUTE)
        await store.add(DIGEST, id, entryOf([tallyOf()]), T0 + MINUTE)
        assert.deepEqual((await contents(2)).tallies, [])
      })

      test("a batch with a sequence before the last applied one is ignored", async () => {
        await store.add(DIGEST, { collector: "c1", sequence: 9 }, entryOf([tallyOf()]), T0)
        await store.add(DIGEST, { collector: "c1", sequence: 10 }, entryOf([tallyOf()]), T0)
        await store.add(DIGEST, { collector: "c1", sequence: 2 }, entryOf([tallyOf()]), T0)
        assert.equal(linesIn((await contents(1)).tallies), 2)
      })

      test("each collector and each digest has sequences of its own", async () => {
        await store.add(DIGEST, { collector: "c1", sequence: 5 }, entryOf([tallyOf()]), T0)
        await store.add(DIGEST, { collector: "c2", sequence: 1 }, entryOf([tallyOf()]), T0)
        await store.add("weekly", { collector: "c1", sequence: 1 }, entryOf([tallyOf()]), T0)
        assert.equal(linesIn((await contents(1)).tallies), 2)
        assert.equal(linesIn((await contents(1, store, "weekly")).tallies), 1)
      })

      test("the last thousand collectors are remembered", async () => {
        const empty = entryOf([])
        const line = entryOf([tallyOf()])
        await store.add(DIGEST, { collector: "first", sequence: 1 }, empty, T0)
        for (let i = 1; i < 1_000; i++) await store.add(DIGEST, { collector: `c${i}`, sequence: 1 }, empty, T0 + i)
        await store.add(DIGEST, { collector: "first", sequence: 1 }, line, T0)
        assert.deepEqual((await contents(1)).tallies, [], "the oldest of a thousand is remembered")
        await store.add(DIGEST, { collector: "one more", sequence: 1 }, empty, T0 + 1_000)
        await store.add(DIGEST, { collector: "c1", sequence: 1 }, line, T0)
        assert.deepEqual((await contents(1)).tallies, [], "the second oldest still is")
        await store.add(DIGEST, { collector: "first", sequence: 1 }, line, T0 + 1_001)
        assert.equal(linesIn((await contents(1)).tallies), 1, "the oldest is not any more")
      })

      test("batches that instances add at the same time add up", async () => {
        const other = await opened.reopen()
        const adds = Array.from({ length: 40 }, (_, i) =>
          (i % 2 === 0 ? store : other).add(
            DIGEST,
            { collector: `c${i}`, sequence: 1 },
            entryOf([tallyOf({ count: 3 }), tallyOf({ host: `web${i}` })]),
            T0,
          ),
        )
        await Promise.all(adds)
        const { tallies } = await contents(1)
        assert.equal(linesIn(tallies), 160)
        assert.equal(tallies.find((tally) => tally.host === "web1" && tally.count > 1)?.count, 121)
      })

      test("a batch can have five thousand groups", async () => {
        const tallies = Array.from({ length: 5_000 }, (_, i) => tallyOf({ host: `web${i % 50}`, template: `t${i}` }))
        await store.add(DIGEST, batch(), entryOf(tallies), T0)
        await store.add(DIGEST, batch(), entryOf(tallies), T0)
        const window = await contents(1)
        assert.deepEqual(byFingerprint(window.tallies), byFingerprint(tallies.map((tally) => ({ ...tally, count: 2 }))))
        assert.equal(window.hosts.size, 50)
      })
    })

    describe("any text", () => {
      const odd = [
        "größer als 🐘",
        "tab\tlf\ncr\rnul\0esc\u001b[31m",
        "lone \ud800 surrogate",
        'quote " backslash \\ percent %s',
        "' OR 1=1; --",
        "\u2028\u2029",
        "",
      ]
      for (const text of odd) {
        test(`the text ${JSON.stringify(text)} is read unchanged`, async () => {
          const tally = tallyOf({
            template: text,
            program: text,
            sections: [text],
            rules: [text],
            samples: [text, `${text} more`],
          })
          await store.add(DIGEST, batch(), entryOf([tally]), T0)
          assert.deepEqual((await contents(1)).tallies, [tally])
        })
      }

      for (const digest of ["größe 🐘", "{a}b", "}", "{}", "a:b", "%7D", "'; --", "a b/c*"]) {
        test(`a digest may be called ${digest}`, async () => {
          await store.add(digest, batch(), entryOf([tallyOf({ host: digest })]), T0)
          await store.add(`${digest}x`, batch(), entryOf([]), T0)
          assert.deepEqual([...(await contents(1, store, digest)).hosts.keys()], [digest])
          assert.equal(await store.closeWindow(digest, 1, T0 + MINUTE), true)
          const delivery = await store.lease(digest, "me", T0 + MINUTE, MINUTE)
          assert.equal(delivery?.digest, digest)
          assert.deepEqual(delivery?.windows, [1])
          assert.equal((await store.overview(`${digest}x`))?.open.id, 1)
        })
      }
    })

    describe("deliveries", () => {
      test("there is no delivery while no window has closed", async () => {
        assert.equal(await store.lease(DIGEST, "a", T0, MINUTE), undefined)
        await store.add(DIGEST, batch(), entryOf([tallyOf()]), T0)
        assert.equal(await store.lease(DIGEST, "a", T0, MINUTE), undefined)
      })

      test("the id of a delivery has the digest and the windows", async () => {
        await closeWindowWithOneLine(T0 + MINUTE)
        const delivery = await store.lease(DIGEST, "a", T0 + MINUTE, MINUTE)
        assert.ok(delivery)
        assert.deepEqual({ ...delivery, id: "" }, { digest: DIGEST, id: "", windows: [1], attempts: 0 })
        assert.match(delivery.id, /^daily-1-1-[0-9a-f]{16}$/)
      })

      test("windows that piled up go out together", async () => {
        for (let i = 1; i <= 12; i++) await closeWindowWithOneLine(T0 + i * MINUTE)
        const delivery = await store.lease(DIGEST, "a", T0 + DAY, MINUTE)
        assert.deepEqual(delivery?.windows, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
        assert.match(delivery?.id ?? "", /^daily-1-12-/)
      })

      test("only the owner gets a delivery during its lease", async () => {
        const other = await opened.reopen()
        await closeWindowWithOneLine(T0 + MINUTE)
        const leases = await Promise.all([
          store.lease(DIGEST, "a", T0 + MINUTE, MINUTE),
          other.lease(DIGEST, "b", T0 + MINUTE, MINUTE),
        ])
        assert.equal(leases.filter((lease) => lease !== undefined).length, 1)
        const loser = leases[0] === undefined ? "a" : "b"
        assert.equal(await other.lease(DIGEST, loser, T0 + 2 * MINUTE - 1, MINUTE), undefined)
      })

      test("after a crash the same windows come back under the same id, without those that closed since", async () => {
        await closeWindowWithOneLine(T0 + MINUTE)
        await closeWindowWithOneLine(T0 + 2 * MINUTE)
        const first = await store.lease(DIGEST, "a", T0 + 2 * MINUTE, MINUTE)
        await closeWindowWithOneLine(T0 + 3 * MINUTE)
        const other = await opened.reopen()
        const second = await other.lease(DIGEST, "b", T0 + 3 * MINUTE, MINUTE)
        assert.ok(first)
        assert.deepEqual(second, { ...first, attempts: 1 })
        assert.equal(await store.lease(DIGEST, "a", T0 + 3 * MINUTE, MINUTE), undefined, "it is b's now")
      })

      test("an owner that leases again gets the same delivery and a new lease, without another attempt", async () => {
        await closeWindowWithOneLine(T0 + MINUTE)
        const first = await store.lease(DIGEST, "a", T0 + MINUTE, MINUTE)
        assert.deepEqual(await store.lease(DIGEST, "a", T0 + MINUTE + 1, MINUTE), first)
        assert.equal(await store.lease(DIGEST, "b", T0 + 2 * MINUTE, MINUTE), undefined)
        assert.equal((await store.lease(DIGEST, "b", T0 + 2 * MINUTE + 1, MINUTE))?.attempts, 1)
      })

      test("a postponed delivery is repeated unchanged, not before its time", async () => {
        await closeWindowWithOneLine(T0 + MINUTE)
        const first = await store.lease(DIGEST, "a", T0 + MINUTE, MINUTE)
        assert.ok(first)
        await store.postpone(first, "a", T0 + 9 * MINUTE, false)
        await closeWindowWithOneLine(T0 + 2 * MINUTE)
        assert.equal(await store.lease(DIGEST, "a", T0 + 9 * MINUTE - 1, MINUTE), undefined)
        assert.equal(await store.lease(DIGEST, "b", T0 + 9 * MINUTE - 1, MINUTE), undefined)
        assert.equal((await store.overview(DIGEST))?.retryAtMs, T0 + 9 * MINUTE)
        assert.deepEqual(await store.lease(DIGEST, "b", T0 + 9 * MINUTE, MINUTE), { ...first, attempts: 1 })
        assert.equal((await store.overview(DIGEST))?.retryAtMs, undefined, "it is under way")
      })

      test("a refused delivery goes out with windows that closed meanwhile, and its attempts stay counted", async () => {
        await closeWindowWithOneLine(T0 + MINUTE)
        const first = await store.lease(DIGEST, "a", T0 + MINUTE, MINUTE)
        assert.ok(first)
        await closeWindowWithOneLine(T0 + 2 * MINUTE)
        await store.postpone(first, "a", T0 + 9 * MINUTE, true)
        assert.equal(await store.lease(DIGEST, "b", T0 + 9 * MINUTE - 1, MINUTE), undefined)
        const second = await store.lease(DIGEST, "b", T0 + 9 * MINUTE, MINUTE)
        assert.deepEqual(second?.windows, [1, 2])
        assert.equal(second?.attempts, 1)
        assert.match(second?.id ?? "", /^daily-1-2-/)
      })

      test("only the owner of the lease can postpone a delivery", async () => {
        await closeWindowWithOneLine(T0 + MINUTE)
        const first = await store.lease(DIGEST, "a", T0 + MINUTE, MINUTE)
        assert.ok(first)
        await store.lease(DIGEST, "b", T0 + 2 * MINUTE, MINUTE)
        await store.postpone(first, "a", T0 + 90 * MINUTE, true)
        assert.equal((await store.overview(DIGEST))?.retryAtMs, undefined)
        const third = await store.lease(DIGEST, "c", T0 + 3 * MINUTE, MINUTE)
        assert.deepEqual(third, { ...first, attempts: 2 })
      })

      test("postponing twice has the effect of postponing once", async () => {
        await closeWindowWithOneLine(T0 + MINUTE)
        const first = await store.lease(DIGEST, "a", T0 + MINUTE, MINUTE)
        assert.ok(first)
        await store.postpone(first, "a", T0 + 2 * MINUTE, false)
        await store.postpone(first, "a", T0 + 3 * MINUTE, true)
        assert.deepEqual(await store.lease(DIGEST, "b", T0 + 2 * MINUTE, MINUTE), { ...first, attempts: 1 })
      })

      test("a settled delivery is forgotten with its windows, and the next one has its own attempts", async () => {
        await closeWindowWithOneLine(T0 + MINUTE)
        const first = await store.lease(DIGEST, "a", T0 + MINUTE, MINUTE)
        assert.ok(first)
        await closeWindowWithOneLine(T0 + 2 * MINUTE)
        await store.settle(first)
        assert.equal(await store.read(DIGEST, 1), undefined)
        assert.equal(linesIn((await contents(2)).tallies), 1)
        const next = await store.lease(DIGEST, "a", T0 + 2 * MINUTE, MINUTE)
        assert.deepEqual(next?.windows, [2])
        assert.equal(next?.attempts, 0)
        assert.notEqual(next?.id, first.id)
      })

      test("settling twice has the effect of settling once", async () => {
        await closeWindowWithOneLine(T0 + MINUTE)
        const first = await store.lease(DIGEST, "a", T0 + MINUTE, MINUTE)
        assert.ok(first)
        await store.settle(first)
        await closeWindowWithOneLine(T0 + 2 * MINUTE)
        const second = await store.lease(DIGEST, "a", T0 + 2 * MINUTE, MINUTE)
        await store.settle(first)
        assert.deepEqual(await store.lease(DIGEST, "a", T0 + 2 * MINUTE, MINUTE), second)
        assert.equal(linesIn((await contents(2)).tallies), 1)
      })

      test("an owner whose lease is over can still settle, since the mail was accepted", async () => {
        await closeWindowWithOneLine(T0 + MINUTE)
        const first = await store.lease(DIGEST, "a", T0 + MINUTE, MINUTE)
        assert.ok(first)
        await store.lease(DIGEST, "b", T0 + 2 * MINUTE, MINUTE)
        await store.settle(first)
        assert.equal(await store.lease(DIGEST, "b", T0 + 2 * MINUTE, MINUTE), undefined)
        assert.equal(await store.read(DIGEST, 1), undefined)
      })

      test("windows that are settled late leave the delivery in which they were sealed again", async () => {
        await closeWindowWithOneLine(T0 + MINUTE)
        const first = await store.lease(DIGEST, "a", T0 + MINUTE, MINUTE)
        assert.ok(first)
        const second = await store.lease(DIGEST, "b", T0 + 2 * MINUTE, MINUTE)
        assert.ok(second)
        await store.postpone(second, "b", T0 + 2 * MINUTE, true)
        await closeWindowWithOneLine(T0 + 2 * MINUTE)
        const third = await store.lease(DIGEST, "b", T0 + 2 * MINUTE, MINUTE)
        assert.deepEqual(third?.windows, [1, 2])
        await store.settle(first)
        const fourth = await store.lease(DIGEST, "b", T0 + 2 * MINUTE, MINUTE)
        assert.deepEqual(fourth, { ...third, windows: [2] })
      })

      test("settling never removes an open window", async () => {
        await closeWindowWithOneLine(T0 + MINUTE)
        const first = await store.lease(DIGEST, "a", T0 + MINUTE, MINUTE)
        assert.ok(first)
        await store.add(DIGEST, batch(), entryOf([tallyOf()]), T0 + MINUTE)
        await store.settle({ ...first, windows: [1, 2] })
        assert.equal(linesIn((await contents(2)).tallies), 1)
      })

      test("ids do not repeat after the data was lost, and an old delivery settles nothing", async () => {
        await closeWindowWithOneLine(T0 + MINUTE)
        const before = await store.lease(DIGEST, "a", T0 + MINUTE, MINUTE)
        assert.ok(before)
        await opened.close()
        opened = await open()
        store = opened.store
        await closeWindowWithOneLine(T0 + MINUTE)
        await store.settle(before)
        const after = await store.lease(DIGEST, "a", T0 + MINUTE, MINUTE)
        assert.deepEqual(after?.windows, [1])
        assert.notEqual(after?.id, before.id)
      })

      test("digests have separate deliveries", async () => {
        await closeWindowWithOneLine(T0 + MINUTE)
        await store.openWindow("weekly", T0)
        assert.equal(await store.lease("weekly", "a", T0 + DAY, MINUTE), undefined)
      })
    })

    describe("limits", () => {
      const small = { groupsPerHost: 3, groupsPerWindow: 6, hostsPerDigest: 2 }

      test("beyond its share, a host's new groups are counted by program, then together, and existing groups go on", async () => {
        await withLimits(small)
        const first = tallyOf({ template: "t0" })
        for (let i = 0; i < 3; i++) {
          await store.add(DIGEST, batch(), entryOf([tallyOf({ template: `t${i}`, program: `p${i}` })]), T0)
        }
        const later = Array.from({ length: 5 }, (_, i) => tallyOf({ template: `later${i}`, program: `q${i}` }))
        await store.add(DIGEST, batch(), entryOf([...later, { ...first, count: 10 }]), T0)
        const { tallies } = await contents(1)
        const lines = new Map(tallies.map((tally) => [tally.template, tally.count]))
        assert.deepEqual(
          lines,
          new Map([
            ["t0", 11],
            ["t1", 1],
            ["t2", 1],
            [coarsen(tallyOf({ program: "q0" }), 1).template, 1],
            [coarsen(tallyOf({ program: "q1" }), 1).template, 1],
            [coarsen(tallyOf({ program: "q2" }), 1).template, 1],
            [coarsen(tallyOf(), 2).template, 2],
          ]),
        )
        assert.deepEqual(tallies.map((tally) => tally.coarseness).toSorted(), [0, 0, 0, 1, 1, 1, 2])
      })

      test("a noisy host does not hide other hosts", async () => {
        await withLimits({ groupsPerHost: 3, groupsPerWindow: 100, hostsPerDigest: 100 })
        const noise = Array.from({ length: 200 }, (_, i) => tallyOf({ host: "noisy", template: `t${i}` }))
        await store.add(DIGEST, batch(), entryOf(noise), T0)
        const quiet = tallyOf({ host: "quiet", template: "the disk is on fire" })
        await store.add(DIGEST, batch(), entryOf([quiet]), T0)
        const { tallies } = await contents(1)
        assert.deepEqual(
          tallies.filter((tally) => tally.host === "quiet"),
          [quiet],
        )
        assert.equal(linesIn(tallies), 201)
        assert.ok(tallies.length <= 9 + 1, `${tallies.length} groups`)
      })

      test("beyond the limit of the window, the lines of further hosts are counted together", async () => {
        await withLimits(small)
        const tallies = Array.from({ length: 40 }, (_, i) => tallyOf({ host: `h${i}`, layer: "cracking" }))
        await store.add(DIGEST, batch(), entryOf(tallies), T0)
        const window = await contents(1)
        assert.equal(linesIn(window.tallies), 40)
        assert.ok(window.tallies.length <= 3 * small.groupsPerWindow + 1, `${window.tallies.length} groups`)
        const others = window.tallies.find((tally) => tally.host === OTHER_HOSTS)
        assert.equal(others?.coarseness, 3)
        assert.equal(others?.layer, "cracking")
        assert.equal(others?.count, 40 - 3 * small.groupsPerWindow)
        assert.equal(others?.samples.length, 1)
      })

      test("a coarse tally stays coarse", async () => {
        await withLimits(small)
        const coarse = ([1, 2, 3] as const).map((level) => coarsen(tallyOf({ count: 2 }), level))
        await store.add(DIGEST, batch(), entryOf(coarse), T0)
        await store.add(DIGEST, batch(), entryOf(coarse), T0)
        const { tallies } = await contents(1)
        assert.deepEqual(byFingerprint(tallies), byFingerprint(coarse.map((tally) => ({ ...tally, count: 4 }))))
      })

      test("every window has its own share", async () => {
        await withLimits(small)
        const many = Array.from({ length: 30 }, (_, i) => tallyOf({ template: `t${i}` }))
        await store.add(DIGEST, batch(), entryOf(many), T0)
        await store.closeWindow(DIGEST, 1, T0 + MINUTE)
        const fresh = tallyOf({ template: "fresh" })
        await store.add(DIGEST, batch(), entryOf([fresh]), T0)
        assert.deepEqual((await contents(2)).tallies, [fresh])
      })

      test("hosts beyond the limit are counted together, and known hosts go on", async () => {
        await withLimits(small)
        const hosts = new Map(
          ["h1", "h2", "h3", "h4"].map((host) => [host, countersOf({ received: 2, ignored: 2, lastMs: T0 + 1 })]),
        )
        await store.add(DIGEST, batch(), { tallies: [], hosts, losses: new Map() }, T0)
        await store.add(DIGEST, batch(), { tallies: [], hosts, losses: new Map() }, T0)
        const window = await contents(1)
        assert.deepEqual(
          new Map([...window.hosts].map(([host, sums]) => [host, sums.received])),
          new Map([
            ["h1", 4],
            ["h2", 4],
            [OTHER_HOSTS, 8],
          ]),
        )
        assert.deepEqual([...window.newHosts].sort(), ["h1", "h2"])
        assert.deepEqual((await store.overview(DIGEST))?.hosts, window.hosts)
      })

      test("no sequence of batches loses a line or counts it twice", async () => {
        const someTally = fc.record({
          host: fc.constantFrom("a", "b", "c", "d", OTHER_HOSTS),
          layer: fc.constantFrom("cracking" as const, "violations" as const, "system" as const),
          program: fc.constantFrom("p", "q", "r"),
          template: fc.nat(30).map((n) => `t${n}`),
          count: fc.integer({ min: 1, max: 1_000_000_000 }),
          level: fc.constantFrom(0, 0, 0, 1, 2, 3),
        })
        const someStep = fc.record({
          tallies: fc.array(someTally, { maxLength: 30 }),
          repeats: fc.nat(2),
          closes: fc.boolean(),
          elsewhere: fc.boolean(),
        })
        const limits = fc.record({
          groupsPerHost: fc.integer({ min: 1, max: 6 }),
          groupsPerWindow: fc.integer({ min: 1, max: 12 }),
          hostsPerDigest: fc.integer({ min: 1, max: 4 }),
        })
        await fc.assert(
          fc.asyncProperty(limits, fc.array(someStep, { minLength: 1, maxLength: 8 }), async (chosen, steps) => {
            const all = await open(chosen)
            try {
              const other = await all.reopen()
              let wanted = 0
              let sequence = 0
              for (const { tallies, repeats, closes, elsewhere } of steps) {
                const entry = entryOf(
                  tallies.map(({ level, ...fields }) =>
                    level === 0 ? tallyOf(fields) : coarsen(tallyOf(fields), level === 1 ? 1 : level === 2 ? 2 : 3),
                  ),
                )
                wanted += linesIn(entry.tallies)
                const id = { collector: "c", sequence: ++sequence }
                for (let i = 0; i <= repeats; i++)
                  await (elsewhere && i > 0 ? other : all.store).add("d", id, entry, T0)
                if (closes) {
                  const { id: window } = await all.store.openWindow("d", T0)
                  await all.store.closeWindow("d", window, T0)
                }
              }
              let reported = 0
              let counted = 0
              const { id: last } = await all.store.openWindow("d", T0)
              for (let window = 1; window <= last; window++) {
                const contents = await all.store.read("d", window)
                assert.ok(contents)
                reported += linesIn(contents.tallies)
                for (const sums of contents.hosts.values()) counted += sums.reported
                assert.ok(contents.tallies.length <= 3 * chosen.groupsPerWindow + 3)
                for (const { samples } of contents.tallies) assert.ok(samples.length <= MAX_SAMPLES)
              }
              const overview = await all.store.overview("d")
              const ever = [...(overview?.hosts.values() ?? [])].reduce((sum, host) => sum + host.received, 0)
              assert.deepEqual({ reported, counted, ever }, { reported: wanted, counted: wanted, ever: wanted })
              assert.ok((overview?.hosts.size ?? 0) <= chosen.hostsPerDigest + 1)
            } finally {
              await all.close()
            }
          }),
          { numRuns: 40 },
        )
      })
    })

    describe("hosts", () => {
      test("a host is new only in the window that saw it first", async () => {
        await store.add(DIGEST, batch(), entryOf([tallyOf({ host: "web1" }), tallyOf({ host: "web2" })]), T0)
        await store.closeWindow(DIGEST, 1, T0 + MINUTE)
        await store.add(DIGEST, batch(), entryOf([tallyOf({ host: "web2" }), tallyOf({ host: "web3" })]), T0)
        assert.deepEqual([...(await contents(1)).newHosts].sort(), ["web1", "web2"])
        assert.deepEqual((await contents(2)).newHosts, ["web3"])
        const delivery = await store.lease(DIGEST, "a", T0 + MINUTE, MINUTE)
        assert.ok(delivery)
        await store.settle(delivery)
        await store.closeWindow(DIGEST, 2, T0 + 2 * MINUTE)
        await store.add(DIGEST, batch(), entryOf([tallyOf({ host: "web1" })]), T0)
        assert.deepEqual((await contents(3)).newHosts, [])
      })

      test("a host whose lines are all ignored is new as well", async () => {
        const hosts = new Map([["web1", countersOf({ received: 1, ignored: 1 })]])
        await store.add(DIGEST, batch(), { tallies: [], hosts, losses: new Map() }, T0)
        assert.deepEqual((await contents(1)).newHosts, ["web1"])
      })

      test("each digest has its own new hosts", async () => {
        await store.add(DIGEST, batch(), entryOf([tallyOf()]), T0)
        await store.add("weekly", batch(), entryOf([tallyOf()]), T0)
        assert.deepEqual((await contents(1, store, "weekly")).newHosts, ["web1"])
      })
    })

    describe("what is remembered", () => {
      const past = (id: number, closesAtMs: number, tallies = [tallyOf()]): PastWindow => {
        return { id, opensAtMs: closesAtMs - MINUTE, closesAtMs, tallies }
      }

      test("nothing is remembered at first", async () => {
        assert.deepEqual(await store.remembered(DIGEST), [])
      })

      test("remembered windows are read unchanged, the oldest first, and outlive the window", async () => {
        const id = await closeWindowWithOneLine(T0 + MINUTE)
        const odd = tallyOf({ samples: ['a "quoted" \n line \u0000 é ☃', "another"], host: "web2", count: 7 })
        await store.remember(DIGEST, past(2, T0 + 2 * MINUTE, [odd]), T0)
        await store.remember(DIGEST, past(id, T0 + MINUTE), T0)
        const delivery = await store.lease(DIGEST, "me", T0 + 3 * MINUTE, MINUTE)
        if (delivery !== undefined) await store.settle(delivery)
        const other = await opened.reopen()
        assert.deepEqual(await other.remembered(DIGEST), [past(1, T0 + MINUTE), past(2, T0 + 2 * MINUTE, [odd])])
      })

      test("a window that is remembered twice is kept once, as the later one", async () => {
        await store.remember(DIGEST, past(1, T0 + MINUTE), T0)
        await store.remember(DIGEST, past(1, T0 + MINUTE, []), T0)
        assert.deepEqual(await store.remembered(DIGEST), [past(1, T0 + MINUTE, [])])
      })

      test("windows are forgotten if they are too old or too many", async () => {
        await store.remember(DIGEST, past(1, T0 + MINUTE), T0)
        await store.remember(DIGEST, past(2, T0 + 2 * MINUTE), T0 + MINUTE)
        assert.equal((await store.remembered(DIGEST)).length, 2)
        await store.remember(DIGEST, past(3, T0 + 3 * MINUTE), T0 + MINUTE + 1)
        const ids = async () => (await store.remembered(DIGEST)).map(({ id }) => id)
        assert.deepEqual(await ids(), [2, 3])
        for (let id = 4; id < 4 + PAST_WINDOWS; id += 1)
          await store.remember(DIGEST, past(id, T0 + id * MINUTE, []), T0)
        assert.deepEqual(
          await ids(),
          Array.from({ length: PAST_WINDOWS }, (_, index) => 4 + index),
        )
      })

      test("each digest has its own remembered windows", async () => {
        await store.remember(DIGEST, past(1, T0 + MINUTE), T0)
        assert.deepEqual(await store.remembered("weekly"), [])
      })
    })

    describe("overview", () => {
      test("a digest without a window has no overview", async () => {
        assert.equal(await store.overview(DIGEST), undefined)
      })

      test("an overview has the open window, the undelivered windows and the sums of every host", async () => {
        await store.add(DIGEST, batch(), entryOf([tallyOf({ count: 2 })]), T0)
        await store.closeWindow(DIGEST, 1, T0 + MINUTE)
        await store.add(DIGEST, batch(), entryOf([tallyOf({ count: 3 }), tallyOf({ template: "t" })]), T0 + MINUTE)
        const delivery = await store.lease(DIGEST, "a", T0 + MINUTE, MINUTE)
        assert.ok(delivery)
        assert.equal((await store.overview(DIGEST))?.retryAtMs, undefined)
        await store.postpone(delivery, "a", T0 + 5 * MINUTE, true)
        assert.deepEqual(await store.overview(DIGEST), {
          digest: DIGEST,
          open: { id: 2, opensAtMs: T0 + MINUTE, closesAtMs: undefined },
          openReported: 4,
          openGroups: 2,
          undelivered: [{ id: 1, opensAtMs: T0, closesAtMs: T0 + MINUTE }],
          retryAtMs: T0 + 5 * MINUTE,
          hosts: new Map([["web1", countersOf({ received: 6, reported: 6 })]]),
        })
        await store.settle(delivery)
        const settled = await store.overview(DIGEST)
        assert.deepEqual(settled?.undelivered, [])
        assert.equal(settled?.retryAtMs, undefined)
        assert.equal(settled?.hosts.get("web1")?.received, 6)
      })
    })

    test("a closed store rejects", async () => {
      await store.close()
      await assert.rejects(store.openWindow(DIGEST, T0))
      await assert.rejects(store.add(DIGEST, batch(), entryOf([]), T0))
      await assert.rejects(store.read(DIGEST, 1))
      await assert.rejects(store.overview(DIGEST))
      await store.close()
    })
  })
}
