/** Two instances on one Redis: every window closes once and goes out in one mail, with the sums over both. */

import assert from "node:assert/strict"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, describe, test } from "node:test"
import { redisStore } from "../../src/store/redis.ts"
import type { DigestOverview } from "../../src/store/store.ts"
import { readDigest } from "../support/digest-mail.ts"
import { eventually } from "../support/eventually.ts"
import { type RedisServer, startRedisServer, withoutRedisServer } from "../support/redis-server.ts"
import { sendStream } from "../support/senders.ts"
import { type Mailbox, type ReceivedMail, startMailbox } from "../support/smtp-mailbox.ts"
import { startTamis, type TamisProcess } from "../support/tamis-process.ts"

const ROUNDS = 5
const LINES_A_ROUND = 250

let directory: string
let redis: RedisServer
let mailbox: Mailbox

/** Windows of a second, each of which makes a mail, whatever is in it. */
async function start(name: string): Promise<TamisProcess> {
  const file = join(directory, `${name}.yml`)
  await writeFile(
    file,
    `listen: { udp: [], tcp: ["127.0.0.1:0"] }
digests: [{ name: lan, schedule: "* * * * * *", to: [admin@example.org], send: always }]
store: { redis: { url: "${redis.url}" } }
mail: { smtp: { host: 127.0.0.1, port: ${mailbox.port}, tls: none, from: tamis@example.org } }
stateDirectory: state-${name}
`,
  )
  return startTamis(file)
}

async function overview(): Promise<DigestOverview> {
  const store = redisStore({ url: redis.url, keyPrefix: "tamis:" })
  await store.open()
  const digest = await store.overview("lan")
  await store.close()
  return digest ?? assert.fail("no digest")
}

/** By host: of the lines in these mails, and of the windows that they say they tell of. */
function told(mails: readonly ReceivedMail[]): { readonly received: Record<string, number>; readonly windows: number } {
  const received: Record<string, number> = {}
  let windows = 0
  for (const { parsed } of mails) {
    for (const [label, account] of readDigest(parsed.text ?? "").accounts) {
      if (!label.startsWith("web")) continue
      assert.equal(account.received, account.ignored + account.reported + account.rejected)
      received[label] = (received[label] ?? 0) + account.received
    }
    windows += Number(/This\s+mail\s+covers\s+([\d,]+)\s+windows/.exec(parsed.text ?? "")?.[1] ?? 1)
  }
  return { received, windows }
}

describe("two instances on one Redis", { skip: withoutRedisServer }, () => {
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "tamis-two-"))
    redis = await startRedisServer()
    mailbox = await startMailbox()
  })
  after(async () => {
    await mailbox.stop()
    await redis.stop()
    await rm(directory, { recursive: true })
  })

  test("each window makes one mail, and each line of both instances is in a mail once", async () => {
    const both = await Promise.all([start("one"), start("two")])
    const mails: ReceivedMail[] = []
    const sent = { web1: 0, web2: 0 }
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const host of ["web1", "web2"] as const) {
        const lines = Array.from(
          { length: LINES_A_ROUND },
          (_, n) => `<13>Nov 23 18:00:00 ${host} app: ${round} ${n}\n`,
        )
        await Promise.all(both.map(({ ports }) => sendStream(ports.tcp, lines)))
        sent[host] += both.length * LINES_A_ROUND
      }
      // A mail is an event, and about a second: the rounds spread over as many windows.
      mails.push(await mailbox.next())
    }
    await eventually("every line in the mails", async () => {
      if (told(mails).received.web2 === sent.web2) return true
      mails.push(await mailbox.next())
      return false
    })
    assert.deepEqual(await Promise.all(both.map((tamis) => tamis.stop())), [0, 0])
    while (mailbox.waiting > 0) mails.push(await mailbox.next())

    assert.deepEqual(told(mails).received, sent)
    const { open, undelivered } = await overview()
    assert.equal(told(mails).windows, open.id - 1 - undelivered.length, "as many windows are told as were closed")
    assert.equal(new Set(mails.map(({ parsed }) => parsed.messageId)).size, mails.length, "no mail came twice")
    assert.ok(mails.length >= ROUNDS)
    for (const { log } of both)
      assert.deepEqual(
        log.filter(({ level }) => level === "error"),
        [],
      )
  })
})
