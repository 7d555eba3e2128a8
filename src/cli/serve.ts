/** `tamis serve`: receives, sifts and reports until SIGTERM, SIGINT or SIGHUP. */
import { mkdir } from "node:fs/promises"
import { type Service, startService } from "../assemble.ts"
import type { Config } from "../config/config.ts"
import { statusSocket } from "../config/state-directory.ts"
import { OperatorError } from "../errors.ts"
import { serveStatus } from "../http/status-server.ts"
import { formatProblem } from "../problem.ts"
import { serviceStatus } from "../service-status.ts"
import { createLog, type Log, rateLimited } from "../telemetry/log.ts"
import { VERSION } from "../version.ts"
import { configuration } from "./configuration.ts"

/** Less than `tamis status` and Docker's health check wait for their answer. */
const STATUS_PATIENCE_MS = 2_000

export interface ServeOptions {
  readonly config?: string
}

export async function serve(options: ServeOptions): Promise<0> {
  const stopped = stopSignal()
  // A reader of digests that went away is whoever delivers them's to complain of: they are kept and tried again.
  process.stdout.on("error", () => {})
  const { config, warnings } = configuration(options.config)
  const everyLine = createLog(config.logLevel)
  for (const warning of warnings) {
    everyLine.warn({ at: formatProblem(warning) }, "The configuration works, but look at this.")
  }
  await makeStateDirectory(config)

  // The socket comes first: it is also what keeps a second tamis away from this state directory.
  const startedAt = new Date()
  const service = Promise.withResolvers<Service>()
  const statusServer = await serveStatus(statusSocket(config), async () => {
    const running = await service.promise
    const patience = AbortSignal.timeout(STATUS_PATIENCE_MS)
    return serviceStatus({ service: running, config, startedAt, nowMs: Date.now(), patience })
  })
  try {
    const running = await startService(config, rateLimited(everyLine))
    service.resolve(running)
    announce(running, config, everyLine)
    const signal = await Promise.race([stopped, running.failed])
    everyLine.info({ signal }, "Stopping: handing over what was received.")
    await running.stop()
  } finally {
    // Until now, another tamis must not take over the state directory.
    await statusServer.close()
  }
  everyLine.info({}, "Stopped.")
  return 0
}

async function makeStateDirectory({ stateDirectory }: Config): Promise<void> {
  await mkdir(stateDirectory, { recursive: true }).catch((error: Error) => {
    throw new OperatorError(`stateDirectory: cannot make ${stateDirectory} (${error.message})`)
  })
}

function announce(service: Service, config: Config, log: Log): void {
  const { start } = service.collector
  for (const { address, grantedBytes } of start.receiveBuffers) {
    const fields = { ...address, grantedBytes, askedBytes: config.listen.receiveBufferBytes }
    // A burst after a power cut arrives within milliseconds, and what the kernel drops for want of buffer is gone.
    if (grantedBytes < config.listen.receiveBufferBytes) {
      log.warn(fields, "The kernel granted a smaller UDP receive buffer: raise net.core.rmem_max (docs/operations.md).")
    } else {
      log.info(fields, "UDP receive buffer set.")
    }
  }
  for (const { problem } of start.quarantined) {
    log.warn({ at: formatProblem(problem) }, "A rule is out of force: it cannot be run.")
  }
  log.info(
    { version: VERSION, listeners: start.bound, rules: start.rules, quarantined: start.quarantined.length },
    "Receiving.",
  )
}

/**
 * Resolves with the first signal that asks to stop, or says that the terminal is gone; later ones change nothing, since
 * draining is bounded in time.
 */
function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, resolve)
  })
}
