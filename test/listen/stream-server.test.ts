/** What the stream server offers to transports other than plain TCP. The tests of tcp.ts cover the rest of it. */

import assert from "node:assert/strict"
import { once } from "node:events"
import { connect as connectTo, type Socket } from "node:net"
import { describe, type TestContext, test } from "node:test"
import { createServer, connect as startTls } from "node:tls"
import { admission } from "../../src/listen/admission.ts"
import { ConnectionLimits } from "../../src/listen/connection-limits.ts"
import type { Connection, Converse } from "../../src/listen/conversation.ts"
import type { Listener } from "../../src/listen/listener.ts"
import { LossCount } from "../../src/listen/loss-count.ts"
import { listenStream, type OpenStream, type StreamServerOptions } from "../../src/listen/stream-server.ts"
import { syslogConversation } from "../../src/listen/tcp.ts"
import { type Certificate, makeCertificate, withoutOpenssl } from "../support/certificate.ts"
import { within } from "../support/eventually.ts"
import { closedByPeer, connectFrom } from "../support/senders.ts"
import { FrameCollection } from "./frame-collection.ts"

const BALANCER = "127.0.0.9"

interface Started {
  readonly listener: Listener
  readonly connect: (from?: string) => Promise<Socket>
}

async function start(
  t: TestContext,
  transport: { open?: OpenStream; converse: Converse; losses?: LossCount },
  changes: Partial<StreamServerOptions> = {},
): Promise<Started> {
  const options = {
    endpoint: { address: "127.0.0.1", port: 0 },
    limits: new ConnectionLimits(100, 100),
    idleMs: 0,
    admission: admission([]),
    isBalancer: admission([BALANCER]),
    reusePort: false,
    drainMs: 10_000,
    onError: (error: Error) => assert.fail(error),
  }
  const listener = await listenStream(
    { ...options, ...changes },
    { name: "tcp", open: (socket, peer, opened) => opened(socket, peer), losses: new LossCount(), ...transport },
  )
  t.after(() => listener.drain())
  const connect = async (from = "127.0.0.8") => {
    const socket = await connectFrom(from, listener.bound.port)
    t.after(() => socket.destroy())
    return socket
  }
  return { listener, connect }
}

describe("a transport that makes its own sockets", { skip: withoutOpenssl }, () => {
  /** TLS as a transport would have it: a server that does not listen makes the handshakes. */
  function tls({ key, cert }: Certificate): OpenStream {
    const waiting = new Map<string, (stream: Socket) => void>()
    const idOf = ({ remoteAddress, remotePort }: Socket) => `${remoteAddress} ${remotePort}`
    const handshakes = createServer({ key, cert }, (stream) => {
      stream.on("error", () => {})
      waiting.get(idOf(stream))?.(stream)
    })
    return (socket, peer, opened) => {
      const id = idOf(socket)
      waiting.set(id, (stream) => opened(stream, peer))
      socket.once("close", () => waiting.delete(id))
      handshakes.emit("connection", socket)
    }
  }

  async function startSyslog(t: TestContext, changes: Partial<StreamServerOptions> = {}) {
    const collection = new FrameCollection()
    const losses = new LossCount()
    const converse = syslogConversation(1024, collection.sink, losses)
    const started = await start(t, { open: tls(makeCertificate()), converse, losses }, changes)
    return { ...started, collection }
  }

  async function secure(t: TestContext, socket: Socket): Promise<Socket> {
    const stream = startTls({ socket, rejectUnauthorized: false })
    t.after(() => stream.destroy())
    await once(stream, "secureConnect")
    return stream
  }

  test("its conversations run on these sockets, with and without a PROXY header before the handshake", async (t) => {
    const { connect, collection } = await startSyslog(t)
    const direct = await secure(t, await connect())
    direct.end("<1>one\n")
    await collection.arrived(1)
    const balanced = await connect(BALANCER)
    balanced.write("PROXY TCP4 192.0.2.7 198.51.100.1 56324 5514\r\n")
    const stream = await secure(t, balanced)
    stream.end("<1>two\n<1>unterminated")
    await collection.arrived(3)
    assert.deepEqual(
      collection.frames.map(({ peer, text }) => `${peer.address} ${text}`),
      ["127.0.0.8 <1>one", "192.0.2.7 <1>two", "192.0.2.7 <1>unterminated"],
    )
  })

  test("handshake bytes that come together with the PROXY header are not lost", async (t) => {
    const { connect, collection } = await startSyslog(t)
    const balanced = await connect(BALANCER)
    balanced.cork()
    balanced.write("PROXY TCP4 192.0.2.7 198.51.100.1 56324 5514\r\n")
    process.nextTick(() => process.nextTick(() => balanced.uncork()))
    const stream = await secure(t, balanced)
    stream.end("<1>one\n")
    await collection.arrived(1)
  })

  test("a connection counts against the limits from before the handshake until it is closed", async (t) => {
    const { listener, connect, collection } = await startSyslog(t, { limits: new ConnectionLimits(1, 1) })
    const silent = await connect()
    await closedByPeer(await connect())
    assert.deepEqual([...listener.takeLosses()], [["connections_refused", 1]])
    silent.write("no handshake\n")
    await closedByPeer(silent)
    const first = await secure(t, await connect())
    first.end("<1>one\n")
    await closedByPeer(first)
    const second = await secure(t, await connect())
    second.end("<1>two\n")
    await collection.arrived(2)
    assert.equal(listener.takeLosses().size, 0)
  })

  test("a listener pauses, resumes and drains them as it does plain sockets", async (t) => {
    const { listener, connect, collection } = await startSyslog(t)
    const stream = await secure(t, await connect())
    stream.write("<1>one\n")
    await collection.arrived(1)
    listener.pause()
    await new Promise((resolve) => stream.write("<1>two\n", resolve))
    const clock = await startSyslog(t)
    const other = await secure(t, await clock.connect())
    other.write("<1>round trip\n")
    await clock.collection.arrived(1)
    assert.equal(collection.frames.length, 1)
    await new Promise((resolve) => stream.write("<1>unterminated", resolve))
    const closed = once(stream.resume(), "close")
    await listener.drain()
    await closed
    assert.deepEqual(collection.texts, ["<1>one", "<1>two", "<1>unterminated"])
  })
})

