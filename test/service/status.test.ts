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
  send: "leftovers",
  daily: "0 7 * * *",
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
  announce: () => assert.fail("asking changes nothing"),
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
  test("a healthy service has no complaints and lists its digests", async () => {
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
    assert.deepEqual(sums, { received: 7, ignored: 4, reported: 3, rejected: 0, unjudged: 0, own_mail: 0 })
  })

  test("a service that has just started lists no digest", async () => {
    const { healthy, digests } = await status()
    assert.deepEqual([healthy, digests], [true, []])
  })
})

const complaints: [name: string, given: () => Promise<Status>, complaint: RegExp, receiving: boolean][] = [
  [
    "a stuck receiving thread",
    () => status({ ...WELL, aliveAtMs: NOW - 10_000 }),
    /^the receiving thread has been stuck since 2026-11-23T12:29:50\.000Z$/,
    false,
  ],
  ["paused streams", () => status({ ...WELL, paused: true }), /^TCP senders must wait: /, true],
  [
    "a trouble of the reporter",
    () => status(WELL, [{ what: "the store is away", sinceMs: NOW, reason: "refused" }]),
    /^the store is away, since 2026-11-23T12:30:00\.000Z \(refused\)$/,
    true,
  ],
  [
    "a postponed mail",
    async () => {
      const { id } = await store.openWindow("lan", NOW)
      await store.closeWindow("lan", id, NOW + 1)
      const delivery = (await store.lease("lan", "one", NOW + 1, 1)) ?? assert.fail("nothing to deliver")
      await store.postpone(delivery, "one", NOW + 60_000, true)
      return await status()
    },
    /^digest lan: 1 closed window not delivered yet$/,
    true,
  ],
  [
    "a store that is away",
    () => {
      store.away = "all"
      return status()
    },
    /^cannot read the state of the digests from the store \(nobody answers\)$/,
    true,
  ],
  [
    "a refused reload",
    () => status(WELL, [], undefined, { atMs: NOW - 1_000, problems: ["tamis.yml:3:5: a list", "tamis.yml:4:5: b"] }),
    /^the reload at 2026-11-23T12:29:59.000Z was refused; the previous rules and configuration stay in force \(tamis.yml:3:5: a list; tamis.yml:4:5: b\)$/,
    true,
  ],
]

describe("a complaint", () => {
  for (const [name, given, complaint, receiving] of complaints) {
    test(`there is a complaint about ${name}`, async () => {
      const answer = await given()
      assert.deepEqual([answer.healthy, answer.receiving, answer.complaints.length], [false, receiving, 1])
      assert.match(answer.complaints[0] ?? "", complaint)
    })
  }

  test("a status comes in time even if the store never answers, with a complaint", async () => {
    store.overview = () => new Promise(() => {})
    const patience = new AbortController()
    const asked = status(WELL, [], patience.signal)
    patience.abort(new Error("no answer in time"))
    const { receiving, complaints } = await asked
    assert.equal(receiving, true)
    assert.deepEqual(complaints, ["cannot read the state of the digests from the store (no answer in time)"])
  })
})
