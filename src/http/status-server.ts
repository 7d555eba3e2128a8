/**
 * Answers `GET /status` and `POST /reload` on a Unix socket in the state directory.
 *
 * A socket file rather than a port: only the user who runs the service can connect, and nobody on the network can.
 */
import { once } from "node:events"
import { rm } from "node:fs/promises"
import { createServer, type Server, type ServerResponse } from "node:http"
import { connect } from "node:net"
import { codeOf, OperatorError, reasonOf } from "../errors.ts"
import { VERSION } from "../version.ts"
import type { Changes } from "./changes.ts"
import type { ErrorAnswer } from "./error-answer.ts"
import type { Status } from "./status.ts"

export interface StatusServer {
  close(): Promise<void>
}

export interface Answers {
  readonly status: () => Promise<Status>
  /** Rejects with an OperatorError if the files cannot be used. */
  readonly reload: () => Promise<Changes>
}

/** Rejects with an OperatorError when another tamis answers on this socket, or when the socket cannot be created. */
export async function serveStatus(socketFile: string, { status, reload }: Answers): Promise<StatusServer> {
  const server = createServer((request, response) => {
    const failed = (error: unknown) =>
      error instanceof OperatorError
        ? answer(response, 422, { error: error.message, code: error.code })
        : answer(response, 500, { error: reasonOf(error), code: "TAMIS_INTERNAL_FAILURE" })
    switch (`${request.method} ${request.url}`) {
      case "GET /status":
        return void status().then((body) => answer(response, body.healthy ? 200 : 503, body), failed)
      case "POST /reload":
        return void reload().then((body) => answer(response, 200, body), failed)
      default:
        answer(response, 404, {
          error: "unknown endpoint; use GET /status or POST /reload",
          code: "TAMIS_ENDPOINT_UNKNOWN",
        })
    }
  })
  await listen(server, socketFile).catch(async (error: unknown) => {
    if (codeOf(error) !== "EADDRINUSE") throw cannotListen(socketFile, error)
    if (await answers(socketFile)) {
      throw new OperatorError(
        "TAMIS_ALREADY_RUNNING",
        `${socketFile}: another tamis is running with this state directory; stop it, or set stateDirectory`,
      )
    }
    // A killed process left the file behind.
    await rm(socketFile, { force: true })
    await listen(server, socketFile).catch((again: unknown) => {
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
  response
    .writeHead(status, { "content-type": "application/json", server: `tamis/${VERSION}` })
    .end(`${JSON.stringify(body)}\n`)
}

async function listen(server: Server, socketFile: string): Promise<void> {
  // Only the owner may connect, from the first moment: connecting to a socket file takes write permission.
  const before = process.umask(0o177)
  server.listen(socketFile)
  process.umask(before)
  await once(server, "listening")
}

function cannotListen(socketFile: string, error: unknown): OperatorError {
  return new OperatorError(
    "TAMIS_SOCKET_UNUSABLE",
    `${socketFile}: cannot create the status socket (${reasonOf(error)}); set stateDirectory to another directory`,
  )
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
