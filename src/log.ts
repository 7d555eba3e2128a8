/**
 * tamis's own log: one JSON object a line, for a journal or a container's log driver.
 *
 *     {"level":"warn","time":"2026-11-23T17:45:00.000Z","option":"mail","message":"Digests go to standard output."}
 *
 * A sentence is constant and what varies stands in fields, so that a search finds all of its lines. *error*: data was
 * lost or an operator is needed; *warn*: odd, but nothing is lost; *info*: an operator's action took effect. A line that
 * was received is never logged above *debug*: tamis may receive its own log.
 */
import pino from "pino"

export type LogLevel = "error" | "warn" | "info" | "debug"

type Write = (fields: Readonly<Record<string, unknown>>, sentence: string) => void

export interface Log {
  readonly error: Write
  readonly warn: Write
  readonly info: Write
  readonly debug: Write
}

/** File descriptor of standard error. Standard output belongs to digests and to what a command was asked for. */
export const STANDARD_ERROR = 2

/** Names of fields that hold a secret, wherever an object carries them: at the top or up to two levels down. */
const SECRETS = ["password", "pass", "secret", "token"]

/**
 * Makes a log that writes to a file descriptor. Works in any thread.
 *
 * It writes synchronously, so that the line that explains a crash is out before the process is. A field named
 * `error` takes an Error: of its properties only name, code, message, stack and cause are written, since drivers put
 * the command that failed on their errors, and with it the password that the command carried.
 */
export function createLog(level: LogLevel, destination: number = STANDARD_ERROR): Log {
  const logger = pino(
    {
      level,
      base: null,
      messageKey: "message",
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: (error) => describeError(error) },
      redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: "[secret]" },
      hooks: { streamWrite: escapeControls },
    },
    pino.destination({ dest: destination, sync: true }),
  )
  return {
    error: (fields, sentence) => logger.error(fields, sentence),
    warn: (fields, sentence) => logger.warn(fields, sentence),
    info: (fields, sentence) => logger.info(fields, sentence),
    debug: (fields, sentence) => logger.debug(fields, sentence),
  }
}

/**
 * Limits repeats: a sentence is written once per interval, and the next time with `suppressed`, the number of
 * times it was not. Sentences are constant, so what it remembers is bounded by the source code.
 */
export function rateLimited(log: Log, intervalMs = 10_000, now: () => number = Date.now): Log {
  const repeats = new Map<string, { writtenAtMs: number; suppressed: number }>()
  const limit = (level: keyof Log): Write => {
    return (fields, sentence) => {
      const nowMs = now()
      const key = `${level} ${sentence}`
      const repeat = repeats.get(key)
      if (repeat !== undefined && nowMs - repeat.writtenAtMs < intervalMs) {
        repeat.suppressed += 1
        return
      }
      repeats.set(key, { writtenAtMs: nowMs, suppressed: 0 })
      const suppressed = repeat?.suppressed ?? 0
      log[level](suppressed === 0 ? fields : { ...fields, suppressed }, sentence)
    }
  }
  return { error: limit("error"), warn: limit("warn"), info: limit("info"), debug: limit("debug") }
}

/** Causes of causes that are written. An error may be its own cause. */
const MAX_CAUSES = 4

function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return error
  return {
    name: error.name,
    ...("code" in error && { code: error.code }),
    message: error.message,
    stack: error.stack,
    ...(error.cause !== undefined && depth < MAX_CAUSES && { cause: describeError(error.cause, depth + 1) }),
  }
}

/** JSON leaves DEL, C1 controls and bidirectional overrides as they are, and somebody reads this on a terminal. */
function escapeControls(line: string): string {
  return line.replace(/[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`
  })
}
