/**
 * One collector with Debian's whole rule base behind `tamis serve`: datagrams at a steady rate, and one TCP connection
 * as fast as it takes them. Sent is what the sender says, received what `tamis status --json` says.
 */
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { type Bench, figure, type Measurement } from "./bench.ts"
import { writeRepeated } from "./lines.ts"
import { fetchLoggen, sendStream } from "./loggen.ts"
import { pacedSender, sendDatagrams } from "./paced-sender.ts"
import { cpuSeconds, kernelDrops, RULES, startService, untilCounted } from "./service.ts"
import { mixedTraffic } from "./traffic.ts"

const UDP_PER_SECOND = 100_000
const UDP_SECONDS = 30
/** V8 compiles what is hot and RE2 makes its states in the first seconds, which are a case of their own. */
const WARM_UP_PER_SECOND = 20_000
const WARM_UP_SECONDS = 5
const COLD_SECONDS = 5
const TCP_MESSAGES = 5_000_000
const TCP_RUNS = 3
/** The promise for TCP. */
const TCP_PER_SECOND = 300_000

const UDP = "UDP"
const COLD = "UDP from the first second on"
const TCP = "TCP one connection"
/** Of all threads: it says what a message costs also where other programs take the processor. */
const CPU = "CPU us a message"

export const receive: Bench = {
  name: "receive",
  question: `Does one collector take ${figure(UDP_PER_SECOND)} datagrams a second for ${UDP_SECONDS} s without losing one, and how many messages a second over one TCP connection?`,

  async run({ file, small, scratch }) {
    const messages = join(scratch, "messages.log")
    const traffic = mixedTraffic(RULES, file)
    writeRepeated(messages, traffic, traffic.length)
    const sender = await pacedSender()
    await fetchLoggen()
    const scale = small ? 0.01 : 1
    return [
      ...(await receiveDatagrams(COLD, sender, messages, [[UDP_PER_SECOND, COLD_SECONDS * scale]], scratch)),
      ...(await receiveDatagrams(
        UDP,
        sender,
        messages,
        [
          [WARM_UP_PER_SECOND, WARM_UP_SECONDS * scale],
          [UDP_PER_SECOND, UDP_SECONDS * scale],
        ],
        scratch,
      )),
      ...(await receiveStreams(messages, TCP_MESSAGES * scale, small ? 1 : TCP_RUNS, scratch)),
    ]
  },

  claims(measured) {
    const lost = measured.median(UDP, "lost")
    const drops = measured.median(UDP, "kernel drops")
    const rate = measured.median(TCP, "messages per s")
    return [
      {
        holds: lost === 0 && drops === 0,
        sentence: `UDP at ${figure(measured.median(UDP, "sent per s"))} messages a second: ${figure(lost)} lost, ${figure(drops)} dropped by the kernel`,
      },
      {
        holds: rate >= TCP_PER_SECOND,
        sentence: `TCP from one connection: ${figure(rate)} messages a second (at least ${figure(TCP_PER_SECOND)})`,
      },
      {
        holds: measured.values(TCP, "lost").every((count) => count === 0),
        sentence: "TCP: every message that was sent is counted",
      },
    ]
  },
}

/** Sends at one rate after the other, and measures what became of all. */
async function receiveDatagrams(
  name: string,
  sender: string,
  file: string,
  phases: readonly (readonly [perSecond: number, seconds: number])[],
  scratch: string,
): Promise<Measurement[]> {
  const tamis = await startService(freshDirectory(scratch, name))
  try {
    const idleSeconds = cpuSeconds(tamis.pid)
    let sent = 0
    let lastRate = 0
    for (const [perSecond, seconds] of phases) {
      const count = perSecond * seconds
      lastRate = count / (await sendDatagrams(sender, { port: tamis.ports.udp, perSecond, count, file }))
      sent += count
    }
    const { received, ignored } = await untilCounted(tamis, sent)
    return Object.entries({
      sent,
      "sent per s": Math.round(lastRate),
      lost: sent - received,
      "kernel drops": kernelDrops(tamis.ports.udp),
      [CPU]: ((cpuSeconds(tamis.pid) - idleSeconds) * 1e6) / received,
      "ignored %": (100 * ignored) / received,
    }).map(([quantity, value]) => ({ case: name, run: 1, quantity, value }))
  } finally {
    await tamis.stop()
  }
}

async function receiveStreams(file: string, count: number, runs: number, scratch: string): Promise<Measurement[]> {
  const measurements: Measurement[] = []
  for (let run = 1; run <= runs; run += 1) {
    const tamis = await startService(freshDirectory(scratch, `${TCP} ${run}`))
    try {
      const idleSeconds = cpuSeconds(tamis.pid)
      const startMs = performance.now()
      const sent = await sendStream(tamis.ports.tcp, file, count)
      const sendMs = performance.now() - startMs
      const { received, ignored } = await untilCounted(tamis, sent)
      const seconds = (performance.now() - startMs) / 1000
      measurements.push(
        { case: TCP, run, quantity: "sent", value: sent },
        { case: TCP, run, quantity: "lost", value: sent - received },
        { case: TCP, run, quantity: "messages per s", value: Math.round(received / seconds) },
        { case: TCP, run, quantity: "sent per s", value: Math.round((sent * 1000) / sendMs) },
        { case: TCP, run, quantity: CPU, value: ((cpuSeconds(tamis.pid) - idleSeconds) * 1e6) / received },
        { case: TCP, run, quantity: "ignored %", value: (100 * ignored) / received },
      )
    } finally {
      await tamis.stop()
    }
  }
  return measurements
}

function freshDirectory(scratch: string, name: string): string {
  const directory = join(scratch, name)
  mkdirSync(directory)
  return directory
}
