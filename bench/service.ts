/** `tamis serve` with Debian's whole rule base, and what it has counted. */
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { parseUdpSockets } from "../src/listen/kernel-drops.ts"
import { startTamis, type TamisProcess } from "../test/support/tamis-process.ts"

export const RULES = "/etc/logcheck"

/** Lines of one more batch come every 200 ms; after this long without any, none are coming. */
const SETTLED_MS = 3_000
const POLL_MS = 250

/** A second, in the unit of /proc (USER_HZ). */
const CLOCK_TICKS = 100

export interface Counts {
  readonly received: number
  readonly ignored: number
  readonly reported: number
}

/** Starts it in a directory of its own on ports of the kernel's choice; its window stays open. */
export function startService(directory: string): Promise<TamisProcess> {
  const configuration = join(directory, "tamis.yml")
  writeFileSync(
    configuration,
    `listen: { udp: ["127.0.0.1:0"], tcp: ["127.0.0.1:0"] }
ruleSets: { debian: ${RULES} }
hosts: [{ name: "*", rules: [debian] }]
digests: [{ name: bench, schedule: "0 0 1 1 *" }]
mail: stdout
stateDirectory: state
`,
  )
  return startTamis(configuration)
}

/** What `tamis status --json` counts, over all hosts. */
export async function counts(tamis: TamisProcess): Promise<Counts> {
  const { digests } = await tamis.status()
  const sum = { received: 0, ignored: 0, reported: 0 }
  for (const { hosts } of digests) {
    for (const { received, ignored, reported } of Object.values(hosts)) {
      sum.received += received
      sum.ignored += ignored
      sum.reported += reported
    }
  }
  return sum
}

/** Resolves when so many messages are counted, or when no more are coming. */
export async function untilCounted(tamis: TamisProcess, messages: number): Promise<Counts> {
  let last = await counts(tamis)
  let movedAt = performance.now()
  while (last.received < messages && performance.now() - movedAt < SETTLED_MS) {
    await sleep(POLL_MS)
    const next = await counts(tamis)
    if (next.received !== last.received) movedAt = performance.now()
    last = next
  }
  return last
}

/** Datagrams that the kernel dropped for want of buffer, by its own count. */
export function kernelDrops(port: number): number {
  const sockets = parseUdpSockets(readFileSync("/proc/net/udp", "latin1"))
  return sockets.filter((socket) => socket.port === port).reduce((sum, { drops }) => sum + drops, 0)
}

/** Memory that the process holds, in MiB. */
export function residentMib(pid: number): number {
  const [, kib = "NaN"] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? []
  return Number(kib) / 1024
}

/** Processor time of all of the process's threads. */
export function cpuSeconds(pid: number): number {
  // The fields behind the program's name in parentheses: utime and stime are the 14th and 15th of all (proc(5)).
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ")
  return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS
}
