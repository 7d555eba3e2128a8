/**
 * A process that receives datagrams in one of two ways and counts them:
 *
 *     node burst-receiver.ts tamis|syslog-server
 *
 * It tells its parent where it listens and what it can do; each "count" it answers with what has arrived so far.
 */
import { createSocket } from "node:dgram"
import { once } from "node:events"
import { argv } from "node:process"
import SyslogServer from "syslog-server"
import { admission } from "../src/listen/admission.ts"
import type { Downstream } from "../src/listen/listener.ts"
import { listenUdp } from "../src/listen/udp.ts"

export interface Listening {
  readonly port: number
  /** Whether a second listener in the same process starts. */
  readonly several: boolean
  readonly ipv6: boolean
}

export interface Arrived {
  readonly count: number
  /** The bytes of the last datagram, as the program behind the receiver gets them, in hexadecimal. */
  readonly last: string
}

/** An arriving datagram costs no more than this: what is measured is the receiver, not what is behind it. */
let count = 0

function tell(message: Listening | Arrived): void {
  process.send?.(message)
}

async function tamis(): Promise<() => Buffer> {
  let last: Buffer = Buffer.alloc(0)
  const options = {
    maxFrameBytes: 65_536,
    receiveBufferBytes: 4 * 1024 * 1024,
    admission: admission([]),
    reusePort: false,
    onError: (error: Error) => {
      throw error
    },
  }
  const downstream: Downstream = {
    sink(_, bytes, start, end) {
      count += 1
      last = bytes.subarray(start, end)
    },
    flush: async () => {},
  }
  const opens = async (address: string) => {
    const listener = await listenUdp({ ...options, downstream, endpoint: { address, port: 0 } })
    await listener.drain()
    return true
  }
  const { bound } = await listenUdp({ ...options, downstream, endpoint: { address: "127.0.0.1", port: 0 } })
  tell({ port: bound.port, several: await opens("127.0.0.1"), ipv6: await opens("::1") })
  return () => last
}

async function syslogServer(): Promise<() => Buffer> {
  let last = ""
  const start = async (address: string, port: number) => {
    const server = new SyslogServer()
    server.on("message", ({ message }) => {
      count += 1
      last = message
    })
    // An address that cannot be bound is told by an event; the promise stays open.
    const failed = once(server, "error").then(() => false)
    return Promise.race([server.start({ address, port, exclusive: true }).then(() => true), failed]).catch(() => false)
  }
  // Before the first one: afterwards it starts none, whatever the address.
  const ipv6 = await start("::1", 0)
  // It does not tell which port it got, so it gets one that is free.
  const port = await freePort()
  await start("127.0.0.1", port)
  tell({ port, several: await start("127.0.0.1", 0), ipv6 })
  return () => Buffer.from(last)
}

async function freePort(): Promise<number> {
  const socket = createSocket("udp4").bind(0, "127.0.0.1")
  await once(socket, "listening")
  const { port } = socket.address()
  socket.close()
  await once(socket, "close")
  return port
}

const lastOf = await (argv[2] === "tamis" ? tamis() : syslogServer())
process.on("message", () => tell({ count, last: lastOf().toString("hex") }))
process.on("disconnect", () => process.exit())
