/** What an operator may rely on, of the whole service with its Redis and its mail server, however they are run. */

import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import type { Backing, Service, Surroundings } from "../support/backing.ts"
import { readDigest } from "../support/digest-mail.ts"
import { eventually } from "../support/eventually.ts"
import { sendDatagrams, sendStream } from "../support/senders.ts"
import type { CaughtMail } from "../support/smtp-catcher.ts"
import { storedLines } from "../support/stored-lines.ts"

const LINES = 500

function linesOf(host: string, count = LINES): string[] {
  return Array.from({ length: count }, (_, n) => `<13>Nov 23 18:00:00 ${host} app[${n}]: line of kind ${n % 7}`)
}

/** Takes mails until they have reported this many lines of each host. */
async function told(surroundings: Surroundings, lines: Readonly<Record<string, number>>): Promise<CaughtMail[]> {
  const mails: CaughtMail[] = []
  const missing = new Map(Object.entries(lines))
  await eventually(`mails of ${JSON.stringify(lines)}`, async () => {
    const mail = await surroundings.mail.next()
    mails.push(mail)
    const { accounts } = readDigest(mail.text)
    for (const [host, count] of missing) missing.set(host, count - (accounts.get(host)?.received ?? 0))
    assert.ok(
      missing.values().every((count) => count >= 0),
      "no line is reported twice",
    )
    return missing.values().every((count) => count === 0)
  })
  return mails
}

export function serviceContract(backing: Backing): void {
  describe(`the service, in ${backing.name}`, { skip: backing.missing }, () => {
    let surroundings: Surroundings
    let service: Service

    before(async () => {
      surroundings = await backing.open()
      const { redisUrl, smtp } = surroundings
      service = await surroundings.startService(
        `hosts: [{ name: loopback, match: { address: [0.0.0.0/0] }, relay: true }]
digests: [{ name: lan, schedule: "*/2 * * * * *", send: leftovers, to: [admin@example.org] }]
store: { redis: { url: "${redisUrl}" } }
mail: { smtp: { host: "${smtp.host}", port: ${smtp.port}, tls: none, from: tamis@example.org } }`,
      )
    })
    after(() => surroundings.close())

    test("datagrams and streams become mails that have each line once", async () => {
      await sendStream(service.ports.tcp, [`${linesOf("web1").join("\n")}\n`])
      // Docker's proxy has a small buffer of its own, which tamis cannot see overflow (docs/operations.md): no bursts.
      const datagrams = linesOf("web2")
      for (let sent = 0; sent < LINES; sent += 100) {
        await sendDatagrams(service.ports.udp, datagrams.slice(sent, sent + 100))
        await storedLines(service, "web2", sent + 100)
      }
      const mails = await told(surroundings, { web1: LINES, web2: LINES })
      assert.deepEqual(mails[0]?.recipients, ["admin@example.org"])
      assert.equal((await service.status()).healthy, true)
    })

    test("a Redis that dies and comes back costs no line", async () => {
      await surroundings.redis.kill()
      await sendStream(service.ports.tcp, [`${linesOf("db1").join("\n")}\n`])
      await surroundings.redis.restart()
      assert.equal((await storedLines(service, "db1", LINES)).received, LINES)
      await told(surroundings, { db1: LINES })
    })

    test("SIGTERM stores the received lines, and stored lines survive SIGKILL", async () => {
      await sendStream(service.ports.tcp, [`${linesOf("mail1").join("\n")}\n`])
      assert.equal(await service.stop(), 0)
      await service.start()
      assert.equal((await storedLines(service, "mail1", LINES)).received, LINES)
      await service.kill()
      await service.start()
      await sendStream(service.ports.tcp, [`${linesOf("mail1").join("\n")}\n`])
      assert.equal((await storedLines(service, "mail1", 2 * LINES)).received, 2 * LINES)
      await told(surroundings, { mail1: 2 * LINES })
    })
  })
}
