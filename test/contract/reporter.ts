/** The reporter with the shared store and a mail server, however they are run: batches in, one mail a window out. */

import assert from "node:assert/strict"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, describe, test } from "node:test"
import type { DigestConfig } from "../../src/config/config.ts"
import { smtpCourier } from "../../src/deliver/mailer.ts"
import { Outbox } from "../../src/deliver/outbox.ts"
import { makeReport } from "../../src/service/make-report.ts"
import { Reporter } from "../../src/service/reporter.ts"
import { redisStore } from "../../src/store/redis.ts"
import type { TallyStore } from "../../src/store/store.ts"
import { unstoredBatches } from "../../src/store/unstored.ts"
import type { Batch } from "../../src/tally/batch.ts"
import type { Pile } from "../../src/tally/pile.ts"
import { makeTally, makeWindow } from "../report/make.ts"
import type { Backing, Surroundings } from "../support/backing.ts"
import { readDigest } from "../support/digest-mail.ts"
import { within } from "../support/eventually.ts"
import { ManualClock } from "../support/manual-clock.ts"
import { UNANNOUNCED } from "../support/unannounced.ts"

const NOON = Date.parse("2026-11-23T12:00:00Z")
const HOUR = 3_600_000

const LAN: DigestConfig = {
  name: "lan",
  hosts: ["*"],
  schedule: "0 * * * *",
  timeZone: "UTC",
  recipients: ["marie@example.org"],
  subject: "%d",
  send: "leftovers",
  daily: "0 7 * * *",
  maxBytes: 65_536,
  suggestedRules: 0,
  attachRules: false,
}

function batch(sequence: number): Batch {
  const samples = [`web1 app: line ${sequence}`]
  const { tallies, hosts, losses } = makeWindow({ opensAtMs: NOON, tallies: [makeTally({ host: "web1", samples })] })
  return { collector: "c", sequence, tallies, hosts, losses }
}

/** For reports of an installation without rules. */
const NO_RULES = { quarantined: [], ruleSets: new Map(), refusedReload: undefined, findRot: async () => [] }

export function reporterContract(backing: Backing): void {
  describe(`the reporter, with Redis and a mail server in ${backing.name}`, { skip: backing.missing }, () => {
    let surroundings: Surroundings
    let store: TallyStore
    let directory: string
    const clock = new ManualClock(NOON + 1)
    let reporter: Reporter

    before(async () => {
      directory = await mkdtemp(join(tmpdir(), "tamis-reporter-"))
      surroundings = await backing.open()
      store = redisStore({ url: surroundings.redis.url, keyPrefix: "reporter:" })
      const log = { error() {}, warn() {}, info() {}, debug() {} }
      const courier = smtpCourier({
        kind: "smtp",
        host: "127.0.0.1",
        port: surroundings.mail.port,
        tls: "none",
        from: "tamis@example.org",
        user: undefined,
        password: undefined,
      })
      const settings = () => ({
        digest: LAN,
        courier,
        makeReport: (pile: Pile, nowMs: number) => makeReport(pile, { ...NO_RULES, digest: LAN }, store, nowMs),
      })
      reporter = new Reporter({
        store,
        digests: [LAN],
        makeOutbox: () => new Outbox({ announcer: UNANNOUNCED, store, owner: "one", settings, log }),
        unstored: unstoredBatches(directory),
        tidy: async () => {},
        flushCollectors: () => Promise.resolve(),
        log,
        clock,
      })
      await reporter.start()
    })
    after(async () => {
      await reporter.stop(Promise.resolve(), AbortSignal.abort())
      await surroundings.close()
      await rm(directory, { recursive: true })
    })

    test("lines accepted before the window closed are in its mail once", async () => {
      await clock.asleep(2)
      await reporter.accept(batch(1))
      await reporter.accept(batch(1))
      await reporter.accept(batch(2))
      clock.advance(HOUR)
      const mail = await surroundings.mail.next()
      assert.deepEqual(mail.recipients, ["marie@example.org"])
      assert.equal(readDigest(mail.text).accounts.get("web1")?.received, 2)
    })

    test("a batch that waited for Redis is in the mail of the window in which Redis came back", async () => {
      await surroundings.redis.kill()
      const accepted = reporter.accept(batch(3))
      await surroundings.redis.restart()
      // The reporter tries again when its clock says so, and the connection comes back when the driver's does.
      const retrying = setInterval(() => clock.advance(60_000), 50)
      await within("Redis to take the batch", accepted).finally(() => clearInterval(retrying))
      clock.advance(HOUR)
      assert.equal(readDigest((await surroundings.mail.next()).text).accounts.get("web1")?.received, 1)
    })
  })
}
