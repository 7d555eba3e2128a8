/** A collector in its thread, as the main thread sees it. */
import assert from "node:assert/strict"
import { createSocket } from "node:dgram"
import { once } from "node:events"
import { connect, createServer } from "node:net"
import { describe, test } from "node:test"
import { type CollectorEvents, type CollectorHandle, startCollector } from "../../src/collector/handle.ts"
import { OperatorError } from "../../src/errors.ts"
import type { Transport } from "../../src/hosts/peer.ts"
import type { ListenConfig } from "../../src/listen/listen-config.ts"
import type { Batch } from "../../src/tally/batch.ts"

const LISTEN: ListenConfig = {
  udp: [{ address: "127.0.0.1", port: 0 }],
  tcp: [{ address: "127.0.0.1", port: 0 }],
  maxFrameBytes: 65_536,
  maxConnections: 10,
  maxConnectionsPerPeer: 10,
  idleMs: 0,
  receiveBufferBytes: 262_144,
  allowedNetworks: [],
  balancerNetworks: [],
}

const HOSTS = [
  {
    name: "*",
    addresses: [],
    hostnames: [],
    relay: false,
    rules: [],
    level: "server",
    variables: new Map(),
    crackingIgnore: false,
    alarms: true,
  },
] as const

function start(listen: Partial<ListenConfig>, events: Partial<CollectorEvents> = {}): Promise<CollectorHandle> {
  return startCollector(
    { id: "c", listen: { ...LISTEN, ...listen }, hosts: HOSTS, ruleSets: new Map(), keepsLines: false },
    {
      store: async () => {},
      onCrash: (error) => assert.fail(`crashed: ${error}`),
      onTrouble: (message) => assert.fail(`trouble: ${message}`),
      onManyNames: (address) => assert.fail(`many names from ${address}`),
      onFallbacks: (lines) => assert.fail(`${lines} lines fell back to smaller sets`),
      now: Date.now,
      ...events,
    },
  )
}

function portOf(handle: CollectorHandle, transport: Transport): number {
  return handle.start.bound.find((at) => at.transport === transport)?.port ?? assert.fail(`no ${transport}`)
}

/** Sends bytes on a connection of their own; resolves when the other end has read them all. */
async function sendByTcp(port: number, text: string): Promise<void> {
  const socket = connect(port, "127.0.0.1")
  socket.end(text)
  socket.resume()
  await once(socket, "close")
}

function received(batches: readonly Batch[]): number {
  return batches.reduce((sum, { hosts }) => sum + hosts.values().reduce((lines, host) => lines + host.received, 0), 0)
}

describe("a collector", () => {
  test("a collector reports its addresses and the granted buffer", async () => {
    const handle = await start({})
    assert.deepEqual(
      handle.start.bound.map(({ transport, address, port }) => [transport, address, port > 0]),
      [
        ["udp", "127.0.0.1", true],
        ["tcp", "127.0.0.1", true],
      ],
    )
    assert.equal(handle.start.receiveBuffers[0]?.address.port, portOf(handle, "udp"))
    await handle.drain()
  })

  test("a flush resolves when all lines so far are stored", async () => {
    const batches: Batch[] = []
    const handle = await start({}, { store: async (batch) => void batches.push(batch) })
    await sendByTcp(portOf(handle, "tcp"), "<13>web1 app: one\n<13>web1 app: two\n")
    await handle.flush()
    assert.equal(received(batches), 2)
    await handle.drain()
  })

  test("a drain stores the lines in the kernel's buffers, and ends the thread after the last batch is stored", async () => {
    const batches: Batch[] = []
    const stored = Promise.withResolvers<void>()
    const firstBatch = Promise.withResolvers<void>()
    const store = async (batch: Batch) => {
      batches.push(batch)
      firstBatch.resolve()
      await stored.promise
    }
    const handle = await start({}, { store })
    const port = portOf(handle, "tcp")
    const udp = createSocket("udp4")
    for (let n = 0; n < 100; n += 1) udp.send("<13>web1 app: text", portOf(handle, "udp"), "127.0.0.1")
    await sendByTcp(port, "<13>web1 app: one\n<13>web1 app: unfinished")
    udp.close()
    let ended = false
    const drained = handle.drain().then(() => {
      ended = true
    })
    await firstBatch.promise
    assert.equal(ended, false)
    stored.resolve()
    await drained
    assert.equal(received(batches), 102)
    await assert.rejects(sendByTcp(port, "late"), /ECONNREFUSED/)
  })

  test("a peer that claims too many host names is reported", async () => {
    const named = Promise.withResolvers<string>()
    const handle = await start({}, { onManyNames: named.resolve })
    const lines = Array.from({ length: 200 }, (_, n) => `<13>Nov 23 18:00:00 invented-${n} app: text\n`)
    await sendByTcp(portOf(handle, "tcp"), lines.join(""))
    assert.equal(await named.promise, "127.0.0.1")
    await handle.drain()
  })
})

describe("a collector that cannot start", () => {
  test("if an address is in use, the error names its option and the other sockets are closed", async () => {
    const taken = createServer().listen(0, "127.0.0.1")
    await once(taken, "listening")
    const address = taken.address()
    if (address === null || typeof address === "string") throw new TypeError("no port")
    const probe = createSocket("udp4").bind(0, "127.0.0.1")
    await once(probe, "listening")
    const udp = { address: "127.0.0.1", port: probe.address().port }
    probe.close()
    await assert.rejects(start({ udp: [udp], tcp: [{ address: "127.0.0.1", port: address.port }] }), (error) => {
      assert.ok(error instanceof OperatorError)
      assert.match(
        error.message,
        new RegExp(`^listen\\.tcp: cannot listen on 127\\.0\\.0\\.1 port ${address.port} \\(.*EADDRINUSE`),
      )
      return true
    })
    const again = createSocket("udp4").bind({ ...udp, exclusive: true })
    await once(again, "listening")
    again.close()
    taken.close()
  })

  test("a bug at the start rejects with its error", async () => {
    await assert.rejects(
      startCollector(
        { id: "c", listen: LISTEN, hosts: [], ruleSets: new Map(), keepsLines: false },
        {
          store: async () => {},
          onCrash: () => assert.fail("nobody waits for a crash yet"),
          onTrouble: () => {},
          onManyNames: () => {},
          onFallbacks: () => {},
          now: Date.now,
        },
      ),
      /hosts passed validation without the entry/,
    )
  })
})

describe("a crash", () => {
  // No configuration gets as far as this: a negative timeout makes the first connection throw.
  const BUG = { idleMs: -1 }

  test("a crash is reported, and a drain does not wait for the dead thread", async () => {
    const crashed = Promise.withResolvers<unknown>()
    const handle = await start(BUG, { onCrash: crashed.resolve })
    const port = portOf(handle, "tcp")
    await sendByTcp(port, "").catch(() => {})
    assert.match(String(await crashed.promise), /RangeError/)
    await handle.drain()
    await assert.rejects(sendByTcp(port, ""), /ECONNREFUSED/, "its sockets are released")
  })

  test("a bug that keeps a batch from being stored is reported as a crash, and does not block the drain", async () => {
    const crashed = Promise.withResolvers<unknown>()
    const handle = await start({}, { store: () => Promise.reject(new Error("a bug")), onCrash: crashed.resolve })
    await sendByTcp(portOf(handle, "tcp"), "<13>web1 app: one\n")
    assert.match(String(await crashed.promise), /a bug/)
    await handle.drain()
  })
})
