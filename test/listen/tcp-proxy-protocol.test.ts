/** Whose connection it is, where a load balancer stands between. The balancer of these tests is 127.0.0.9. */

import assert from "node:assert/strict"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { connect as connectSocket, type Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, type TestContext, test } from "node:test"
import { admission } from "../../src/listen/admission.ts"
import { ConnectionLimits } from "../../src/listen/connection-limits.ts"
import type { Listener } from "../../src/listen/listener.ts"
import { listenTcp, type TcpOptions } from "../../src/listen/tcp.ts"
import { eventually } from "../support/eventually.ts"
import { unlessCommand } from "../support/requirement.ts"
import { closedByPeer, connectFrom } from "../support/senders.ts"
import { FrameCollection } from "./frame-collection.ts"

const BALANCER = "127.0.0.9"
const HEADER = "PROXY TCP4 192.0.2.7 198.51.100.1 56324 5514\r\n"

interface Started {
  readonly listener: Listener
  readonly port: number
  readonly collection: FrameCollection
  readonly errors: readonly string[]
}

async function start(t: TestContext, changes: Partial<TcpOptions> = {}): Promise<Started> {
  const collection = new FrameCollection()
  const errors: string[] = []
  const listener = await listenTcp({
    endpoint: { address: "127.0.0.1", port: 0 },
    maxFrameBytes: 1024,
    limits: new ConnectionLimits(100, 100),
    idleMs: 0,
    admission: admission([]),
    isBalancer: admission([BALANCER]),
    reusePort: false,
    drainMs: 10_000,
    downstream: collection,
    onError: ({ message }) => errors.push(message),
    ...changes,
  })
  t.after(() => listener.drain())
  return { listener, port: listener.bound.port, collection, errors }
}

async function connect(t: TestContext, port: number, from = BALANCER): Promise<Socket> {
  const socket = await connectFrom(from, port)
  t.after(() => socket.destroy())
  return socket
}

/** The frames with the addresses of their senders. */
const seen = ({ frames }: FrameCollection) => frames.map(({ peer, text }) => `${peer.address} ${text}`)

test("a balancer's connection is of whom its header names, and what follows in the same packet is read", async (t) => {
  const { port, collection } = await start(t)
  const socket = await connect(t, port)
  socket.write(`${HEADER}first\nsec`)
  await collection.arrived(1)
  socket.end("ond\n")
  await collection.arrived(2)
  assert.deepEqual(seen(collection), ["192.0.2.7 first", "192.0.2.7 second"])
})

test("an IPv4-mapped IPv6 address in a header is the IPv4 address", async (t) => {
  const { port, collection } = await start(t)
  const socket = await connect(t, port)
  socket.write("PROXY TCP6 ::ffff:192.0.2.7 ::ffff:198.51.100.1 56324 5514\r\none\n")
  await collection.arrived(1)
  assert.deepEqual(seen(collection), ["192.0.2.7 one"])
})

test("a header that comes byte by byte is read as well", async (t) => {
  const { port, collection } = await start(t)
  const socket = await connect(t, port)
  socket.setNoDelay(true)
  for (const byte of Buffer.from(`${HEADER}one\n`)) {
    await new Promise((resolve) => socket.write(Buffer.of(byte), resolve))
  }
  await collection.arrived(1)
  assert.deepEqual(seen(collection), ["192.0.2.7 one"])
})

test("nobody else can say that he is somebody else: it is a line like any other", async (t) => {
  const { port, collection } = await start(t)
  const socket = await connect(t, port, "127.0.0.8")
  socket.end(`${HEADER}one\n`)
  await collection.arrived(2)
  assert.deepEqual(seen(collection), [`127.0.0.8 ${HEADER.trimEnd()}`, "127.0.0.8 one"])
})

test("a balancer's connection without a header is closed, counted, and told of", async (t) => {
  const { listener, port, collection, errors } = await start(t)
  const socket = await connect(t, port)
  socket.write("<13>Nov 23 18:00:00 web1 su: text\n")
  await closedByPeer(socket)
  assert.deepEqual(seen(collection), [])
  assert.deepEqual([...listener.takeLosses()], [["proxy_headers_missing", 1]])
  assert.match(errors.join(), /^127\.0\.0\.9 is in listen\.proxyProtocol, but /)
})

test("a balancer that only looks whether somebody is there is no loss, and one that begins and leaves is", async (t) => {
  const { listener, port } = await start(t)
  for (const beginning of ["", "PROXY TC"]) {
    const socket = await connect(t, port)
    socket.end(beginning)
    await closedByPeer(socket)
  }
  assert.deepEqual([...listener.takeLosses()], [["proxy_headers_missing", 1]])
})

