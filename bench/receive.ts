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
import { kernelDrops, RULES, startService, untilCounted } from "./service.ts"
import { mixedTraffic } from "./traffic.ts"

const UDP_PER_SECOND = 100_000
const UDP_SECONDS = 30
const TCP_MESSAGES = 5_000_000
const TCP_RUNS = 3
/** The promise for TCP. */
const TCP_PER_SECOND = 300_000

const UDP = "UDP"
const TCP = "TCP one connection"

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
      ...(await receiveDatagrams(sender, messages, UDP_PER_SECOND * UDP_SECONDS * scale, scratch)),
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

async function receiveDatagrams(sender: string, file: string, count: number, scratch: string): Promise<Measurement[]> {
  const tamis = await startService(freshDirectory(scratch, "udp"))
  try {
    const seconds = await sendDatagrams(sender, { port: tamis.ports.udp, perSecond: UDP_PER_SECOND, count, file })
    const { received, ignored } = await untilCounted(tamis, count)
    return [
      { case: UDP, run: 1, quantity: "sent", value: count },
      { case: UDP, run: 1, quantity: "sent per s", value: Math.round(count / seconds) },
      { case: UDP, run: 1, quantity: "lost", value: count - received },
      { case: UDP, run: 1, quantity: "kernel drops", value: kernelDrops(tamis.ports.udp) },
      { case: UDP, run: 1, quantity: "ignored %", value: (100 * ignored) / received },
    ]
  } finally {
    await tamis.stop()
  }
}

async function receiveStreams(file: string, count: number, runs: number, scratch: string): Promise<Measurement[]> {
  const measurements: Measurement[] = []
  for (let run = 1; run <= runs; run += 1) {
    const tamis = await startService(freshDirectory(scratch, `tcp${run}`))
    try {
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
