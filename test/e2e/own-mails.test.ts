/**
 * A mail server whose log comes back to tamis. Each mail makes lines; without their recognition, each window would have
 * something to report for ever.
 */

import assert from "node:assert/strict"
import { createSocket } from "node:dgram"
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, describe, test } from "node:test"
import { readDigest } from "../support/digest-mail.ts"
import { eventually } from "../support/eventually.ts"
import { type RedisServer, startRedisServer, withoutRedisServer } from "../support/redis-server.ts"
import { type Mailbox, startMailbox } from "../support/smtp-mailbox.ts"
import { runTamis } from "../support/tamis-command.ts"
import { startTamis, type TamisProcess } from "../support/tamis-process.ts"

/** What postfix logs about a mail, before its queue id is answered. */
function postfixLines(messageId: string): readonly string[] {
  return [
    "postfix/smtpd[598]: connect from localhost[127.0.0.1]",
    "postfix/smtpd[598]: AF5E22894B4: client=localhost[127.0.0.1]",
    `postfix/cleanup[612]: AF5E22894B4: message-id=${messageId}`,
    "postfix/qmgr[301]: AF5E22894B4: from=<tamis@example.org>, size=3800, nrcpt=1 (queue active)",
    "postfix/smtpd[598]: disconnect from localhost[127.0.0.1] ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5",
    "postfix/smtp[620]: AF5E22894B4: to=<admin@example.org>, relay=mx[192.0.2.9]:25, dsn=2.0.0, status=sent (250 ok)",
    "postfix/qmgr[301]: AF5E22894B4: removed",
  ]
}

/** Sends lines and resolves when the kernel has them. */
async function send(port: number, lines: readonly string[]): Promise<void> {
  const socket = createSocket("udp4")
  for (const line of lines) {
    await new Promise((resolve) => socket.send(`<22>Nov 23 18:00:00 mx ${line}`, port, "127.0.0.1", resolve))
  }
  socket.close()
}

/** Instances of tamis on one store; the last one gets the log of the mail server. */
function noLoop(name: string, instances: number, store: () => string): void {
  describe(name, () => {
    let directory: string
    let mailbox: Mailbox
    const running: TamisProcess[] = []
    const configurationOf = (n: number) => join(directory, `tamis${n}.yml`)

    before(async () => {
      directory = await mkdtemp(join(tmpdir(), "tamis-own-mails-"))
      // A server logs while it has the mail and has not answered yet.
      mailbox = await startMailbox({
        async onMail({ parsed }) {
          const last = running.at(-1)
          if (last !== undefined) await send(last.ports.udp, postfixLines(parsed.messageId ?? ""))
        },
      })
      for (let n = 0; n < instances; n += 1) {
        await writeFile(
          configurationOf(n),
          `listen: { udp: ["127.0.0.1:0"], tcp: [] }
ruleSets: { none: none }
hosts: [{ name: "*", rules: [none], alarms: false }]
digests: [{ name: lan, schedule: "* * * * * *", timeZone: UTC, send: leftovers, to: [admin@example.org] }]
store: ${store()}
mail: { smtp: { host: 127.0.0.1, port: ${mailbox.port}, tls: none, from: tamis@example.org } }
stateDirectory: state${n}
`,
        )
      }
      await mkdir(join(directory, "none", "ignore.d.server"), { recursive: true })
      for (let n = 0; n < instances; n += 1) running.push(await startTamis(configurationOf(n)))
    })
    after(async () => {
      await Promise.all(running.map((tamis) => tamis.stop()))
      await mailbox.stop()
      await rm(directory, { recursive: true })
    })

    test("one odd line is one mail, and the lines about the mail are counted as tamis's own", async () => {
      const tamis = running.at(-1)
      assert.ok(tamis)
      await send(tamis.ports.udp, ["app: something odd"])
      const first = await mailbox.next()
      assert.match(first.parsed.text ?? "", /something odd/)
      const counters = await eventually("the lines of the mail server to be counted", async () => {
        const mx = (await tamis.status()).digests[0]?.hosts.mx
        return mx?.received === 8 && mx
      })
      assert.deepEqual([counters.reported, counters.ignored, counters.own_mail], [1, 7, 7])
      // The windows after it are quiet.
      await eventually("two quiet windows", async () => {
        const { stdout } = await runTamis(["mails", "--json", "-c", configurationOf(0)])
        const outcomes = JSON.parse(stdout.toString()).digests[0].mails.map((mail: { outcome: string }) => mail.outcome)
        return outcomes.slice(-2).every((outcome: string) => outcome === "quiet")
      })
      assert.equal(mailbox.waiting, 0)

      await send(tamis.ports.udp, ["app: something else"])
      const second = await mailbox.next()
      const account = readDigest(second.parsed.text ?? "").accounts.get("mx")
      assert.equal(account?.reported, 1)
    })
  })
}

noLoop("one tamis with SQLite", 1, () => "{ sqlite: state0/tamis.db }")

describe("several instances", { skip: withoutRedisServer }, () => {
  let redis: RedisServer
  before(async () => {
    redis = await startRedisServer()
  })
  after(() => redis.stop())
  noLoop(
    "two instances with Redis, of which one mails and either gets the log",
    2,
    () => `{ redis: { url: "${redis.url}" } }`,
  )
})
