/** Runs `tamis serve` in a process of its own, and follows its log. */

import { type ChildProcess, execFile, spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { promisify } from "node:util"
import type { Status } from "../../src/http/status.ts"
import { within } from "./eventually.ts"

const MAIN = join(import.meta.dirname, "../../src/main.ts")

export interface LogLine {
  readonly level: string
  readonly message: string
  readonly [field: string]: unknown
}

export interface TamisProcess {
  readonly pid: number
  /** The ports that the kernel chose, by transport. */
  readonly ports: { readonly udp: number; readonly tcp: number }
  readonly log: readonly LogLine[]
  readonly stdout: () => string
  /** Closes the reading end of its standard output. */
  leaveUnread(): void
  /** Standard error so far, with the lines of the log. */
  readonly stderr: () => string
  /** Resolves with the exit status when it has ended. */
  readonly exited: Promise<number | null>
  /** Resolves with the first log line with this sentence, also if it is written already. */
  logged(message: string): Promise<LogLine>
  /** Resolves with the first log line with one of these sentences, beginning at this index of `log`. */
  loggedSince(index: number, ...messages: readonly string[]): Promise<LogLine>
  /** Returns what `tamis status --json` prints. */
  status(): Promise<Status>
  /** Sends SIGTERM; resolves with the exit status. */
  stop(): Promise<number | null>
  /** Sends SIGKILL, as the kernel does when memory runs out. */
  kill(): Promise<void>
}

/** Starts `tamis serve -c configuration` and resolves when it listens. */
export async function startTamis(configuration: string, env: NodeJS.ProcessEnv = {}): Promise<TamisProcess> {
  const child = spawn(process.execPath, [MAIN, "serve", "-c", configuration], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  })
  const log: LogLine[] = []
  const waiting = new Set<() => void>()
  let stdout = ""
  const raw: string[] = []
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    stdout += chunk
  })
  createInterface(child.stderr).on("line", (line) => {
    raw.push(line)
    if (line.startsWith("{")) log.push(JSON.parse(line))
    for (const wake of waiting) wake()
  })
  const exited = once(child, "exit").then(() => {
    for (const wake of waiting) wake()
    return child.exitCode
  })

  const lineSince = async (index: number, messages: readonly string[]): Promise<LogLine> => {
    for (;;) {
      const found = log.slice(index).find(({ message }) => messages.includes(message))
      if (found !== undefined) return found
      if (hasEnded(child)) throw new Error(`tamis ended without logging ${messages.join(" or ")}:\n${raw.join("\n")}`)
      await new Promise<void>((resolve) => {
        const wake = () => {
          waiting.delete(wake)
          resolve()
        }
        waiting.add(wake)
      })
    }
  }
  const loggedSince = (index: number, ...messages: readonly string[]): Promise<LogLine> =>
    within(`the log line "${messages.join('" or "')}"`, lineSince(index, messages))

  const logged = (message: string) => loggedSince(0, message)
  const ready = await logged("Receiving.")
  const listeners = ready.listeners
  if (!Array.isArray(listeners) || child.pid === undefined) throw new Error("tamis did not say where it listens")
  const portOf = (transport: string): number => listeners.find((at) => at.transport === transport)?.port ?? 0
  return {
    pid: child.pid,
    ports: { udp: portOf("udp"), tcp: portOf("tcp") },
    log,
    stdout: () => stdout,
    leaveUnread: () => void child.stdout.destroy(),
    stderr: () => raw.join("\n"),
    exited,
    logged,
    loggedSince,
    async status() {
      const { stdout: answer } = await promisify(execFile)(process.execPath, [
        MAIN,
        "status",
        "--json",
        "-c",
        configuration,
      ]).catch(
        // With a complaint, the exit status is 1, and the answer is still printed.
        (error: { stdout: string }) => error,
      )
      return JSON.parse(answer)
    },
    async stop() {
      if (!hasEnded(child)) child.kill("SIGTERM")
      return await exited
    },
    async kill() {
      if (!hasEnded(child)) child.kill("SIGKILL")
      await exited
    },
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}
