/**
 * Answers `GET /status` on a Unix socket in the state directory.
 *
 * A socket file rather than a port: whoever may open the state directory may ask, and nobody on the network can.
 */
import { once } from "node:events"
import { rm } from "node:fs/promises"
import { createServer } from "node:http"
import { connect } from "node:net"
import { OperatorError } from "../errors.ts"
import type { Status } from "./status.ts"

export interface StatusServer {
  close(): Promise<void>
}

/** Rejects with an OperatorError when another tamis already answers there. */
export async function serveStatus(socketFile: string, status: () => Promise<Status>): Promise<StatusServer> {
  if (await answers(socketFile)) {
    throw new OperatorError(
      `${socketFile}: another tamis is running with this state directory; stop it, or set stateDirectory`,
    )
  }
  // Left behind by a process that was killed.
  await rm(socketFile, { force: true })
  const server = createServer((request, response) => {
    if (request.method !== "GET" || request.url !== "/status") {
      response.writeHead(404, { "content-type": "application/json" }).end('{"error":"GET /status is all there is"}\n')
      return
    }
    status().then(
      (body) =>
        response
          .writeHead(body.healthy ? 200 : 503, { "content-type": "application/json" })
          .end(`${JSON.stringify(body)}\n`),
      (error: unknown) =>
        response
          .writeHead(500, { "content-type": "application/json" })
          .end(`${JSON.stringify({ error: error instanceof Error ? error.message : String(error) })}\n`),
    )
  })
  server.listen(socketFile)
  await once(server, "listening")
  return {
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, "close")
    },
  }
}

async function answers(socketFile: string): Promise<boolean> {
  const socket = connect(socketFile)
  try {
    await once(socket, "connect")
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
