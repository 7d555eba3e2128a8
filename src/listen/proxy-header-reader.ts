/** Reads the PROXY header from the beginning of a balancer's connection, and leaves the rest of the stream in the socket. */
import type { Socket } from "node:net"
import { parseProxyHeader } from "./proxy-protocol.ts"

// The specification of the PROXY protocol asks for at least 3 s, so that one lost packet can be sent again.
const PROXY_HEADER_MS = 5_000

export type ProxyHeaderOutcome =
  | {
      readonly state: "complete"
      /** The sender's address as the header writes it; undefined if the connection is the balancer's own: a health check. */
      readonly address: string | undefined
    }
  /** The connection begins with something else, or the header did not come in time. */
  | { readonly state: "missing" }
  /** The connection was closed first. A health check that only connects has not begun a header. */
  | { readonly state: "closed"; readonly begun: boolean }

/** Calls `done` once. A socket with a complete header is paused then, and the next bytes to read from it are the sender's. */
export function readProxyHeader(socket: Socket, done: (outcome: ProxyHeaderOutcome) => void): void {
  let bytes: Buffer = Buffer.alloc(0)

  function finish(outcome: ProxyHeaderOutcome): void {
    clearTimeout(deadline)
    socket.off("data", push).off("close", closed)
    done(outcome)
  }

  function push(chunk: Buffer): void {
    bytes = Buffer.concat([bytes, chunk])
    const header = parseProxyHeader(bytes)
    if (header.state === "complete") {
      socket.pause()
      socket.unshift(bytes.subarray(header.end))
      finish({ state: "complete", address: header.address })
    } else if (header.state === "invalid") {
      finish({ state: "missing" })
    }
  }

  function closed(): void {
    finish({ state: "closed", begun: bytes.length > 0 })
  }

  // A fixed deadline, so that a header in drops gets no more time than another.
  const deadline = setTimeout(() => finish({ state: "missing" }), PROXY_HEADER_MS)
  socket.on("data", push)
  socket.on("close", closed)
}
