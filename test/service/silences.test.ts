/** A silence from the store to the mail: named once, and once when it ends, whatever instance sends the mail. */
import assert from "node:assert/strict"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { test } from "node:test"
import type { DigestConfig } from "../../src/config/config.ts"
import type { Outgoing } from "../../src/deliver/mail.ts"
import { Outbox } from "../../src/deliver/outbox.ts"
import { makeReport } from "../../src/service/make-report.ts"
import { sqliteStore } from "../../src/store/sqlite.ts"
import type { Pile } from "../../src/tally/pile.ts"
import { MINUTE_MS } from "../../src/units.ts"
import { SILENT } from "../config/effects/served.ts"
import { UNANNOUNCED } from "../support/unannounced.ts"

const T0 = Date.UTC(2026, 10, 23, 4)

const LAN: DigestConfig = {
  name: "lan",
  hosts: ["*"],
  schedule: "0 * * * *",
  timeZone: "UTC",
  recipients: ["marie@example.org"],
  subject: "%t",
  send: "leftovers",
  daily: "0 7 * * *",
  suggestedRules: 0,
  attachRules: false,
  maxBytes: 65_536,
}

test("a silent host is in one mail, and its return in another", async (t) => {
  const directory = mkdtempSync(join(tmpdir(), "tamis-silences-"))
  t.after(() => rmSync(directory, { recursive: true }))
  const store = sqliteStore({ file: join(directory, "tamis.db") })
  await store.open()
  t.after(() => store.close())
  const mails: Outgoing[] = []
  const rules = { quarantined: [], ruleSets: new Map(), refusedReload: undefined, findRot: async () => [] }
  const hosts = { takes: () => true, silenceMs: (host: string) => (host === "nas1" ? 30 * MINUTE_MS : undefined) }
  const settings = () => ({
    digest: LAN,
    courier: {
      domain: "example.org",
      deliver: async (letter: Outgoing) => {
        mails.push(letter)
        return { refused: [], answer: "250 ok" }
      },
    },
    makeReport: (pile: Pile, nowMs: number) => makeReport(pile, { ...rules, hosts, digest: LAN }, store, nowMs),
  })
  let [nowMs, window] = [T0, 0]
  await store.openWindow(LAN.name, nowMs)
  /** An hour in which these hosts speak, and the mail after it. Each time another instance sends it. */
  const hour = async (...speaking: readonly string[]) => {
    for (let minute = 0; minute < 60; minute += 4, nowMs += 4 * MINUTE_MS) {
      await store.hear(new Map(speaking.map((host) => [host, { firstMs: nowMs, lastMs: nowMs }])), nowMs)
    }
    window += 1
    await store.closeWindow(LAN.name, window, nowMs)
    await new Outbox({ announcer: UNANNOUNCED, store, owner: `instance ${window}`, settings, log: SILENT }).attempt(
      nowMs,
    )
    return mails.splice(0).map(({ mail }) => mail)
  }

  assert.deepEqual(await hour("nas1", "web1"), [])
  const [silent, ...others] = await hour("web1")
  assert.deepEqual([silent?.subject, others.length], ["silent: nas1", 0])
  assert.match(
    silent?.text ?? "",
    /nas1 has been silent since Nov 23 04:56: it usually speaks at least every 30\sminutes\./,
  )
  assert.equal(silent?.headers.get("X-Tamis-News"), "new")
  assert.match(silent?.html ?? "", /Silent hosts/)
  assert.deepEqual(await hour("web1"), [])
  const [back] = await hour("web1", "nas1")
  assert.equal(back?.subject, "back: nas1")
  assert.match(back?.text ?? "", /nas1 is back since Nov 23 07:00; it was silent for 2 hours\./)
  assert.deepEqual(await hour("web1", "nas1"), [])
})
