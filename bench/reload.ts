/**
 * One collector with Debian's whole rule base: datagrams at a steady rate while all of its rules are compiled anew each
 * second, and the memory that a hundred reloads leave behind.
 */
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import type { TamisProcess } from "../test/support/tamis-process.ts"
import { type Bench, figure, type Measurement } from "./bench.ts"
import { writeRepeated } from "./lines.ts"
import { pacedSender, sendDatagrams } from "./paced-sender.ts"
import { kernelDrops, RULES, residentMib, startService, untilCounted } from "./service.ts"
import { mixedTraffic } from "./traffic.ts"

const RATES = [10_000, 20_000, 40_000]
/** The promise. */
const PROMISED = 20_000
const SECONDS = 10
const RELOADS = 100

/** V8 compiles what is hot and RE2 makes its states in the first seconds; a reload begins with new states, too. */
const WARM_UP = { perSecond: 10_000, seconds: 3 }

export const reload: Bench = {
  name: "reload",
  question: `Does one collector with Debian's rules lose a datagram when they are compiled anew each second, and does memory grow over ${RELOADS} reloads?`,

  async run({ file, small, scratch }) {
    const messages = join(scratch, "messages.log")
    const traffic = mixedTraffic(RULES, file)
    writeRepeated(messages, traffic, traffic.length)
    const sender = await pacedSender()
    const directory = join(scratch, "reload")
    mkdirSync(directory)
    const tamis = await startService(directory)
    const measurements: Measurement[] = []
    try {
      const port = tamis.ports.udp
      let sent = WARM_UP.perSecond * WARM_UP.seconds
      await sendDatagrams(sender, { port, perSecond: WARM_UP.perSecond, count: sent, file: messages })
      let received = (await untilCounted(tamis, sent)).received
      for (const perSecond of RATES) {
        const count = (perSecond * SECONDS) / (small ? 10 : 1)
        const dropsBefore = kernelDrops(port)
        const sending = sendDatagrams(sender, { port, perSecond, count, file: messages })
        const reloads = await reloadUntil(tamis, sending)
        const after = await untilCounted(tamis, received + count)
        const figures = {
          sent: count,
          reloads,
          lost: count - (after.received - received),
          "kernel drops": kernelDrops(port) - dropsBefore,
        }
        for (const [quantity, value] of Object.entries(figures)) {
          measurements.push({ case: caseOf(perSecond), run: 1, quantity, value })
        }
        sent += count
        received = after.received
      }
      measurements.push(...(await memory(tamis, small ? 10 : RELOADS)))
    } finally {
      await tamis.stop()
    }
    return measurements
  },

  claims(measured) {
    const lost = measured.median(caseOf(PROMISED), "lost")
    const ratio = measured.median("memory", "MiB after all") / measured.median("memory", "MiB after a tenth")
    return [
      {
        holds: lost === 0,
        sentence: `UDP at ${figure(PROMISED)} messages a second, reloaded each second: ${figure(lost)} lost`,
      },
      {
        holds: ratio < 1.25,
        sentence: `memory after all reloads is ${ratio.toFixed(2)} times that after a tenth (below 1.25)`,
      },
    ]
  },
}

function caseOf(perSecond: number): string {
  return `UDP at ${perSecond / 1000}k a second`
}

async function reloadOnce(tamis: TamisProcess): Promise<void> {
  const before = tamis.log.length
  process.kill(tamis.pid, "SIGHUP")
  await tamis.loggedSince(before, "Reloaded.")
}

async function reloadUntil(tamis: TamisProcess, end: Promise<unknown>): Promise<number> {
  let reloads = 0
  let ended = false
  const done = end.then(() => {
    ended = true
  })
  while (!ended) {
    await reloadOnce(tamis)
    reloads += 1
    await Promise.race([done, sleep(1_000)])
  }
  return reloads
}

async function memory(tamis: TamisProcess, reloads: number): Promise<Measurement[]> {
  const measurements: Measurement[] = []
  for (let turn = 1; turn <= reloads; turn += 1) {
    await reloadOnce(tamis)
    if (turn === reloads / 10) measurements.push(mib("MiB after a tenth", tamis))
  }
  return [...measurements, mib("MiB after all", tamis)]
}

function mib(quantity: string, tamis: TamisProcess): Measurement {
  return { case: "memory", run: 1, quantity, value: residentMib(tamis.pid) }
}
