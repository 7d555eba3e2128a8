/**
 * A real redis-server on the loopback interface. It writes its append-only file before it answers.
 */

import { type ChildProcessByStdio, spawn, spawnSync } from "node:child_process"
import { randomInt } from "node:crypto"
import { once } from "node:events"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import type { Readable } from "node:stream"
import { type Certificate, withoutOpenssl } from "./certificate.ts"
import { within } from "./eventually.ts"
import { missing, unlessCommand } from "./requirement.ts"

type ServerProcess = ChildProcessByStdio<null, Readable, null>

export interface RedisServer {
  readonly url: string
  readonly port: number
  /** Kills it, as a power cut does; resolves when it has ended. */
  kill(): Promise<void>
  /** Starts it again on the same port with its append-only file; resolves when it is ready. */
  restart(): Promise<void>
  /** Stops the process: connections stay open, and get no answers. */
  pause(): void
  resume(): void
  /** Resolves when the server writes a line with this text to its log. Earlier lines do not count. */
  logged(text: string): Promise<void>
  /** Ends it and removes its files. */
  stop(): Promise<void>
}

/** The reason to skip tests that need redis-server, or false. */
export const withoutRedisServer = unlessCommand("redis-server")

/** The reason to skip tests that need redis-server with TLS, or false. */
export const withoutRedisTls = withoutRedisServer || withoutOpenssl || unlessBuiltWithTls()

type Settings = Readonly<Record<string, string>>

interface Kind {
  /** With these `sentinel` settings, it is a Sentinel. */
  readonly watched?: Settings
  /** With a certificate, the server accepts TLS only. */
  readonly certificate?: Certificate | undefined
}

/** Starts a server with these settings of redis.conf. */
export async function startRedisServer(settings: Settings = {}, kind: Kind = {}): Promise<RedisServer> {
  const directory = await mkdtemp(join(tmpdir(), "tamis-redis-"))
  let { port, child } = await startOnFreePort(directory, settings, kind)
  return {
    // With TLS, by its name: some certificates do not have the address.
    url: kind.certificate === undefined ? `redis://127.0.0.1:${port}` : `rediss://localhost:${port}`,
    port,
    async kill() {
      await end(child)
    },
    async restart() {
      const restarted = await start(directory, port, settings, kind)
      if (restarted === undefined) throw new Error(`redis-server did not come back on port ${port}`)
      child = restarted
    },
    pause() {
      child.kill("SIGSTOP")
    },
    resume() {
      child.kill("SIGCONT")
    },
    logged(text) {
      return within(`"${text}" in the log of redis-server`, lineWith(child, text))
    },
    async stop() {
      child.kill("SIGCONT")
      await end(child)
      await rm(directory, { recursive: true })
    },
  }
}

async function startOnFreePort(directory: string, settings: Settings, kind: Kind) {
  for (let attempt = 0; attempt < 20; attempt++) {
    // Below the kernel's ephemeral ports: a listener on port 0 must not take the port while the server is down.
    const port = randomInt(20_000, 30_000)
    const child = await start(directory, port, settings, kind)
    if (child !== undefined) return { port, child }
  }
  throw new Error("redis-server did not start on any of 20 ports")
}

/** Resolves when the server is ready; with undefined if it ended, since the port was in use. */
async function start(
  directory: string,
  port: number,
  settings: Settings,
  { watched, certificate }: Kind,
): Promise<ServerProcess | undefined> {
  const ports = certificate === undefined ? { port: String(port) } : await tlsOnly(directory, port, certificate)
  const common = { bind: "127.0.0.1", dir: directory, ...ports, ...settings }
  const child = spawn("redis-server", await commandLine(common, watched, directory), {
    stdio: ["ignore", "pipe", "inherit"],
  })
  // If the test process ends before it stops the server, the server must end as well.
  const orphan = () => child.kill("SIGKILL")
  process.once("exit", orphan)
  child.once("exit", () => process.off("exit", orphan))
  const ended = once(child, "exit").then(() => undefined)
  const ready = lineWith(child, watched === undefined ? "Ready to accept connections" : "Sentinel ID is")
  return within("redis-server to be ready", Promise.race([ready.then(() => child), ended]))
}

async function tlsOnly(directory: string, port: number, { cert, key, authority }: Certificate): Promise<Settings> {
  const file = (name: string) => join(directory, name)
  await writeFile(file("cert.pem"), cert)
  await writeFile(file("key.pem"), key)
  await writeFile(file("authority.pem"), authority)
  return {
    port: "0",
    "tls-port": String(port),
    "tls-cert-file": file("cert.pem"),
    "tls-key-file": file("key.pem"),
    "tls-ca-cert-file": file("authority.pem"),
    "tls-auth-clients": "no",
    "tls-replication": "yes",
    "tls-cluster": "yes",
  }
}

async function commandLine(settings: Settings, watched: Settings | undefined, directory: string): Promise<string[]> {
  if (watched === undefined) {
    const durable = { appendonly: "yes", appendfsync: "always", save: "" }
    return Object.entries({ ...durable, ...settings }).flatMap(([name, value]) => [`--${name}`, value])
  }
  // A Sentinel writes what it learns to its configuration file, and reads settings only from there.
  const sentinel = Object.entries(watched).map(([name, value]) => [`sentinel ${name}`, value])
  const file = join(directory, "sentinel.conf")
  const lines = [...Object.entries(settings), ...sentinel].map(([name, value]) => `${name} ${value}\n`)
  await writeFile(file, lines.join(""))
  return [file, "--sentinel"]
}

async function lineWith(child: ServerProcess, text: string): Promise<void> {
  const lines = createInterface({ input: child.stdout })
  await new Promise<void>((resolve) => {
    lines.on("line", (line) => {
      if (line.includes(text)) resolve()
    })
  })
}

async function end(child: ServerProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, "exit")
  child.kill("SIGKILL")
  await exited
}

function unlessBuiltWithTls(): string | false {
  // It ends at once either way. Its message shows whether it knows the setting.
  const { stderr } = spawnSync("redis-server", ["--tls-port", "none"], { encoding: "utf8" })
  return stderr.includes("Bad directive") ? missing("a redis-server that is built with TLS") : false
}
