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
import { mixedMessages } from "./traffic.ts"

/** The promise for UDP. */
const UDP_PER_SECOND = 100_000
const UDP_SECONDS = 30
/** Below it, to tell how far away the end is. */
const UDP_RATES = [60_000, 80_000]
const UDP_RATE_SECONDS = 10

/** V8 compiles what is hot and RE2 makes its states in the first seconds, which are a case of their own. */
const WARM_UP: Sending = { name: "UDP after the start", perSecond: 20_000, seconds: 5 }
const COLD: Sending = { name: "UDP at 100k a second from the start on", perSecond: UDP_PER_SECOND, seconds: 5 }

const TCP_MESSAGES = 5_000_000
const TCP_RUNS = 3
/** The promise for TCP. */
const TCP_PER_SECOND = 300_000

const UDP = udpCase(UDP_PER_SECOND)
const TCP = "TCP one connection"
/** Of all threads: it says what a message costs also where other programs take the processor. */
const CPU = "CPU us a message"

const UDP_STEPS: readonly Sending[] = [
  ...UDP_RATES.map((perSecond) => ({ name: udpCase(perSecond), perSecond, seconds: UDP_RATE_SECONDS })),
  { name: UDP, perSecond: UDP_PER_SECOND, seconds: UDP_SECONDS },
]

export const receive: Bench = {
  name: "receive",
  question: `Does one collector take ${figure(UDP_PER_SECOND)} datagrams a second for ${UDP_SECONDS} s without losing one, and how many messages a second over one TCP connection?`,

  async run({ file, small, scratch }) {
    const messages = join(scratch, "messages.log")
    const traffic = mixedMessages(RULES, file)
    writeRepeated(messages, traffic, traffic.length)
    const sender = await pacedSender()
    await fetchLoggen()
    const scale = small ? 0.01 : 1
    return [
      ...(await receiveDatagrams(sender, messages, [COLD], scale, scratch)),
      ...(await receiveDatagrams(sender, messages, [WARM_UP, ...UDP_STEPS], scale, scratch)),
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

interface Sending {
  readonly name: string
  readonly perSecond: number
  readonly seconds: number
}

function udpCase(perSecond: number): string {
  return `UDP at ${perSecond / 1000}k a second`
}

/** Sends at one rate after the other to one service, each when everything before it is counted. */
async function receiveDatagrams(
  sender: string,
  file: string,
  sendings: readonly Sending[],
  scale: number,
  scratch: string,
): Promise<Measurement[]> {
  const tamis = await startService(freshDirectory(scratch, `udp ${sendings.length}`))
  const measurements: Measurement[] = []
  try {
    let before = { received: 0, ignored: 0 }
    for (const { name, perSecond, seconds } of sendings) {
      const count = perSecond * seconds * scale
      const dropsBefore = kernelDrops(tamis.ports.udp)
      const cpuBefore = cpuSeconds(tamis.pid)
      const sentIn = await sendDatagrams(sender, { port: tamis.ports.udp, perSecond, count, file })
      const cpu = cpuSeconds(tamis.pid) - cpuBefore
      const after = await untilCounted(tamis, before.received + count)
      const received = after.received - before.received
      const figures = {
        sent: count,
        "sent per s": Math.round(count / sentIn),
        lost: count - received,
        "kernel drops": kernelDrops(tamis.ports.udp) - dropsBefore,
        [CPU]: (cpu * 1e6) / received,
        "ignored %": (100 * (after.ignored - before.ignored)) / received,
      }
      for (const [quantity, value] of Object.entries(figures)) {
        measurements.push({ case: name, run: 1, quantity, value })
      }
      before = after
    }
  } finally {
    await tamis.stop()
  }
  return measurements
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
      const cpu = cpuSeconds(tamis.pid) - idleSeconds
      const { received, ignored } = await untilCounted(tamis, sent)
      const seconds = (performance.now() - startMs) / 1000
      measurements.push(
        { case: TCP, run, quantity: "sent", value: sent },
        { case: TCP, run, quantity: "lost", value: sent - received },
        { case: TCP, run, quantity: "messages per s", value: Math.round(received / seconds) },
        { case: TCP, run, quantity: "sent per s", value: Math.round((sent * 1000) / sendMs) },
        { case: TCP, run, quantity: CPU, value: (cpu * 1e6) / received },
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
