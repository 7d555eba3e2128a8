import assert from "node:assert/strict"
import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { connect as connectTo, type Socket } from "node:net"
import { networkInterfaces } from "node:os"
import { describe, it, type TestContext } from "node:test"
import { admission } from "../../src/listen/admission.ts"
import { ConnectionLimits } from "../../src/listen/connection-limits.ts"
import type { Listener } from "../../src/listen/listener.ts"
import { listenTcp, type TcpOptions } from "../../src/listen/tcp.ts"
import { unlessCommand } from "../support/requirement.ts"
import { FrameCollection } from "./frame-collection.ts"

const noIpv6 = Object.values(networkInterfaces())
  .flat()
  .some((net) => net?.address === "::1")
  ? false
  : "no IPv6 here"

interface Started {
  readonly listener: Listener
  readonly collection: FrameCollection
}

async function start(t: TestContext, changes: Partial<TcpOptions> = {}): Promise<Started> {
  const collection = new FrameCollection()
  const listener = await listenTcp({
    endpoint: { address: "127.0.0.1", port: 0 },
    maxFrameBytes: 1024,
    limits: new ConnectionLimits(100, 100),
    idleMs: 0,
    admission: admission([]),
    isBalancer: () => false,
    reusePort: false,
    drainMs: 10_000,
    downstream: collection,
    onError: (error) => assert.fail(error),
    ...changes,
  })
  t.after(() => listener.drain())
  return { listener, collection }
}

async function connect(t: TestContext, { bound }: Listener, allowHalfOpen = false): Promise<Socket> {
  const socket = connectTo({ host: bound.address, port: bound.port, allowHalfOpen })
  t.after(() => socket.destroy())
  await once(socket, "connect")
  // A connection that the listener closes may end in a reset.
  socket.on("error", () => {})
  socket.resume()
  return socket
}

/** Sends one line over a connection of its own and waits for it: by then the event loop has been round. */
async function roundTrip(t: TestContext, { listener, collection }: Started): Promise<void> {
  const sender = await connect(t, listener)
  const count = collection.frames.length + 1
  sender.end("<1>round trip\n")
  await collection.arrived(count)
}

