/**
 * Answers `GET /status` and `POST /reload` on a Unix socket in the state directory.
 *
 * A socket file rather than a port: only the user whose service it is can connect, and nobody on the network can.
 */
import { once } from "node:events"
import { rm } from "node:fs/promises"
import { createServer, type Server, type ServerResponse } from "node:http"
import { connect } from "node:net"
import { OperatorError } from "../errors.ts"
import type { Changes } from "./changes.ts"
import type { Status } from "./status.ts"

export interface StatusServer {
  close(): Promise<void>
}

export interface Answers {
  readonly status: () => Promise<Status>
  /** Rejects with an OperatorError where what there is to read cannot be used. */
  readonly reload: () => Promise<Changes>
}

/** Why there is no answer. */
export interface ErrorAnswer {
  readonly error: string
}

/** Rejects with an OperatorError when another tamis already answers there, or when there can be no socket. */
export async function serveStatus(socketFile: string, { status, reload }: Answers): Promise<StatusServer> {
  const server = createServer((request, response) => {
    const failed = (error: unknown) =>
      answer(response, error instanceof OperatorError ? 422 : 500, {
        error: error instanceof Error ? error.message : String(error),
      })
    switch (`${request.method} ${request.url}`) {
      case "GET /status":
        return void status().then((body) => answer(response, body.healthy ? 200 : 503, body), failed)
      case "POST /reload":
        return void reload().then((body) => answer(response, 200, body), failed)
      default:
        answer(response, 404, { error: "GET /status and POST /reload are all there is" })
    }
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

function answer(response: ServerResponse, status: number, body: Status | Changes | ErrorAnswer): void {
  response.writeHead(status, { "content-type": "application/json" }).end(`${JSON.stringify(body)}\n`)
}

async function listen(server: Server, socketFile: string): Promise<void> {
  // From the first moment on: connecting to a socket file takes the right to write to it.
  const before = process.umask(0o177)
  server.listen(socketFile)
  process.umask(before)
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