test("a balancer that says nothing has five seconds", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] })
  const { listener, port } = await start(t)
  const socket = await connect(t, port)
  await new Promise((resolve) => socket.write("PROXY ", resolve))
  // Another connection after it: by then the first one has been accepted.
  const other = await connect(t, port, "127.0.0.8")
  other.end()
  await closedByPeer(other)
  t.mock.timers.tick(5_000)
  await closedByPeer(socket)
  t.mock.timers.reset()
  assert.deepEqual([...listener.takeLosses()], [["proxy_headers_missing", 1]])
})

test("a connection of the balancer itself is the balancer's, and needs no entry in listen.allow", async (t) => {
  const { port, collection } = await start(t, { admission: admission(["192.0.2.0/24"]) })
  const socket = await connect(t, port)
  socket.end("PROXY UNKNOWN\r\none\n")
  await collection.arrived(1)
  assert.deepEqual(seen(collection), [`${BALANCER} one`])
})

test("listen.allow is about whom the header names", async (t) => {
  const { listener, port } = await start(t, { admission: admission([BALANCER, "127.0.0.1"]) })
  const socket = await connect(t, port)
  socket.write(HEADER)
  await closedByPeer(socket)
  assert.deepEqual([...listener.takeLosses()], [["peers_refused", 1]])
})

test("connections are counted by whom they are of, and before that all the same", async (t) => {
  const { listener, port, collection } = await start(t, { limits: new ConnectionLimits(4, 1) })
  const of = (address: string) => `PROXY TCP4 ${address} 198.51.100.1 56324 5514\r\none\n`
  const [first, second, third] = [await connect(t, port), await connect(t, port), await connect(t, port)]
  first.write(of("192.0.2.1"))
  second.write(of("192.0.2.2"))
  await collection.arrived(2)
  third.write(of("192.0.2.1"))
  await closedByPeer(third)
  assert.deepEqual([...listener.takeLosses()], [["connections_refused", 1]], "one of each peer")

  const silent = [await connect(t, port), await connect(t, port)]
  const last = await connect(t, port)
  await closedByPeer(last)
  assert.deepEqual([...listener.takeLosses()], [["connections_refused", 1]], "four in all, of nobody or of somebody")
  for (const socket of silent) socket.end()
  await Promise.all(silent.map(closedByPeer))
  const again = await connect(t, port)
  again.write(of("192.0.2.3"))
  await collection.arrived(3)
})

describe("with a real HAProxy", { skip: unlessCommand("haproxy") }, () => {
  for (const version of ["send-proxy", "send-proxy-v2"]) {
    test(`${version}: the sender's address arrives, and its health checks disturb nobody`, async (t) => {
      const { listener, port, collection, errors } = await start(t, { isBalancer: admission(["127.0.0.1"]) })
      const directory = await mkdtemp(join(tmpdir(), "tamis-haproxy-"))
      t.after(() => rm(directory, { recursive: true }))
      // HAProxy wants its port beforehand. On an address that nobody else uses there is one free.
      const frontPort = 20_000 + (process.pid % 10_000) + (version === "send-proxy" ? 0 : 1)
      await writeFile(
        join(directory, "haproxy.cfg"),
        `defaults
  mode tcp
  timeout connect 5s
  timeout client 1h
  timeout server 1h
listen syslog
  bind 127.0.0.7:${frontPort}
  server tamis 127.0.0.1:${port} ${version} check inter 50ms
`,
      )
      const haproxy = spawn("/usr/sbin/haproxy", ["-db", "-f", join(directory, "haproxy.cfg")], {
        stdio: ["ignore", "inherit", "pipe"],
      })
      t.after(async () => {
        haproxy.kill()
        if (haproxy.exitCode === null && haproxy.signalCode === null) await once(haproxy, "exit")
      })
      const sender = await eventually("HAProxy to listen", async () => {
        assert.equal(haproxy.exitCode, null, "HAProxy runs")
        return await connectTo(t, frontPort)
      })
      for (let n = 0; n < 10; n += 1) {
        sender.write(`line ${n}\n`)
        await collection.arrived(n + 1)
      }
      sender.end()
      assert.deepEqual(new Set(collection.frames.map(({ peer }) => peer.address)), new Set(["127.0.0.44"]))
      assert.deepEqual([...listener.takeLosses()], [])
      assert.deepEqual(errors, [])
    })
  }
})

/** Undefined where nobody listens yet. */
async function connectTo(t: TestContext, port: number): Promise<Socket | undefined> {
  const socket = connectSocket({ host: "127.0.0.7", port, localAddress: "127.0.0.44" })
  t.after(() => socket.destroy())
  try {
    await once(socket, "connect")
    return socket
  } catch {
    return undefined
  }
}
