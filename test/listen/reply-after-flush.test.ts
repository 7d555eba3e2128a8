/** A transport that acknowledges, as RELP does: its sender gets a reply once the store has the line. The protocol is made up. */

import assert from "node:assert/strict"
import { once } from "node:events"
import { connect as connectTo, type Socket } from "node:net"
import { type TestContext, test } from "node:test"
import { Collector } from "../../src/collector/collector.ts"
import { admission } from "../../src/listen/admission.ts"
import { ConnectionLimits } from "../../src/listen/connection-limits.ts"
import type { Converse } from "../../src/listen/conversation.ts"
import type { Downstream, Listener } from "../../src/listen/listener.ts"
import { LossCount } from "../../src/listen/loss-count.ts"
import { listenStream } from "../../src/listen/stream-server.ts"
import type { Batch } from "../../src/tally/batch.ts"
import { TallyBook } from "../../src/tally/tally-book.ts"
import { within } from "../support/eventually.ts"

/** Replies `stored` and the line, once it would survive a crash; to the line "?" at once. */
function acknowledging({ sink, flush }: Downstream): Converse {
  return (peer, connection) => {
    let text = ""
    let draining = false
    let waiting = 0
    async function take(line: string): Promise<void> {
      waiting += 1
      const bytes = Buffer.from(line)
      sink(peer, bytes, 0, bytes.length, false)
      await flush()
      connection.reply(Buffer.from(`stored ${line}\n`))
      waiting -= 1
      if (draining && waiting === 0) connection.end()
    }
    return {
      push(chunk) {
        const lines = (text + chunk.toString()).split("\n")
        text = lines.pop() ?? ""
        for (const line of lines) {
          if (line === "?") connection.reply(Buffer.from("here\n"))
          else void take(line)
        }
      },
      end() {},
      drain() {
        draining = true
        if (waiting === 0) connection.end()
      },
    }
  }
}

/** A collector with one such listener, whose batches the test stores when it likes. */
class Scene {
  readonly #book = new TallyBook()
  readonly #listeners: Listener[] = []
  readonly #batches: Batch[] = []
  #onBatch = Promise.withResolvers<void>()
  readonly collector = new Collector({
    id: "c",
    listeners: this.#listeners,
    book: this.#book,
    takePrograms: () => undefined,
    takeActivity: () => undefined,
    send: (batch) => {
      this.#batches.push(batch)
      this.#onBatch.resolve()
      this.#onBatch = Promise.withResolvers()
    },
  })

  async connect(t: TestContext): Promise<Sender> {
    const downstream: Downstream = {
      sink: (peer) => this.#book.ignored(peer.address, 0),
      flush: () => this.collector.flush(),
    }
    const options = {
      endpoint: { address: "127.0.0.1", port: 0 },
      limits: new ConnectionLimits(100, 100),
      idleMs: 0,
      admission: admission([]),
      isBalancer: () => false,
      reusePort: false,
      drainMs: 10_000,
      onError: (error: Error) => assert.fail(error),
    }
    const listener = await listenStream(options, {
      name: "tcp",
      open: (socket, peer, opened) => opened(socket, peer),
      converse: acknowledging(downstream),
      losses: new LossCount(),
    })
    this.#listeners.push(listener)
    const socket = connectTo({ host: "127.0.0.1", port: listener.bound.port, allowHalfOpen: true })
    t.after(() => {
      socket.destroy()
      return listener.drain()
    })
    await once(socket, "connect")
    return new Sender(socket)
  }

  /** Resolves when the batch of this sequence has left; returns how many lines it holds. */
  async batch(sequence: number): Promise<number> {
    while (this.#batches.length < sequence) await within(`batch ${sequence}`, this.#onBatch.promise)
    return this.#batches[sequence - 1]?.hosts.get("127.0.0.1")?.received ?? 0
  }

  store(sequence: number): void {
    this.collector.acknowledge({ collector: "c", sequence })
  }
}

class Sender {
  readonly socket: Socket
  readonly #replies: AsyncIterator<string>

  constructor(socket: Socket) {
    this.socket = socket
    this.#replies = lines(socket)
  }

  send(...lines: readonly string[]): void {
    this.socket.write(lines.map((line) => `${line}\n`).join(""))
  }

  /** Returns the next reply; undefined when the listener has ended the connection. */
  async reply(): Promise<string | undefined> {
    const { done, value } = await this.#replies.next()
    return done === true ? undefined : value
  }
}

async function* lines(socket: Socket): AsyncGenerator<string, void> {
  let text = ""
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    const parts = `${text}${chunk}`.split("\n")
    text = parts.pop() ?? ""
    yield* parts
  }
}

test("a sender gets its reply once the store has its line, not before", async (t) => {
  const scene = new Scene()
  const sender = await scene.connect(t)
  sender.send("one")
  assert.equal(await scene.batch(1), 1)
  sender.send("?")
  assert.equal(await sender.reply(), "here", "the batch has left, and no reply came before this one")
  scene.store(1)
  assert.equal(await sender.reply(), "stored one")
})

test("a line that comes while a batch is under way is answered with the batch after it", async (t) => {
  const scene = new Scene()
  const sender = await scene.connect(t)
  sender.send("one")
  await scene.batch(1)
  sender.send("two", "three", "?")
  assert.equal(await sender.reply(), "here")
  scene.store(1)
  assert.equal(await sender.reply(), "stored one")
  assert.equal(await scene.batch(2), 2, "both lines are in one batch")
  sender.send("?")
  assert.equal(await sender.reply(), "here")
  scene.store(2)
  assert.deepEqual([await sender.reply(), await sender.reply()], ["stored two", "stored three"])
})

test("draining waits until the last line is stored and answered, then ends the connection", async (t) => {
  const scene = new Scene()
  const sender = await scene.connect(t)
  sender.send("one")
  await scene.batch(1)
  const drained = scene.collector.drain()
  // A connection without unanswered lines: its sender is silent, so the drain closes it.
  const idle = new Scene()
  await idle.connect(t)
  await idle.collector.drain()
  sender.send("two", "?")
  assert.equal(await sender.reply(), "here", "a connection with unanswered lines is still read")
  scene.store(1)
  assert.equal(await sender.reply(), "stored one")
  await scene.batch(2)
  scene.store(2)
  assert.equal(await sender.reply(), "stored two")
  assert.equal(await sender.reply(), undefined)
  sender.socket.end()
  await drained
})
