import assert from "node:assert/strict"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, test } from "node:test"
import type { CollectorHandle } from "../../src/collector/handle.ts"
import type { DigestConfig } from "../../src/config/config.ts"
import type { Status } from "../../src/http/status.ts"
import type { RefusedReload } from "../../src/report/report.ts"
import { serviceStatus } from "../../src/service/status.ts"
import type { Trouble } from "../../src/service/troubles.ts"
import { sqliteStore } from "../../src/store/sqlite.ts"
import { makeTally, makeWindow } from "../report/make.ts"
import { InterruptibleStore } from "../support/interruptible-store.ts"

const NOW = Date.parse("2026-11-23T12:30:00Z")

const LAN: DigestConfig = {
  name: "lan",
  hosts: ["*"],
  schedule: "0 * * * *",
  timeZone: "UTC",
  recipients: [],
  subject: "%d",
  allQuiet: false,
  suggestedRules: 0,
  attachRules: false,
  maxBytes: 65_536,
}

let directory: string
let store: InterruptibleStore
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "tamis-service-status-"))
  store = new InterruptibleStore(sqliteStore({ file: join(directory, "tamis.db") }))
  await store.open()
})
afterEach(async () => {
  await store.close()
  rmSync(directory, { recursive: true })
})

const WELL: CollectorHandle = {
  start: { bound: [], receiveBuffers: [] },
  inForce: { quarantined: [], rules: 7 },
  aliveAtMs: NOW,
  paused: false,
  flush: () => Promise.resolve(),
  reload: () => assert.fail("asking changes nothing"),
  drain: () => Promise.resolve(),
}

function status(
  collector: CollectorHandle = WELL,
  troubles: readonly Trouble[] = [],
  patience: AbortSignal = new AbortController().signal,
  refusedReload: RefusedReload | undefined = undefined,
): Promise<Status> {
  return serviceStatus({
    service: { collector, reporter: { troubles }, store, config: { digests: [LAN] }, refusedReload },
    startedAt: new Date(NOW),
    nowMs: NOW,
    patience,
  })
}

describe("a healthy service", () => {
  test("has nothing to complain of, and tells its digests", async () => {
    await store.openWindow("lan", NOW - 60_000)
    const entry = makeWindow({ opensAtMs: NOW, tallies: [makeTally({ host: "web1", count: 3 })], ignored: { web1: 4 } })
    await store.add("lan", { collector: "c", sequence: 1 }, entry, NOW)
    const { healthy, receiving, complaints, digests } = await status()
    assert.deepEqual([healthy, receiving, complaints], [true, true, []])
    const { hosts, ...digest } = digests[0] ?? assert.fail("no digest")
    assert.deepEqual(digest, {
      name: "lan",
      windowOpensAt: "2026-11-23T12:29:00.000Z",
      windowClosesAt: "2026-11-23T13:00:00.000Z",
      reportedLines: 3,
      groups: 1,
      undeliveredWindows: 0,
      nextAttemptAt: undefined,
    })
    const { lastSeenAt: _, ...sums } = hosts.web1 ?? assert.fail("no host")
    assert.deepEqual(sums, { received: 7, ignored: 4, reported: 3, rejected: 0, unjudged: 0 })
  })

  test("that has just begun has no digest to tell of yet", async () => {
    const { healthy, digests } = await status()
    assert.deepEqual([healthy, digests], [true, []])
  })
})

const complaints: [name: string, given: () => Promise<Status>, complaint: RegExp, receiving: boolean][] = [
  [
    "a thread that does not turn",
    () => status({ ...WELL, aliveAtMs: NOW - 10_000 }),
    /^the receiving thread has not moved since 2026-11-23T12:29:50\.000Z$/,
    false,
  ],
  ["senders that are held back", () => status({ ...WELL, paused: true }), /^stream senders are held back/, true],
  [
    "what the reporter has trouble with",
    () => status(WELL, [{ what: "the store is away", sinceMs: NOW, reason: "refused" }]),
    /^the store is away, since 2026-11-23T12:30:00\.000Z \(refused\)$/,
    true,
  ],
  [
    "a mail that is postponed",
    async () => {
      const { id } = await store.openWindow("lan", NOW)
      await store.closeWindow("lan", id, NOW + 1)
      const delivery = (await store.lease("lan", "one", NOW + 1, 1)) ?? assert.fail("nothing to deliver")
      await store.postpone(delivery, "one", NOW + 60_000, true)
      return await status()
    },
    /^digest lan: 1 closed windows wait for delivery$/,
    true,
  ],
  [
    "a store that is away",
    () => {
      store.away = "all"
      return status()
    },
    /^the store does not tell how digests are \(nobody answers\)$/,
    true,
  ],
  [
    "a reload that was refused",
    () => status(WELL, [], undefined, { atMs: NOW - 1_000, problems: ["tamis.yml:3:5: a list", "tamis.yml:4:5: b"] }),
    /^the reload at 2026-11-23T12:29:59.000Z was refused, and what was in force before still is \(tamis.yml:3:5: a list; tamis.yml:4:5: b\)$/,
    true,
  ],
]

describe("a complaint", () => {
  for (const [name, given, complaint, receiving] of complaints) {
    test(`about ${name}`, async () => {
      const answer = await given()
      assert.deepEqual([answer.healthy, answer.receiving, answer.complaints.length], [false, receiving, 1])
      assert.match(answer.complaints[0] ?? "", complaint)
    })
  }

  test("about a store that never answers comes when patience is over: who asks wants to know whether tamis lives", async () => {
    store.overview = () => new Promise(() => {})
    const patience = new AbortController()
    const asked = status(WELL, [], patience.signal)
    patience.abort(new Error("no answer in time"))
    const { receiving, complaints } = await asked
    assert.equal(receiving, true)
    assert.deepEqual(complaints, ["the store does not tell how digests are (no answer in time)"])
  })
})
