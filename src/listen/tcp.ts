/**
 * Syslog over TCP (RFC 6587): the stream of each connection becomes frames.
 *
 * Plain TCP has no acknowledgement: what a sender's kernel has delivered is our responsibility alone.
 * So a connection that ends in whatever way hands over all that came of it, its unterminated
 * last frame included, and draining asks the senders to stop before it stops reading.
 */
import { once } from "node:events"
import { createServer, type Socket } from "node:net"
import { setTimeout as sleep } from "node:timers/promises"
import { StreamFraming } from "../framing/stream-framing.ts"
import type { Peer } from "../hosts/peer.ts"
import type { Admission } from "./admission.ts"
import type { ConnectionLimits } from "./connection-limits.ts"
import type { Endpoint } from "./listen-config.ts"
import type { Listener, PeerFrameSink } from "./listener.ts"
import { LossCount } from "./loss-count.ts"
import { PeerDirectory } from "./peer-directory.ts"
import { parseProxyHeader } from "./proxy-protocol.ts"
import { untilQuiet } from "./until-quiet.ts"

export interface TcpOptions {
  readonly endpoint: Endpoint
  readonly maxFrameBytes: number
  readonly limits: ConnectionLimits
  /** 0 never closes an idle connection. */
  readonly idleMs: number
  readonly admission: Admission
  /** Says whose connections begin with a PROXY header. Theirs must; for all others it is a line like any other. */
  readonly isBalancer: (address: string) => boolean
  /** Lets other sockets bind the same address and port; the kernel spreads the connections over them. */
  readonly reusePort: boolean
  /** How long draining reads on from senders that do not stop. */
  readonly drainMs: number
  readonly sink: PeerFrameSink
  /** Hears of an error that left the listener open. */
  readonly onError: (error: Error) => void
}

// After a restart of tamis all senders of a network come back at once. The kernel caps it at net.core.somaxconn.
const BACKLOG = 4096

// A sender that vanished without a word is noticed by the kernel's probes, beginning with a minute of silence.
const KEEP_ALIVE_DELAY_MS = 60_000

// The specification of the PROXY protocol asks for 3 s at least, so that one lost packet can be sent again.
const PROXY_HEADER_MS = 5_000

const NOTHING = Buffer.alloc(0)

// What is under way when our FIN leaves has arrived by then, unless the network is very wide.
const QUIET_MS = 100

