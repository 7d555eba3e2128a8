/**
 * Answers `GET /status` on a Unix socket in the state directory.
 *
 * A socket file rather than a port: whoever may open the state directory may ask, and nobody on the network can.
 */
import { once } from "node:events"
import { rm } from "node:fs/promises"
import { createServer, type Server, type ServerResponse } from "node:http"
import { connect } from "node:net"
import { OperatorError } from "../errors.ts"
import type { Status } from "./status.ts"

export interface StatusServer {
  close(): Promise<void>
}

/** Rejects with an OperatorError when another tamis already answers there, or when there can be no socket. */
export async function serveStatus(socketFile: string, status: () => Promise<Status>): Promise<StatusServer> {
  const server = createServer((request, response) => {
    if (request.method !== "GET" || request.url !== "/status") {
      answer(response, 404, { error: "GET /status is all there is" })
      return
    }
    status().then(
      (body) => answer(response, body.healthy ? 200 : 503, body),
      (error: unknown) => answer(response, 500, { error: error instanceof Error ? error.message : String(error) }),
    )
  })
  await listen(server, socketFile).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== "EADDRINUSE") throw cannotListen(socketFile, error)
    if (await answers(socketFile)) {
      throw new OperatorError(
        `${socketFile}: another tamis is running with this state directory; stop it, or set stateDirectory`,
      )
    }
    // Left behind by a process that was killed.
    await rm(socketFile, { force: true })
    await listen(server, socketFile).catch((again: Error) => {
      throw cannotListen(socketFile, again)
    })
  })
  return {
    async close() {
      const closed = once(server, "close")
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

function answer(response: ServerResponse, status: number, body: Status | { readonly error: string }): void {
  response.writeHead(status, { "content-type": "application/json" }).end(`${JSON.stringify(body)}\n`)
}

async function listen(server: Server, socketFile: string): Promise<void> {
  server.listen(socketFile)
  await once(server, "listening")
}

function cannotListen(socketFile: string, { message }: Error): OperatorError {
  return new OperatorError(`${socketFile}: cannot make the status socket (${message}); set stateDirectory`)
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
