/** A storm of alarming lines and a digest that is sent at once: two mails, in which every line is counted once. */

import assert from "node:assert/strict"
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, describe, test } from "node:test"
import { eventually } from "../support/eventually.ts"
import { type RedisServer, startRedisServer, withoutRedisServer } from "../support/redis-server.ts"
import { sendStream } from "../support/senders.ts"
import { type Mailbox, startMailbox } from "../support/smtp-mailbox.ts"
import { startTamis, type TamisProcess } from "../support/tamis-process.ts"

const LINES = 200_000
const PER_CHUNK = 1_000

/** `count` alarming lines from the number `first` on, and one other line for each chunk. */
function* storm(first: number, count: number): Generator<string> {
  for (let n = first; n < first + count; n += PER_CHUNK) {
    const lines = Array.from({ length: PER_CHUNK }, (_, i) => {
      return `<12>Nov 23 18:00:00 nas${(n + i) % 7} kernel: I/O error, dev sda, sector ${n + i}\n`
    })
    yield `${lines.join("")}<13>Nov 23 18:00:00 web1 app: chunk ${n} is done\n`
  }
}

function stormEndsInTwoMails(name: string, store: () => string): void {
  describe(name, () => {
    let directory: string
    let mailbox: Mailbox
    let tamis: TamisProcess
    before(async () => {
      directory = await mkdtemp(join(tmpdir(), "tamis-storm-"))
      mailbox = await startMailbox()
      await mkdir(join(directory, "rules/alarm.d"), { recursive: true })
      await writeFile(join(directory, "rules/alarm.d/disk"), "I/O error, dev [a-z]+\n")
      await writeFile(
        join(directory, "tamis.yml"),
        `listen: { udp: [], tcp: ["127.0.0.1:0"] }
ruleSets: { own: rules }
hosts: [{ name: "*", rules: [own], alarms: false }]
digests:
  - { name: all, schedule: "0 0 1 1 *", to: [all@example.org] }
  - { name: alarms, only: [cracking, alarming], pause: 30s, to: [pager@example.org] }
store: ${store()}
mail: { smtp: { host: 127.0.0.1, port: ${mailbox.port}, tls: none, from: tamis@example.org } }
stateDirectory: state
`,
      )
      tamis = await startTamis(join(directory, "tamis.yml"))
    })
    after(async () => {
      await tamis.stop()
      await mailbox.stop()
      await rm(directory, { recursive: true })
    })

    test(`${LINES} alarming lines make two mails, with exact counts`, async () => {
      const startMs = Date.now()
      const half = LINES / 2
      await sendStream(tamis.ports.tcp, storm(0, half))
      const first = await mailbox.next()
      const firstMs = Date.now()
      assert.ok(firstMs - startMs < 30_000, `the first mail came after ${firstMs - startMs} ms`)
      await sendStream(tamis.ports.tcp, storm(half, half))
      const second = await mailbox.next()
      assert.ok(Date.now() - firstMs >= 28_000, "the pause is over")
      const counts = [first, second].map(({ recipients, parsed }) => {
        assert.deepEqual(recipients, ["pager@example.org"])
        assert.equal(parsed.headers.get("x-tamis-news"), "alarming")
        assert.match(parsed.subject ?? "", /^\[tamis\] disk alarm on nas\d and 6 more hosts; 1 alarming$/)
        const text = (parsed.text ?? "").replaceAll(/\s+/g, " ")
        assert.doesNotMatch(text, /chunk|Accounts/)
        const [, lines = ""] =
          /This digest has only Security Alerts, alarming lines: ([\d,]+) lines on 7 hosts: 1 alarming\./.exec(text) ??
          []
        return Number(lines.replaceAll(",", ""))
      })
      assert.equal((counts[0] ?? 0) + (counts[1] ?? 0), LINES)
      assert.match(
        (second.parsed.text ?? "").replaceAll(/\s+/g, " "),
        /tamis held back these [\d,]+ lines: this digest sends at most one mail in 30 seconds\./,
      )
      // The digest of all lines has each of them as well.
      await eventually("the digest of all lines to have them", async () => {
        const { digests } = await tamis.status()
        return digests[0]?.reportedLines === LINES + LINES / PER_CHUNK && digests[1]?.reportedLines === 0
      })
      assert.equal(mailbox.waiting, 0)
    })
  })
}

describe("a storm", { concurrency: 2 }, () => {
  stormEndsInTwoMails("with SQLite", () => "{ sqlite: state/tamis.db }")

  describe("in Redis", { skip: withoutRedisServer }, () => {
    let redis: RedisServer
    before(async () => {
      redis = await startRedisServer()
    })
    after(() => redis.stop())
    stormEndsInTwoMails("with Redis", () => `{ redis: { url: "${redis.url}" } }`)
  })
})
