/** Sends requests to the running tamis over the socket in its state directory. */
import { request } from "node:http"
import { text } from "node:stream/consumers"
import type * as z from "zod"
import type { Config } from "../config/config.ts"
import { statusSocket } from "../config/status-socket.ts"
import { codeOf, OperatorError } from "../errors.ts"
import { errorAnswerSchema } from "../http/error-answer.ts"
import { VERSION } from "../version.ts"

export interface Question<Answer> {
  readonly method: "GET" | "POST"
  readonly path: string
  /** How long an answer may take. */
  readonly patienceMs: number
  readonly answer: z.ZodType<Answer>
  /** Begins the message when the running tamis answers with an error: "nothing was reloaded". */
  readonly failure: string
}

/**
 * Resolves with the answer. Rejects with an OperatorError when no tamis answers in time, when the answer is an error, and
 * when it has another shape: then the running tamis is of another version.
 */
export async function askRunning<Answer>(config: Config, question: Question<Answer>): Promise<Answer> {
  const socketPath = statusSocket(config)
  const { body, version } = await ask(socketPath, question)
  const json = parseJson(body)
  const refusal = errorAnswerSchema.safeParse(json).data
  if (refusal !== undefined) throw new OperatorError(refusal.code, `${question.failure}: ${refusal.error}`)
  const answer = question.answer.safeParse(json)
  if (answer.success) return answer.data
  throw new OperatorError(
    "TAMIS_VERSIONS_DIFFER",
    `cannot read the answer of the tamis at ${socketPath}: its version is ${version ?? "another one"}, and this command's is ` +
      `${VERSION}; restart tamis serve, or run the command of its version`,
  )
}

interface RawAnswer {
  readonly body: string
  /** Of the tamis that answers. */
  readonly version: string | undefined
}

async function ask(socketPath: string, { method, path, patienceMs }: Question<unknown>): Promise<RawAnswer> {
  try {
    return await new Promise((resolve, reject) => {
      const asking = request({ socketPath, path, method, timeout: patienceMs }, (response) => {
        const [, version] = /^tamis\/([\w.+-]+)$/.exec(String(response.headers.server)) ?? []
        text(response).then((body) => resolve({ body, version }), reject)
      })
      asking.on("timeout", () => asking.destroy(new Error(`no answer within ${patienceMs / 1_000} s`)))
      asking.on("error", reject)
      asking.end()
    })
  } catch (error) {
    throw new OperatorError(
      "TAMIS_SERVICE_UNREACHABLE",
      `no tamis answers at ${socketPath} (${codeOf(error)}); start it with: tamis serve`,
    )
  }
}

/** Undefined where it is no JSON. */
function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
