/** Asks the running tamis over the socket in its state directory. */
import { request } from "node:http"
import { text } from "node:stream/consumers"
import type { Config } from "../config/config.ts"
import { statusSocket } from "../config/status-socket.ts"
import { OperatorError } from "../errors.ts"
import type { ErrorAnswer } from "../http/status-server.ts"

export interface Answer {
  readonly code: number
  readonly body: string
}

/** Resolves with what it answers; rejects with an OperatorError when none does within `patienceMs`. */
export async function askRunning(
  config: Config,
  method: "GET" | "POST",
  path: string,
  patienceMs: number,
): Promise<Answer> {
  const socketPath = statusSocket(config)
  try {
    return await new Promise((resolve, reject) => {
      const asking = request({ socketPath, path, method, timeout: patienceMs }, (response) => {
        text(response).then((body) => resolve({ code: response.statusCode ?? 0, body }), reject)
      })
      asking.on("timeout", () => asking.destroy(new Error(`no answer within ${patienceMs / 1_000} s`)))
      asking.on("error", reject)
      asking.end()
    })
  } catch (error) {
    const reason =
      error instanceof Error && "code" in error ? error.code : error instanceof Error ? error.message : error
    throw new OperatorError(`no tamis answers at ${socketPath} (${reason}); start it with: tamis serve`)
  }
}

/** Reads an answer that may be a refusal. */
export function readAnswer<Body extends object>({ body }: Answer): Body | ErrorAnswer {
  return JSON.parse(body)
}

export function isRefusal(answer: object): answer is ErrorAnswer {
  return "error" in answer
}
