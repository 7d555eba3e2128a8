/**
 * tamis's own log: one JSON object a line, for a journal or a container's log driver.
 *
 *     {"level":"warn","time":"2026-11-23T17:45:00.000Z","option":"mail","message":"Digests go to standard output."}
 *
 * Sentences are constant and variables stand in fields, so that a search for a sentence finds all of its lines. *error*:
 * data was lost or an operator is needed; *warn*: odd, but nothing is lost; *info*: an operator's action took effect. A
 * received line is never logged above *debug*: tamis may receive its own log.
 */
import pino from "pino"
import { escapeJson } from "./text/printable-json.ts"

export type LogLevel = "error" | "warn" | "info" | "debug"

type Write = (fields: Readonly<Record<string, unknown>>, sentence: string) => void

export interface Log {
  readonly error: Write
  readonly warn: Write
  readonly info: Write
  readonly debug: Write
}

/** File descriptor of standard error. Standard output is for digests and the output of commands. */
export const STANDARD_ERROR = 2

/** Names of fields that hold a secret, wherever an object carries them: at the top or up to two levels down. */
const SECRETS = ["password", "pass", "secret", "token"]

/**
 * Makes a log that writes to a file descriptor. Works in any thread.
 *
 * Writes synchronously, so that the line that explains a crash is out before the process ends. A field named `error`
 * takes an Error. Only its name, code, message, stack and cause are written: drivers put the failed command on their
 * errors, and with it the password that the command carried.
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
      // JSON does not escape DEL, C1 controls and bidirectional overrides, which are dangerous on a terminal.
      hooks: { streamWrite: escapeJson },
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
 * Limits repeats: writes a sentence once per interval, and the next time with the number of suppressed lines in the
 * field `suppressed`. Sentences are constant, so their number is bounded by the source code.
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

/** Depth to which causes of causes are written. An error may be its own cause. */
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
