/**
 * A real rsyslogd that forwards to tamis: it sends messages from its socket with omfwd, as on a user's host.
 *
 *     test ──(stream socket in a temporary directory)──> rsyslogd ──(UDP or TCP, one of its templates)──> tamis
 */

import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, watch } from "node:fs"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { connect } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { within } from "./eventually.ts"

export const RSYSLOGD = "/usr/sbin/rsyslogd"

export interface Forwarding {
  readonly protocol: "udp" | "tcp"
  /** By default 127.0.0.1. */
  readonly target?: string
  readonly port: number
  readonly template: "RSYSLOG_TraditionalForwardFormat" | "RSYSLOG_ForwardFormat" | "RSYSLOG_SyslogProtocol23Format"
  readonly framing?: "octet-counted" | "traditional"
}

export interface Rsyslogd {
  /** Gives rsyslogd messages such as `<13>Nov 23 18:00:00 web1 su: text`; resolves when it has read them. */
  write(messages: readonly string[]): Promise<void>
  /** Ends it with SIGTERM: it sends its queue first. */
  stop(): Promise<void>
}

export async function startRsyslogd(forwarding: Forwarding): Promise<Rsyslogd> {
  const directory = await mkdtemp(join(tmpdir(), "tamis-rsyslogd-"))
  const socket = join(directory, "in.sock")
  const configuration = join(directory, "rsyslog.conf")
  const framing = forwarding.protocol === "tcp" ? ` TCP_Framing="${forwarding.framing ?? "octet-counted"}"` : ""
  await writeFile(
    configuration,
    `global(workDirectory="${directory}" maxMessageSize="64k")
module(load="imptcp")
input(type="imptcp" path="${socket}")
action(type="omfwd" target="${forwarding.target ?? "127.0.0.1"}" port="${forwarding.port}" protocol="${forwarding.protocol}"
       template="${forwarding.template}"${framing}
       queue.type="LinkedList" queue.size="200000" queue.timeoutShutdown="10000" action.resumeRetryCount="-1" action.resumeInterval="1")
`,
  )
  // It writes its pid when it listens. The file of the socket appears earlier.
  const listening = appearance(directory, "pid")
  const child = spawn(RSYSLOGD, ["-n", "-f", configuration, "-i", join(directory, "pid")], {
    stdio: ["ignore", "ignore", "pipe"],
  })
  const complaints: string[] = []
  child.stderr?.on("data", (chunk) => complaints.push(String(chunk)))
  const ended = once(child, "exit").then(() => {
    throw new Error(`rsyslogd did not start: ${complaints.join("")}`)
  })
  await within("rsyslogd to listen", Promise.race([listening, ended]))
  return {
    async write(messages) {
      const connection = connect(socket)
      await once(connection, "connect")
      connection.end(messages.map((message) => `${message}\n`).join(""))
      // rsyslogd closes its end when it has read everything.
      connection.resume()
      await once(connection, "close")
    },
    async stop() {
      await end(child)
      await rm(directory, { recursive: true, force: true })
    },
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill("SIGTERM")
  await once(child, "exit")
}

/** Resolves when the file `name` exists. */
function appearance(directory: string, name: string): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(directory, () => check())
    const check = () => {
      if (!existsSync(join(directory, name))) return
      watcher.close()
      resolve()
    }
    check()
  })
}