/** Binds and resolves once connections are being accepted; rejects where the address cannot be bound. */
export async function listenTcp(options: TcpOptions): Promise<Listener> {
  const { endpoint, limits, idleMs, sink } = options
  const losses = new LossCount()
  const peers = new PeerDirectory("tcp", options.admission)
  const balancers = new PeerDirectory("tcp", options.isBalancer)
  const sockets = new Set<Socket>()
  let paused = false
  /** Connections accepted so far. */
  let accepted = 0
  /** Chunks and closings so far. */
  let arrivals = 0

  const server = createServer({ keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_DELAY_MS })
  server.on("connection", (socket) => {
    accepted++
    // A close follows every error, and that is where a connection's affairs are settled.
    socket.on("error", () => {})
    const { remoteAddress } = socket
    // Reset by its sender before it was accepted.
    if (remoteAddress === undefined) return void socket.destroy()
    const balancer = balancers.find(remoteAddress)
    if (balancer === undefined) take(socket, peers.find(remoteAddress), NOTHING)
    else readProxyHeader(socket, balancer)
  })

  /** Reads on from a connection that began with `beginning`, if there is a place for it. */
  function take(socket: Socket, peer: Peer | undefined, beginning: Buffer): void {
    if (peer === undefined) {
      losses.add("peers_refused", 1)
      socket.destroy()
    } else if (!limits.enter(peer.address)) {
      losses.add("connections_refused", 1)
      socket.destroy()
    } else {
      read(socket, peer, beginning)
    }
  }

  /** Until the header is there, nobody knows whose connection it is, and it has a place among all but not among a peer's. */
  function readProxyHeader(socket: Socket, balancer: Peer): void {
    if (!limits.enter(undefined)) {
      losses.add("connections_refused", 1)
      socket.destroy()
      return
    }
    let bytes: Buffer = NOTHING
    let refused = false
    const refuse = () => {
      refused = true
      losses.add("proxy_headers_missing", 1)
      options.onError(
        new Error(
          `${balancer.address} is in listen.proxyProtocol, but a connection from it began without a PROXY header`,
        ),
      )
      socket.destroy()
    }
    const leave = () => {
      clearTimeout(deadline)
      limits.leave(undefined)
      sockets.delete(socket)
      socket.off("data", push).off("close", closed)
    }
    const push = (chunk: Buffer) => {
      arrivals++
      bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk])
      const header = parseProxyHeader(bytes)
      if (header.state === "unfinished") return
      if (header.state === "invalid") return refuse()
      leave()
      take(socket, header.address === undefined ? balancer : peers.find(header.address), bytes.subarray(header.end))
    }
    const closed = () => {
      arrivals++
      leave()
      // One that ends without a byte asked only whether there is somebody.
      if (bytes.length > 0 && !refused) losses.add("proxy_headers_missing", 1)
    }
    // Whoever sends it in drops has no more time than others. A socket that is not read has all of it.
    const deadline = setTimeout(() => (paused ? deadline.refresh() : refuse()), PROXY_HEADER_MS)
    sockets.add(socket)
    socket.on("data", push)
    socket.on("close", closed)
    if (paused) socket.pause()
  }

  function read(socket: Socket, peer: Peer, beginning: Buffer): void {
    const framing = new StreamFraming(options.maxFrameBytes, (bytes, start, end, truncated) => {
      if (truncated) losses.add("frames_truncated", 1)
      sink(peer, bytes, start, end, truncated)
    })
    let skippedBytes = 0
    function countSkipped(): void {
      losses.add("stream_bytes_skipped", framing.skippedBytes - skippedBytes)
      skippedBytes = framing.skippedBytes
    }

    function push(chunk: Buffer): void {
      arrivals++
      framing.push(chunk)
      countSkipped()
    }

    sockets.add(socket)
    socket.on("data", push)
    socket.on("timeout", () => {
      losses.add("connections_idle_closed", 1)
      socket.destroy()
    })
    socket.on("close", () => {
      arrivals++
      framing.end()
      countSkipped()
      sockets.delete(socket)
      limits.leave(peer.address)
    })
    if (paused) socket.pause()
    else socket.setTimeout(idleMs)
    if (beginning.length > 0) push(beginning)
  }

  function pause(): void {
    paused = true
    for (const socket of sockets) {
      socket.pause()
      // Its silence is ours.
      socket.setTimeout(0)
    }
  }

  function resume(): void {
    paused = false
    for (const socket of sockets) {
      socket.resume()
      socket.setTimeout(idleMs)
    }
  }

  server.listen({
    host: endpoint.address,
    port: endpoint.port,
    // So that "::" and "0.0.0.0" can be bound beside each other.
    ipv6Only: true,
    exclusive: true,
    reusePort: options.reusePort,
    backlog: BACKLOG,
  })
  await once(server, "listening")
  server.on("error", options.onError)

  const bound = server.address()
  if (bound === null || typeof bound === "string") throw new TypeError("A TCP server has an address and a port.")

  return {
    bound: { transport: "tcp", address: bound.address, port: bound.port },
    pause,
    resume,
    takeLosses: () => losses.take(),

    async drain() {
      const deadline = performance.now() + options.drainMs
      const late = () => performance.now() > deadline
      resume()
      // Connections that the kernel has made for us and filled, but that we have not accepted yet.
      await untilQuiet(() => accepted, late)
      server.close()
      // rsyslog and syslog-ng look for our FIN before they send, keep what they have left, and close.
      for (const socket of sockets) socket.end()
      const allClosed = Promise.all([...sockets].map(closing))
      let before: number
      do {
        before = arrivals
        await Promise.race([allClosed, sleep(QUIET_MS, undefined, { ref: false })])
      } while (arrivals !== before && sockets.size > 0 && !late())
      for (const socket of sockets) socket.destroy()
      await allClosed
    },
  }
}

/** Resolves when the socket is closed, be it by an error. */
function closing(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once("close", () => resolve()))
}