describe("a TCP listener", () => {
  it("makes frames of each connection, whatever its framing", async (t) => {
    const { listener, collection } = await start(t)
    const lines = await connect(t, listener)
    const counted = await connect(t, listener)
    lines.write("<1>a\n<1>")
    counted.write("5 <2>ab5 ")
    await collection.arrived(2)
    lines.write("b\n")
    counted.write("<2>cd")
    await collection.arrived(4)
    assert.deepEqual(collection.texts.toSorted(), ["<1>a", "<1>b", "<2>ab", "<2>cd"])
    for (const { peer } of collection.frames) assert.deepEqual(peer, { address: "127.0.0.1", transport: "tcp" })
    const peerOf = (text: string) => collection.frames.find((frame) => frame.text === text)?.peer
    assert.equal(peerOf("<1>a"), peerOf("<1>b"), "all frames of a connection have one peer")
    assert.notEqual(peerOf("<1>a"), peerOf("<2>ab"), "each connection has a peer of its own")
  })

  it("keeps the unterminated last line of a sender that shuts down", async (t) => {
    const { listener, collection } = await start(t)
    const sender = await connect(t, listener)
    sender.end("<1>a\n<1>last")
    await collection.arrived(2)
    await once(sender, "close")
    assert.deepEqual(collection.texts, ["<1>a", "<1>last"])
  })

  it("keeps it of a sender that resets the connection, too", async (t) => {
    const { listener, collection } = await start(t)
    const sender = await connect(t, listener)
    sender.write("<1>a\n<1>last")
    await collection.arrived(1)
    sender.resetAndDestroy()
    await collection.arrived(2)
    assert.deepEqual(collection.texts, ["<1>a", "<1>last"])
  })

  it("counts frames that were cut and bytes that were skipped while the connection lasts", async (t) => {
    const { listener, collection } = await start(t, { maxFrameBytes: 8 })
    const sender = await connect(t, listener)
    sender.write(`<1>${"x".repeat(20)}\n<1>b\n`)
    await collection.arrived(2)
    assert.deepEqual(
      collection.frames.map(({ text, truncated }) => ({ text, truncated })),
      [
        { text: "<1>xxxxx", truncated: true },
        { text: "<1>b", truncated: false },
      ],
    )
    const losses = listener.takeLosses()
    assert.deepEqual(
      new Map(losses),
      new Map([
        ["frames_truncated", 1],
        ["stream_bytes_skipped", 15],
      ]),
    )
    assert.equal(listener.takeLosses().size, 0, "zeroed by the first call")
  })

  it("closes a connection from a network that is not admitted, and counts it", async (t) => {
    const { listener, collection } = await start(t, { admission: admission(["192.0.2.0/24"]) })
    const sender = await connect(t, listener)
    sender.write("<1>a\n")
    await once(sender, "close")
    assert.deepEqual(collection.frames, [])
    assert.deepEqual([...listener.takeLosses()], [["peers_refused", 1]])
  })

  it("closes a connection above the limits, and gives its place away when another is closed", async (t) => {
    const { listener, collection } = await start(t, { limits: new ConnectionLimits(100, 1) })
    const first = await connect(t, listener)
    first.write("<1>first\n")
    await collection.arrived(1)
    await once(await connect(t, listener), "close")
    assert.deepEqual([...listener.takeLosses()], [["connections_refused", 1]])

    first.end()
    await once(first, "close")
    const third = await connect(t, listener)
    third.write("<1>third\n")
    await collection.arrived(2)
    assert.equal(listener.takeLosses().size, 0)
  })

  it("shares its limits with the listeners that have them in common", async (t) => {
    const limits = new ConnectionLimits(1, 1)
    const one = await start(t, { limits })
    const other = await start(t, { limits })
    const first = await connect(t, one.listener)
    first.write("<1>a\n")
    await one.collection.arrived(1)
    await once(await connect(t, other.listener), "close")
    assert.deepEqual([...other.listener.takeLosses()], [["connections_refused", 1]])
  })

  it("closes an idle connection, keeps its unterminated line, and counts it", async (t) => {
    const { listener, collection } = await start(t, { idleMs: 30 })
    const sender = await connect(t, listener)
    sender.write("<1>slow")
    await once(sender, "close")
    await collection.arrived(1)
    assert.deepEqual(collection.texts, ["<1>slow"])
    assert.deepEqual([...listener.takeLosses()], [["connections_idle_closed", 1]])
  })

  it("rejects an address that is taken", async (t) => {
    const { listener } = await start(t)
    await assert.rejects(start(t, { endpoint: listener.bound }), { code: "EADDRINUSE" })
  })

  it("shares a port with another when both want to", async (t) => {
    const one = await start(t, { reusePort: true })
    const other = await start(t, { reusePort: true, endpoint: one.listener.bound })
    for (let sent = 0; sent < 20; sent++) (await connect(t, one.listener)).end("<1>a")
    await Promise.all([one.listener.drain(), other.listener.drain()])
    assert.equal(one.collection.frames.length + other.collection.frames.length, 20)
  })

  it("listens on IPv6 beside IPv4 on the same port", { skip: noIpv6 }, async (t) => {
    const v4 = await start(t, { endpoint: { address: "0.0.0.0", port: 0 } })
    const v6 = await start(t, { endpoint: { address: "::", port: v4.listener.bound.port } })
    const sender = connectTo(v6.listener.bound.port, "::1")
    t.after(() => sender.destroy())
    sender.write("<1>six\n")
    await v6.collection.arrived(1)
    assert.deepEqual(v6.collection.frames[0]!.peer, { address: "::1", transport: "tcp" })
  })

  for (const framing of [["--octet-count"], []]) {
    it(`understands logger ${framing.join("")}`, { skip: unlessCommand("logger") }, async (t) => {
      const { listener, collection } = await start(t)
      const { address, port } = listener.bound
      const logger = spawn("logger", ["-n", address, "-P", String(port), "-T", "--rfc3164", "-t", "su", ...framing])
      logger.stdin.end("one\ntwo\nthree\n")
      await once(logger, "exit")
      await listener.drain()
      assert.deepEqual(
        collection.texts.map((text) => /^<13>\w+ +\d+ [\d:]+ \S+ (su: \w+)$/.exec(text)?.[1]),
        ["su: one", "su: two", "su: three"],
      )
    })
  }
})

