/**
 * `tamis serve`: receives, sifts and reports until SIGTERM or SIGINT. SIGHUP reloads rules and configuration. If standard
 * input was a terminal at the start, SIGHUP means that the terminal is gone, and ends tamis instead.
 */
import { mkdir } from "node:fs/promises"
import { isatty } from "node:tty"
import type { Config } from "../config/config.ts"
import { statusSocket } from "../config/status-socket.ts"
import { OperatorError, reasonOf } from "../errors.ts"
import type { Changes } from "../http/changes.ts"
import { serveStatus } from "../http/status-server.ts"
import { createLog, type Log, rateLimited } from "../log.ts"
import { formatProblem, type Problem } from "../problem.ts"
import { type Service, startService } from "../service/assemble.ts"
import { serviceStatus } from "../service/status.ts"
import { VERSION } from "../version.ts"
import { configuration } from "./configuration.ts"

/** Less than the time that `tamis status` and Docker's health check wait for an answer. */
const STATUS_PATIENCE_MS = 2_000

export interface ServeOptions {
  readonly config?: string
}

export async function serve(options: ServeOptions): Promise<0> {
  const ofTerminal = isatty(0)
  const stopped = firstOf(ofTerminal ? ["SIGTERM", "SIGINT", "SIGHUP"] : ["SIGTERM", "SIGINT"])
  // If stdout's reader goes away, the courier reports it; digests stay queued.
  process.stdout.on("error", () => {})
  const { config, warnings } = configuration(options.config)
  const everyLine = createLog(config.logLevel)
  warn(warnings, everyLine)
  await makeStateDirectory(config)

  // The socket comes first: it also keeps a second tamis away from this state directory.
  const startedAt = new Date()
  const service = Promise.withResolvers<Service>()
  const reload = async (): Promise<Changes> => reloadService(await service.promise, options, everyLine)
  if (!ofTerminal) process.on("SIGHUP", () => void reload().catch(unlessRefused))
  const statusServer = await serveStatus(statusSocket(config), {
    async status() {
      const running = await service.promise
      const patience = AbortSignal.timeout(STATUS_PATIENCE_MS)
      return serviceStatus({ service: running, startedAt, nowMs: Date.now(), patience })
    },
    reload,
  })
  try {
    const running = await startService(config, rateLimited(everyLine))
    service.resolve(running)
    announce(running, config, everyLine)
    const signal = await Promise.race([stopped, running.failed])
    everyLine.info({ signal }, "Stopping: storing the lines received so far.")
    await running.stop()
  } finally {
    // Until now, another tamis must not take over the state directory.
    await statusServer.close()
  }
  everyLine.info({}, "Stopped.")
  return 0
}

async function makeStateDirectory({ stateDirectory }: Config): Promise<void> {
  await mkdir(stateDirectory, { recursive: true }).catch((error: unknown) => {
    throw new OperatorError(
      "TAMIS_STATE_DIRECTORY_UNUSABLE",
      `stateDirectory: cannot create ${stateDirectory} (${reasonOf(error)})`,
    )
  })
}

function announce(service: Service, config: Config, log: Log): void {
  const { start } = service.collector
  for (const { address, grantedBytes } of start.receiveBuffers) {
    const fields = { ...address, grantedBytes, askedBytes: config.listen.receiveBufferBytes }
    // A burst after a power cut arrives within milliseconds, and datagrams that do not fit the buffer are lost.
    if (grantedBytes < config.listen.receiveBufferBytes) {
      log.warn(
        fields,
        "The UDP receive buffer is smaller than configured: raise net.core.rmem_max (see docs/operations.md).",
      )
    } else {
      log.info(fields, "UDP receive buffer set.")
    }
  }
  const { rules, quarantined } = service.collector.inForce
  for (const { problem } of quarantined) {
    log.warn({ at: formatProblem(problem) }, "A rule is out of force, because tamis cannot run it.")
  }
  log.info({ version: VERSION, listeners: start.bound, rules, quarantined: quarantined.length }, "Receiving.")
}

/** Resolves with the first of these signals. Later ones change nothing: draining is bounded in time. */
function firstOf(signals: readonly NodeJS.Signals[]): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of signals) process.on(signal, resolve)
  })
}

function warn(warnings: readonly Problem[], log: Log): void {
  for (const warning of warnings) log.warn({ at: formatProblem(warning) }, "Configuration warning.")
}

async function reloadService(service: Service, options: ServeOptions, log: Log): Promise<Changes> {
  log.info({}, "Reloading rules and configuration.")
  try {
    const changes = await service.reload(() => {
      const { config, warnings } = configuration(options.config)
      warn(warnings, log)
      return config
    })
    announceChanges(changes, log)
    return changes
  } catch (error) {
    if (error instanceof OperatorError) {
      const reason = error.problems.length > 0 ? error.problems.map(formatProblem) : [error.message]
      log.error({ code: error.code, reason }, "Reload refused: the previous rules and configuration stay in force.")
    }
    throw error
  }
}

/** The sender of a signal reads about a refusal in the log. */
function unlessRefused(error: unknown): void {
  if (!(error instanceof OperatorError)) throw error
}

/** Entries of a list in one line of the log. `tamis rules reload` prints all of them. */
const MAX_LISTED = 50

function announceChanges(changes: Changes, log: Log): void {
  const { rules, added, removed, quarantined, released, configuration: options, needsRestart } = changes
  for (const at of quarantined) log.warn({ at }, "A rule is out of force, because tamis cannot run it.")
  for (const option of needsRestart) log.warn({ option }, "A changed option takes effect at the next restart.")
  const lists = { added, removed, released, changed: options }
  const nonEmpty = Object.entries(lists).filter(([, list]) => list.length > 0)
  const shown = nonEmpty.map(([name, list]) => [
    name,
    list.length > MAX_LISTED ? [...list.slice(0, MAX_LISTED), `and ${list.length - MAX_LISTED} more`] : list,
  ])
  log.info({ rules, ...Object.fromEntries(shown) }, "Reloaded.")
}
