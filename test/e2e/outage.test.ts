/**
 * What an operator fears: the store away, the process told to stop or killed in the middle. Sums tell whether a
 * line was lost or counted twice.
 */

import assert from "node:assert/strict"
import { createSocket } from "node:dgram"
import { once } from "node:events"
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises"
import { connect } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, test } from "node:test"
import { type RedisServer, startRedisServer, withoutRedisServer } from "../support/redis-server.ts"
import { storedLines } from "../support/stored-lines.ts"
import { startTamis, type TamisProcess } from "../support/tamis-process.ts"

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "tamis-outage-"))
})
afterEach(() => rm(directory, { recursive: true }))

/** A digest that closes once a year: what is counted stays in the open window. */
async function start(store: string): Promise<TamisProcess> {
  await writeFile(
    join(directory, "tamis.yml"),
    `listen: { udp: ["127.0.0.1:0"], tcp: ["127.0.0.1:0"] }
digests: [{ name: lan, schedule: "0 0 1 1 *" }]
store: ${store}
stateDirectory: state
`,
  )
  return startTamis(join(directory, "tamis.yml"))
}

const SQLITE = "{ sqlite: state/tamis.db }"

/** Sends lines over one TCP connection; resolves when the kernel on the other side has them all. */
async function sendByTcp(port: number, host: string, lines: number, end = "\n"): Promise<void> {
  const socket = connect(port, "127.0.0.1")
  await once(socket, "connect")
  const messages = Array.from(
    { length: lines },
    (_, n) => `<13>Nov 23 18:00:00 ${host} app[${n}]: line of kind ${n % 7}`,
  )
  socket.end(messages.join("\n") + end)
  socket.resume()
  await once(socket, "close")
}

describe("a shutdown", () => {
  test("SIGTERM stores all received lines, including unfinished ones, and tamis exits with 0", async () => {
    const first = await start(SQLITE)
    const udp = createSocket("udp4")
    const datagram = "<13>Nov 23 18:00:00 burst app: one of many"
    // So many fit into the receive buffer of any machine, should the collector read none of them until it is asked to end.
    const sent = Array.from(
      { length: 250 },
      () => new Promise((resolve) => udp.send(datagram, first.ports.udp, "127.0.0.1", resolve)),
    )
    await Promise.all([...sent, sendByTcp(first.ports.tcp, "stream", 5_000, "")])
    udp.close()
    assert.equal(await first.stop(), 0)

    const second = await start(SQLITE)
    assert.equal((await storedLines(second, "burst", 250)).received, 250)
    assert.equal((await storedLines(second, "stream", 5_000)).received, 5_000)
    await second.stop()
  })

  test("kill -9 loses no stored line, and the window goes on", async () => {
    const first = await start(SQLITE)
    await sendByTcp(first.ports.tcp, "web1", 1_000)
    await storedLines(first, "web1", 1_000)
    const opened = (await first.status()).digests[0]?.windowOpensAt
    await first.kill()

    const second = await start(SQLITE)
    await sendByTcp(second.ports.tcp, "web1", 500)
    assert.equal((await storedLines(second, "web1", 1_500)).received, 1_500)
    assert.equal((await second.status()).digests[0]?.windowOpensAt, opened)
    await second.stop()
  })

  test("a second tamis with the same state directory is refused", async () => {
    const first = await start(SQLITE)
    await assert.rejects(start(SQLITE), /another tamis is running with this state directory/)
    await first.stop()
  })
})

describe("Redis away", { skip: withoutRedisServer }, () => {
  let redis: RedisServer
  beforeEach(async () => {
    redis = await startRedisServer()
  })
  afterEach(() => redis.stop())

  const store = () => `{ redis: { url: "${redis.url}" } }`

  test("if Redis is away at the start, lines are received at once and stored when it comes", async () => {
    await redis.kill()
    const tamis = await start(store())
    const away = await tamis.logged("The store is away; lines are counted in memory until it is back.")
    assert.equal(away.code, "TAMIS_STORE_UNAVAILABLE")
    await sendByTcp(tamis.ports.tcp, "early", 2_000)
    await redis.restart()
    assert.equal((await storedLines(tamis, "early", 2_000)).received, 2_000)
    await tamis.logged("The store is back.")
    await tamis.stop()
  })

  test("if Redis is restarted under load, the outage is logged once and the sums add up", async () => {
    const tamis = await start(store())
    const rounds = 20
    for (let round = 0; round < rounds; round += 1) {
      if (round % 8 === 4) await redis.kill()
      await sendByTcp(tamis.ports.tcp, "steady", 1_000)
      if (round % 8 === 7) await redis.restart()
    }
    const total = await storedLines(tamis, "steady", rounds * 1_000)
    assert.equal(total.received, rounds * 1_000)
    assert.equal(total.received, total.ignored + total.reported + total.rejected)
    const away = tamis.log.filter(({ message }) => message.startsWith("The store is away"))
    const back = tamis.log.filter(({ message }) => message === "The store is back.")
    assert.ok(away.length <= 2 && away.length === back.length, `${away.length} times away, ${back.length} times back`)
    await tamis.stop()
  })

  test("if Redis is away at the shutdown, batches are kept in the state directory and stored at the next start", async () => {
    const first = await start(store())
    await sendByTcp(first.ports.tcp, "late", 100)
    await storedLines(first, "late", 100)
    await redis.kill()
    await sendByTcp(first.ports.tcp, "late", 250)
    assert.equal(await first.stop(), 0)
    const unstored = async () =>
      (await readdir(join(directory, "state"))).filter((name) => name.startsWith("unstored-"))
    assert.notEqual((await unstored()).length, 0)

    await redis.restart()
    const second = await start(store())
    assert.equal((await storedLines(second, "late", 350)).received, 350)
    await second.logged("Stored a batch that was left over from the last shutdown.")
    await second.stop()
    assert.deepEqual(await unstored(), [])
  })
})