describe("a paused TCP listener", () => {
  it("leaves what is sent with the kernel, also of a new connection, until it resumes", async (t) => {
    const { listener, collection } = await start(t)
    const clock = await start(t)
    const before = await connect(t, listener)
    await roundTrip(t, clock)
    listener.pause()
    const after = await connect(t, listener)
    before.write("<1>before\n")
    after.write("<1>after\n")
    await roundTrip(t, clock)
    assert.deepEqual(collection.frames, [])
    listener.resume()
    await collection.arrived(2)
    assert.deepEqual(collection.texts.toSorted(), ["<1>after", "<1>before"])
  })

  it("takes no connection for idle, and does again when it resumes", async (t) => {
    const { listener } = await start(t, { idleMs: 30 })
    const clock = await start(t, { idleMs: 60 })
    const before = await connect(t, listener)
    await roundTrip(t, clock)
    listener.pause()
    const after = await connect(t, listener)
    await once(await connect(t, clock.listener), "close")
    assert.equal(listener.takeLosses().size, 0)
    const closed = Promise.all([once(before, "close"), once(after, "close")])
    listener.resume()
    await closed
    assert.deepEqual([...listener.takeLosses()], [["connections_idle_closed", 2]])
  })
})

describe("draining a TCP listener", () => {
  it("hands over what the kernel holds of a connection, its unterminated line included, and closes it", async (t) => {
    const { listener, collection } = await start(t)
    const sender = await connect(t, listener)
    await roundTrip(t, { listener, collection })
    listener.pause()
    // Well below what the kernel buffers for a connection that nobody reads.
    const lines = 4000
    await new Promise((sent) => sender.write(`${"<1>0123456789\n".repeat(lines)}<1>last`, sent))
    const closed = once(sender, "close")
    await listener.drain()
    await closed
    assert.equal(collection.frames.length, 1 + lines + 1)
    assert.equal(collection.texts.at(-1), "<1>last")
  })

  it("hands over what came by connections that were never accepted", async (t) => {
    const { listener, collection } = await start(t)
    const { address, port } = listener.bound
    // The event loop stands still while this process connects, sends and exits: only the kernel knows of it.
    const script = `
      for (let n = 0; n < 20; n++) {
        const socket = require("node:net").connect(${port}, "${address}")
        socket.end("<1>" + n, () => socket.destroy())
      }`
    const { status } = spawnSync(process.execPath, ["-e", script])
    assert.equal(status, 0)
    assert.equal(collection.frames.length, 0)
    await listener.drain()
    assert.equal(collection.frames.length, 20)
  })

  it("loses nothing of a sender that stops when it sees our FIN, as rsyslog and syslog-ng do", async (t) => {
    const { listener, collection } = await start(t)
    const sender = await connect(t, listener, true)
    let sent = 0
    let stopped = false
    sender.on("end", () => {
      stopped = true
      sender.end()
    })
    function send(): void {
      if (stopped) return
      sent++
      sender.write(`<1>${sent}\n`, () => setImmediate(send))
    }
    send()
    await collection.arrived(10)
    await listener.drain()
    assert.ok(stopped)
    assert.equal(collection.texts.at(-1), `<1>${sent}`)
    assert.equal(collection.frames.length, sent)
  })

  it("loses nothing of a sender that goes on for a while after our FIN", async (t) => {
    const { listener, collection } = await start(t)
    const sender = await connect(t, listener, true)
    sender.write("<1>0\n")
    await collection.arrived(1)
    const drained = listener.drain()
    // Longer than the pause after which a silent sender counts as one that has stopped.
    const end = performance.now() + 300
    let sent = 1
    do {
      sender.write(`<1>${sent}\n`)
      sent++
      await collection.arrived(sent)
    } while (performance.now() < end)
    sender.end("<1>last")
    await drained
    assert.equal(collection.frames.length, sent + 1)
  })

  it("ends in time although a sender does not", async (t) => {
    let sender: Socket | undefined
    let received = 0
    const { listener } = await start(t, {
      drainMs: 50,
      downstream: {
        sink() {
          received++
          sender?.write("<1>again\n")
        },
        flush: async () => {},
      },
    })
    sender = await connect(t, listener, true)
    sender.write("<1>first\n")
    await listener.drain()
    assert.ok(received > 1)
  })

  it("accepts nobody any more", async (t) => {
    const { listener } = await start(t)
    await listener.drain()
    await assert.rejects(connect(t, listener), { code: "ECONNREFUSED" })
  })
})
