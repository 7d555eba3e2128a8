import assert from "node:assert/strict"
import { createSocket, type Socket } from "node:dgram"
import { once } from "node:events"
import { existsSync } from "node:fs"
import { networkInterfaces } from "node:os"
import { describe, it, type TestContext } from "node:test"
import { admission } from "../../src/listen/admission.ts"
import { listenUdp, type UdpListener, type UdpOptions } from "../../src/listen/udp.ts"
import { FrameCollection } from "./frame-collection.ts"

const noIpv6 = Object.values(networkInterfaces())
  .flat()
  .some((net) => net?.address === "::1")
  ? false
  : "no IPv6 here"

interface Started {
  readonly listener: UdpListener
  readonly collection: FrameCollection
}

async function start(t: TestContext, changes: Partial<UdpOptions> = {}): Promise<Started> {
  const collection = new FrameCollection()
  const listener = await listenUdp({
    endpoint: { address: "127.0.0.1", port: 0 },
    maxFrameBytes: 1024,
    receiveBufferBytes: 1 << 20,
    admission: admission([]),
    reusePort: false,
    downstream: collection,
    onError: (error) => assert.fail(error),
    ...changes,
  })
  let drained: Promise<void> | undefined
  const drain = () => {
    drained ??= listener.drain()
    return drained
  }
  t.after(drain)
  return { listener: { ...listener, drain }, collection }
}

async function connect(t: TestContext, listener: UdpListener): Promise<Socket> {
  const { address, port } = listener.bound
  const socket = createSocket(address.includes(":") ? "udp6" : "udp4")
  socket.connect(port, address)
  await once(socket, "connect")
  t.after(() => socket.close())
  return socket
}

describe("a UDP listener", () => {
  it("tells the address that the kernel gave it", async (t) => {
    const { listener } = await start(t)
    assert.equal(listener.bound.transport, "udp")
    assert.equal(listener.bound.address, "127.0.0.1")
    assert.ok(listener.bound.port > 0)
  })

  it("makes each datagram one frame, whatever is in it", async (t) => {
    const { listener, collection } = await start(t)
    const sender = await connect(t, listener)
    const datagrams = ["<1>a\n<2>b\n", "5 <1>ab", "<1>a\0", "", "\n"]
    for (const datagram of datagrams) sender.send(datagram)
    await collection.arrived(datagrams.length)
    assert.deepEqual(collection.texts, datagrams)
    assert.deepEqual(collection.frames[0]!.peer, { address: "127.0.0.1", transport: "udp" })
    assert.deepEqual([...listener.takeLosses()], [])
  })

  it("cuts a datagram at the limit and counts it", async (t) => {
    const { listener, collection } = await start(t, { maxFrameBytes: 10 })
    const sender = await connect(t, listener)
    sender.send("x".repeat(10))
    sender.send("y".repeat(11))
    await collection.arrived(2)
    const frames = collection.frames.map(({ text, truncated }) => ({ text, truncated }))
    assert.deepEqual(frames, [
      { text: "x".repeat(10), truncated: false },
      { text: "y".repeat(10), truncated: true },
    ])
    assert.deepEqual([...listener.takeLosses()], [["frames_truncated", 1]])
    assert.deepEqual([...listener.takeLosses()], [], "zeroed by the first call")
  })

  it("hands over nothing of a peer that is not admitted, and counts it", async (t) => {
    const { listener, collection } = await start(t, { admission: admission(["192.0.2.0/24"]) })
    const sender = await connect(t, listener)
    sender.send("<1>a")
    sender.send("<1>b")
    await listener.drain()
    assert.deepEqual(collection.frames, [])
    assert.deepEqual([...listener.takeLosses()], [["peers_refused", 2]])
  })

  it("tells what buffer the kernel granted in the unit in which it was asked for", async (t) => {
    const { listener } = await start(t, { receiveBufferBytes: 65_536 })
    assert.equal(listener.receiveBufferBytes, 65_536)
    const { listener: greedy } = await start(t, { receiveBufferBytes: 1 << 30 })
    assert.ok(greedy.receiveBufferBytes < 1 << 30)
  })

  it("rejects an address that is taken", async (t) => {
    const { listener } = await start(t)
    await assert.rejects(start(t, { endpoint: listener.bound }), { code: "EADDRINUSE" })
  })

  it("shares a port with another when both want to, and each datagram goes to one of them", async (t) => {
    const one = await start(t, { reusePort: true })
    const other = await start(t, { reusePort: true, endpoint: one.listener.bound })
    for (let sent = 0; sent < 20; sent++) (await connect(t, one.listener)).send("<1>a")
    await Promise.all([one.listener.drain(), other.listener.drain()])
    assert.equal(one.collection.frames.length + other.collection.frames.length, 20)
  })

  it("listens on IPv6 beside IPv4 on the same port", { skip: noIpv6 }, async (t) => {
    const v4 = await start(t, { endpoint: { address: "0.0.0.0", port: 0 } })
    const v6 = await start(t, { endpoint: { address: "::", port: v4.listener.bound.port } })
    const sender = createSocket("udp6")
    t.after(() => sender.close())
    sender.send("<1>six", v6.listener.bound.port, "::1")
    await v6.collection.arrived(1)
    assert.deepEqual(v6.collection.frames[0]!.peer, { address: "::1", transport: "udp" })
    assert.deepEqual(v4.collection.frames, [])
  })
})

describe("draining a UDP listener", () => {
  it("hands over every datagram that the kernel holds", async (t) => {
    const { listener, collection } = await start(t, { receiveBufferBytes: 4 << 20 })
    const sender = await connect(t, listener)
    // The kernel puts a datagram into the receiver's buffer within send(), and this thread reads none meanwhile.
    // As many as fit into what a stock kernel grants.
    const burst = 250
    for (let number = 0; number < burst; number++) sender.send(`<1>${number}`)
    assert.equal(collection.frames.length, 0)
    await listener.drain()
    assert.equal(collection.frames.length, burst)
    assert.equal(collection.texts.at(-1), `<1>${burst - 1}`)
    assert.deepEqual([...listener.takeLosses()], [])
  })

  it("ends although a sender does not", async (t) => {
    let sender: Socket | undefined
    let received = 0
    // Each datagram is answered by another: the socket is never quiet.
    const { listener } = await start(t, {
      receiveBufferBytes: 4096,
      downstream: {
        sink() {
          received++
          sender?.send("<1>again")
        },
        flush: async () => {},
      },
    })
    sender = await connect(t, listener)
    sender.send("<1>first")
    await listener.drain()
    assert.ok(received > 1)
  })

  it("counts what the kernel dropped", {
    skip: existsSync("/proc/net/udp") ? false : "no /proc/net/udp here",
  }, async (t) => {
    const { listener, collection } = await start(t, { receiveBufferBytes: 4096 })
    const sender = await connect(t, listener)
    const burst = 500
    for (let number = 0; number < burst; number++) sender.send("x".repeat(500))
    await listener.drain()
    const dropped = listener.takeLosses().get("udp_kernel_drops") ?? 0
    assert.ok(dropped > 0)
    assert.equal(collection.frames.length + dropped, burst)
  })
})
