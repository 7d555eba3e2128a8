/**
 * The server of one listening stream socket: it decides which connections there are, and for how long.
 *
 *     accepted ──> PROXY header, if it is a balancer's ──> admitted, within the limits ──> opened ──> conversation ──> closed
 *
 * The server knows nothing of the protocol on the stream. Its transport brings the conversation, and makes the socket that
 * the conversation is held on.
 *
 * What the kernel has acknowledged to a sender is lost if tamis does not read it. So draining first asks the senders to stop,
 * and reads on until they do.
 */
import { once } from "node:events"
import { createServer, type Server, type Socket } from "node:net"
import { setTimeout as sleep } from "node:timers/promises"
import type { Peer, Transport } from "../hosts/peer.ts"
import type { Loss } from "../tally/losses.ts"
import type { Admission } from "./admission.ts"
import type { ConnectionLimits } from "./connection-limits.ts"
import type { Conversation, Converse } from "./conversation.ts"
import type { Endpoint } from "./listen-config.ts"
import type { ListenAddress, Listener } from "./listener.ts"
import type { LossCount } from "./loss-count.ts"
import { peerAddress } from "./peer-directory.ts"
import { readProxyHeader } from "./proxy-header-reader.ts"
import { untilQuiet } from "./until-quiet.ts"

export interface StreamServerOptions {
  readonly endpoint: Endpoint
  /** Servers that share one of these share its limits. */
  readonly limits: ConnectionLimits
  /** 0 never closes an idle connection. */
  readonly idleMs: number
  readonly admission: Admission
  /** Tells whether connections from an address must begin with a PROXY header. On all others, the header is data. */
  readonly isBalancer: (address: string) => boolean
  /** Lets other sockets bind the same address and port; the kernel spreads the connections over them. */
  readonly reusePort: boolean
  /** How long draining reads on from senders that do not stop. */
  readonly drainMs: number
  /** Called with an error that left the listener open. */
  readonly onError: (error: Error) => void
}

/** What makes one stream transport differ from another. */
export interface StreamTransport {
  readonly name: Transport
  readonly open: OpenStream
  readonly converse: Converse
  /** Both the server and the conversations count in it. */
  readonly losses: LossCount
}

/**
 * Makes the socket of the conversation from an admitted one: plain TCP uses it as it is, TLS needs one that decrypts.
 *
 * Calls `opened` once, with the peer and all that is known of it by then; never, if it closes the socket instead.
 */
export type OpenStream = (socket: Socket, peer: Peer, opened: (stream: Socket, peer: Peer) => void) => void

// After a restart of tamis all senders of a network come back at once. The kernel caps it at net.core.somaxconn.
const BACKLOG = 4096

// The kernel notices a sender that vanished by its probes. They begin after a minute of silence.
const KEEP_ALIVE_DELAY_MS = 60_000

// Bytes under way when our FIN leaves have arrived by then, unless the network is very wide.
const QUIET_MS = 100

/** Binds and resolves once connections are being accepted; rejects if the address cannot be bound. */
export async function listenStream(options: StreamServerOptions, transport: StreamTransport): Promise<Listener> {
  const server = createServer({ keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_DELAY_MS })
  server.listen({
    host: options.endpoint.address,
    port: options.endpoint.port,
    // So that "::" and "0.0.0.0" can be bound beside each other.
    ipv6Only: true,
    exclusive: true,
    reusePort: options.reusePort,
    backlog: BACKLOG,
  })
  await once(server, "listening")
  return new StreamServer(server, options, transport)
}

class StreamServer implements Listener {
  readonly bound: ListenAddress
  readonly #server: Server
  readonly #options: StreamServerOptions
  readonly #transport: StreamTransport
  /** Open sockets that are not in a conversation yet. */
  readonly #opening = new Set<Socket>()
  readonly #conversations = new Map<Socket, Conversation>()
  #paused = false
  /** Connections accepted so far. */
  #accepted = 0
  /** Chunks, PROXY headers and closings so far. */
  #arrivals = 0

