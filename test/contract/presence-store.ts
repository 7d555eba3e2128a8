/** The promises of src/store/presence-store.ts, for every store alike. */
import assert from "node:assert/strict"
import { afterEach, beforeEach, describe, test } from "node:test"
import { NETWORK } from "../../src/cadence/presence.ts"
import type { TallyStore } from "../../src/store/store.ts"
import { noMemory } from "../../src/tally/digest-memory.ts"
import { entryOf, type OpenedStore, type OpenStore, tallyOf } from "./tally-store.ts"

const T0 = Date.UTC(2026, 5, 21, 16, 47)
const MINUTE = 60_000
const DIGEST = "daily"

function at(minute: number) {
  return { firstMs: T0 + minute * MINUTE, lastMs: T0 + minute * MINUTE }
}

export function presenceStoreContract(name: string, open: OpenStore): void {
  describe(`${name}: hosts`, () => {
    let opened: OpenedStore
    let store: TallyStore
    beforeEach(async () => {
      opened = await open()
      store = opened.store
    })
    afterEach(() => opened.close())

    async function hear(minute: number, ...senders: string[]): Promise<void> {
      await store.hear(new Map(senders.map((sender) => [sender, at(minute)])), T0 + minute * MINUTE)
    }

    async function sendersOf(of: TallyStore): Promise<string[]> {
      const { senders } = await of.presence()
      return [...senders.keys()].filter((sender) => sender !== NETWORK).sort()
    }

    test("a store without hosts has none", async () => {
      assert.deepEqual((await store.presence()).senders, new Map())
    })

    test("the last line and the longest pause of a host survive, for every instance", async () => {
      await hear(0, "web1", "web1 cron")
      await hear(20, "web1")
      const { senders, beatMs } = await (await opened.reopen()).presence()
      const web1 = senders.get("web1")
      assert.equal(beatMs, T0 + 20 * MINUTE)
      assert.equal(web1?.lastMs, T0 + 20 * MINUTE)
      assert.deepEqual(web1?.pause, { fromMs: T0, untilMs: T0 + 20 * MINUTE })
      assert.equal(senders.get("web1 cron")?.lastMs, T0)
      assert.equal(senders.get(NETWORK)?.lastMs, T0 + 20 * MINUTE)
    })

    test("a pause during which no instance was there is nobody's", async () => {
      await hear(0, "web1")
      await hear(60, "web1")
      const { senders, resumedMs } = await store.presence()
      assert.equal(resumedMs, T0 + 60 * MINUTE)
      assert.deepEqual(senders.get("web1")?.current.pauses, new Map())
    })

    test("older lines, which another instance brings, change nothing", async () => {
      await hear(2, "web1")
      await hear(1, "web1")
      assert.equal((await store.presence()).senders.get("web1")?.lastMs, T0 + 2 * MINUTE)
    })

    test("instances that write at the same time lose no host", async () => {
      const other = await opened.reopen()
      const hosts = Array.from({ length: 10 }, (_, number) => `web${number}`)
      await Promise.all(
        hosts.map((host, number) => (number % 2 ? other : store).hear(new Map([[host, at(number)]]), T0)),
      )
      assert.deepEqual(await sendersOf(store), hosts)
    })

    test("more hosts than a script writes at once are all stored", async () => {
      const hosts = Array.from({ length: 1_200 }, (_, number) => `web${number}`)
      await hear(0, ...hosts)
      assert.equal((await sendersOf(store)).length, 1_200)
    })

    test("a forgotten host takes its programs with it, and no other host", async () => {
      await hear(0, "web1", "web1 cron", "web10")
      assert.equal(await store.forgetPresence("web1"), true)
      assert.deepEqual(await sendersOf(store), ["web10"])
      assert.equal(await store.forgetPresence("web1"), false)
    })

    test("a renamed host keeps its cadence", async () => {
      await hear(0, "old", "old cron")
      await hear(3, "new")
      assert.equal(await store.renamePresence("old", "new"), true)
      assert.deepEqual(await sendersOf(store), ["new", "new cron"])
      const { sinceMs, lastMs } = (await store.presence()).senders.get("new") ?? assert.fail("new is gone")
      assert.deepEqual([sinceMs, lastMs], [T0, T0 + 3 * MINUTE])
    })

    test("a forgotten host leaves the sums and the memory, and is new when it speaks again", async () => {
      await remembered(["web1", "web2"])
      assert.equal(await store.forgetHost(DIGEST, "web1"), true)
      assert.deepEqual([...((await store.overview(DIGEST))?.hosts.keys() ?? [])], ["web2"])
      assert.deepEqual((await store.memory(DIGEST))?.forms[0]?.hosts, ["web2"])
      assert.deepEqual((await store.memory(DIGEST))?.silences, [])
      assert.equal(await store.forgetHost(DIGEST, "web1"), false)
      await store.add(DIGEST, { collector: "c", sequence: 2 }, entryOf([tallyOf({ host: "web1" })]), T0)
      assert.deepEqual((await store.read(DIGEST, 2))?.newHosts, ["web1"])
    })

    test("a renamed host takes its sums to the new name, and is not new there", async () => {
      await remembered(["old", "new"])
      assert.equal(await store.renameHost(DIGEST, "old", "new"), true)
      const { hosts } = (await store.overview(DIGEST)) ?? assert.fail("no digest")
      assert.deepEqual(
        [...hosts].map(([host, { received }]) => [host, received]),
        [["new", 2]],
      )
      assert.deepEqual((await store.memory(DIGEST))?.forms[0]?.hosts, ["new"])
      assert.deepEqual((await store.memory(DIGEST))?.silences, [{ host: "new", sinceMs: T0 }])
      assert.deepEqual((await store.read(DIGEST, 2))?.newHosts, [])
    })

    /** A window with a line of each of these hosts is delivered; the first of them is called silent. */
    async function remembered(hosts: readonly string[]): Promise<void> {
      await store.add(DIGEST, { collector: "c", sequence: 1 }, entryOf(hosts.map((host) => tallyOf({ host }))), T0)
      await store.closeWindow(DIGEST, 1, T0 + MINUTE)
      const delivery = (await store.lease(DIGEST, "one", T0 + MINUTE, MINUTE)) ?? assert.fail("nothing is leased")
      const form = {
        section: "System Events",
        form: "app: <*>",
        firstForm: "app: <*>",
        formerForms: [],
        firstMs: T0,
        lastMs: T0,
        windows: 1,
      }
      const forms = [{ ...form, hourly: 1, peak: 1, hosts, accesses: [] }]
      const silences = hosts.slice(0, 1).map((host) => ({ host, sinceMs: T0 }))
      await store.settle(delivery, { ...noMemory(T0), forms, silences })
    }
  })
}
