/** The promises of src/store/delivery-log.ts, for every store alike. */

import assert from "node:assert/strict"
import { afterEach, beforeEach, describe, test } from "node:test"
import {
  DELIVERIES_LOGGED,
  type LoggedDelivery,
  MAIL_TEXTS_CHARACTERS,
  MAIL_TEXTS_LOGGED,
  MAX_LOGGED_TEXT_CHARACTERS,
} from "../../src/store/delivery-log.ts"
import type { TallyStore } from "../../src/store/store.ts"
import type { OpenedStore, OpenStore } from "./tally-store.ts"

const DIGEST = "daily"

export function entry(number: number, fields: Partial<LoggedDelivery> = {}): LoggedDelivery {
  return {
    id: `id${number}`,
    atMs: number,
    outcome: "sent",
    opensAtMs: 0,
    closesAtMs: 1,
    windows: 1,
    reply: "250 2.0.0 Ok: queued as 4XyZ",
    refusedRecipients: [],
    news: "new",
    mail: { subject: "größer 🦀", messageId: "tamis.1@example.org", isReduced: false, sentFrom: ["192.0.2.1"] },
    ...fields,
  }
}

export function deliveryLogContract(name: string, open: OpenStore): void {
  describe(`${name} keeps the promises of a log of deliveries`, () => {
    let opened: OpenedStore
    let store: TallyStore
    beforeEach(async () => {
      opened = await open()
      store = opened.store
      await store.openWindow(DIGEST, 0)
    })
    afterEach(() => opened.close())

    test("entries come back in the order of their first logging, the newest last", async () => {
      assert.deepEqual(await store.deliveries(DIGEST, 10), [])
      const quiet = entry(2, { outcome: "quiet", mail: undefined, refusedRecipients: ["a@b: 550 no"] })
      const entries = [entry(3), quiet, entry(1)]
      for (const each of entries) await store.logDelivery(DIGEST, each)
      assert.deepEqual(await store.deliveries(DIGEST, 10), entries)
      assert.deepEqual(await store.deliveries(DIGEST, 2), entries.slice(1))
      assert.deepEqual(await (await opened.reopen()).deliveries(DIGEST, 10), entries)
      assert.deepEqual(await store.deliveries("other", 10), [])
    })

    test("an entry with a known id takes the place of the earlier one, and keeps its text", async () => {
      await store.logDelivery(DIGEST, entry(1, { outcome: "sending" }), "the text")
      await store.logDelivery(DIGEST, entry(2))
      await store.logDelivery(DIGEST, entry(1, { reply: "250 ok" }))
      assert.deepEqual(await store.deliveries(DIGEST, 10), [entry(1, { reply: "250 ok" }), entry(2)])
      assert.equal(await store.mailText(DIGEST, "id1"), "the text")
      assert.equal(await store.mailText(DIGEST, "id2"), undefined)
      assert.equal(await store.mailText(DIGEST, "id3"), undefined)
    })

    test("the oldest entries are forgotten beyond the limit", async () => {
      for (let n = 1; n <= DELIVERIES_LOGGED + 2; n += 1) await store.logDelivery(DIGEST, entry(n))
      const kept = await store.deliveries(DIGEST, DELIVERIES_LOGGED * 2)
      assert.deepEqual([kept.length, kept[0]?.id], [DELIVERIES_LOGGED, "id3"])
    })

    test("the oldest texts are forgotten before their entries: beyond a number, and beyond a size", async () => {
      for (let n = 1; n <= MAIL_TEXTS_LOGGED + 1; n += 1) await store.logDelivery(DIGEST, entry(n), `text ${n}`)
      assert.equal(await store.mailText(DIGEST, "id1"), undefined)
      assert.equal(await store.mailText(DIGEST, "id2"), "text 2")
      assert.equal((await store.deliveries(DIGEST, 1_000))[0]?.id, "id1")

      const large = "x".repeat(MAX_LOGGED_TEXT_CHARACTERS + 1)
      const fitting = Math.floor(MAIL_TEXTS_CHARACTERS / MAX_LOGGED_TEXT_CHARACTERS)
      for (let n = 101; n <= 101 + fitting; n += 1) await store.logDelivery(DIGEST, entry(n), large)
      assert.equal(await store.mailText(DIGEST, `id${MAIL_TEXTS_LOGGED}`), undefined)
      assert.equal(await store.mailText(DIGEST, "id101"), undefined)
      assert.equal((await store.mailText(DIGEST, "id102"))?.length, MAX_LOGGED_TEXT_CHARACTERS)
    })
  })
}