  /** Takes a server that has just begun to listen. */
  constructor(server: Server, options: StreamServerOptions, transport: StreamTransport) {
    const bound = server.address()
    if (bound === null || typeof bound === "string")
      throw new TypeError("a TCP server that listens has an address and a port")
    this.bound = { transport: transport.name, address: bound.address, port: bound.port }
    this.#server = server
    this.#options = options
    this.#transport = transport
    server.on("error", options.onError)
    server.on("connection", (socket) => this.#accept(socket))
  }

  /** Conversations wait. PROXY headers are still read, since they are small and their senders have a deadline. */
  pause(): void {
    this.#paused = true
    for (const socket of this.#conversations.keys()) {
      socket.pause()
      // A sender that is not read is not idle.
      socket.setTimeout(0)
    }
  }

  resume(): void {
    this.#paused = false
    for (const socket of this.#conversations.keys()) this.#read(socket)
  }

  takeLosses(): ReadonlyMap<Loss, number> {
    return this.#transport.losses.take()
  }

  async drain(): Promise<void> {
    const deadline = performance.now() + this.#options.drainMs
    const late = () => performance.now() > deadline
    this.resume()
    // Connections that the kernel has made for us and filled, but that we have not accepted yet.
    await untilQuiet(() => this.#accepted, late)
    this.#server.close()
    const sockets = [...this.#opening, ...this.#conversations.keys()]
    const allClosed = Promise.all(sockets.map(closing))
    for (const socket of this.#opening) socket.end()
    for (const conversation of this.#conversations.values()) conversation.drain()
    let before: number
    let open: readonly Socket[]
    do {
      before = this.#arrivals
      await Promise.race([allClosed, sleep(QUIET_MS, undefined, { ref: false })])
      open = sockets.filter(({ closed }) => !closed)
      // A conversation that has not ended its connection has an answer to send.
    } while ((this.#arrivals !== before || open.some((socket) => !socket.writableEnded)) && open.length > 0 && !late())
    for (const socket of sockets) socket.destroy()
    await allClosed
  }

  #accept(socket: Socket): void {
    this.#accepted++
    this.#opening.add(socket)
    // Every error is followed by a close. Cleanup happens there.
    socket.on("error", () => {})
    socket.on("close", () => {
      this.#arrivals++
      this.#opening.delete(socket)
    })
    // Reset by its sender before it was accepted.
    if (socket.remoteAddress === undefined) return void socket.destroy()
    const address = peerAddress(socket.remoteAddress)
    if (this.#options.isBalancer(address)) this.#readProxyHeader(socket, address)
    else this.#admit(socket, address)
  }

  /** Until the header is read, the connection counts among all connections, but among no peer's. */
  #readProxyHeader(socket: Socket, balancer: string): void {
    const { limits, onError } = this.#options
    if (!limits.enter(undefined)) {
      this.#refuse(socket, "connections_refused")
      return
    }
    readProxyHeader(socket, (outcome) => {
      this.#arrivals++
      limits.leave(undefined)
      switch (outcome.state) {
        case "complete":
          if (outcome.address === undefined) return this.#enter(socket, balancer)
          return this.#admit(socket, peerAddress(outcome.address))
        case "missing":
          onError(
            new Error(`${balancer} is in listen.proxyProtocol, but a connection from it began without a PROXY header`),
          )
          return this.#refuse(socket, "proxy_headers_missing")
        case "closed":
          if (outcome.begun) this.#transport.losses.add("proxy_headers_missing", 1)
      }
    })
  }

  #admit(socket: Socket, address: string): void {
    if (this.#options.admission(address)) this.#enter(socket, address)
    else this.#refuse(socket, "peers_refused")
  }

  #enter(socket: Socket, address: string): void {
    const { limits } = this.#options
    if (!limits.enter(address)) {
      this.#refuse(socket, "connections_refused")
      return
    }
    socket.on("close", () => limits.leave(address))
    const peer: Peer = { address, transport: this.#transport.name }
    this.#transport.open(socket, peer, (stream, known) => {
      this.#opening.delete(socket)
      this.#converse(stream, known)
    })
  }

  #refuse(socket: Socket, loss: Loss): void {
    this.#transport.losses.add(loss, 1)
    socket.destroy()
  }

  #converse(socket: Socket, peer: Peer): void {
    const conversation = this.#transport.converse(peer, {
      reply(bytes) {
        // A sender that does not read its replies is not read either, so that they cannot pile up.
        if (socket.writable && !socket.write(bytes)) socket.pause()
      },
      end: () => void socket.end(),
    })
    this.#conversations.set(socket, conversation)
    socket.on("data", (chunk) => {
      this.#arrivals++
      conversation.push(chunk)
    })
    socket.on("drain", () => {
      if (!this.#paused) socket.resume()
    })
    socket.on("timeout", () => {
      this.#transport.losses.add("connections_idle_closed", 1)
      socket.destroy()
    })
    socket.on("close", () => {
      this.#conversations.delete(socket)
      conversation.end()
    })
    if (this.#paused) socket.pause()
    else this.#read(socket)
  }

  #read(socket: Socket): void {
    socket.setTimeout(this.#options.idleMs)
    if (!socket.writableNeedDrain) socket.resume()
  }
}

/** Resolves when the socket is closed, be it by an error. */
function closing(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once("close", () => resolve()))
}