describe("replies", () => {
  /** Replies as many bytes as each line says. */
  class Replying {
    readonly lines: string[] = []
    #onLine = Promise.withResolvers<void>()

    readonly converse: Converse = (_peer, connection: Connection) => ({
      push: (chunk) => {
        for (const line of chunk.toString().trimEnd().split("\n")) {
          this.lines.push(line)
          connection.reply(Buffer.alloc(Number(line)))
        }
        this.#onLine.resolve()
        this.#onLine = Promise.withResolvers()
      },
      end: () => {},
      drain: () => connection.end(),
    })

    async heard(count: number): Promise<void> {
      while (this.lines.length < count) await within(`line ${count}`, this.#onLine.promise)
    }
  }

  for (const pauses of [false, true]) {
    const also = pauses ? ", even if the listener paused and resumed meanwhile" : ""
    test(`a sender that does not read its replies is not read${also}`, async (t) => {
      const one = new Replying()
      const clock = new Replying()
      const { listener, connect } = await start(t, one)
      const { connect: connectClock } = await start(t, clock)
      const sender = await connect()
      // More than the kernel buffers for both ends.
      sender.write("50000000\n")
      await one.heard(1)
      if (pauses) {
        listener.pause()
        listener.resume()
      }
      sender.write("1\n")
      const other = await connectClock()
      other.write("1\n")
      await clock.heard(1)
      assert.deepEqual(one.lines, ["50000000"])
      sender.resume()
      await one.heard(2)
      assert.deepEqual(one.lines, ["50000000", "1"])
    })
  }

  test("a reply after the end is dropped, and the connection is read until the sender closes it", async (t) => {
    let text = ""
    const ended = Promise.withResolvers<Connection>()
    const { listener } = await start(t, {
      converse: (_peer, connection) => ({
        push(chunk) {
          text += chunk
          connection.end()
          connection.reply(Buffer.from("too late"))
        },
        end: () => ended.resolve(connection),
        drain() {},
      }),
    })
    const sender = connectTo({ host: "127.0.0.1", port: listener.bound.port, allowHalfOpen: true })
    t.after(() => sender.destroy())
    sender.write("first, ")
    await once(sender.resume(), "end")
    sender.end("last")
    const connection = await ended.promise
    connection.reply(Buffer.from("much too late"))
    connection.end()
    assert.equal(text, "first, last")
  })
})
