/**
 * The npm package syslog-server against tamis' own UDP listener: the same burst to each in turn, in processes of their
 * own that do nothing but count.
 */
import { execFileSync, fork } from "node:child_process"
import { createSocket } from "node:dgram"
import { once } from "node:events"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { type Bench, figure, type Measured, type Measurement } from "./bench.ts"
import type { Arrived, Listening } from "./burst-receiver.ts"
import { realLines, writeRepeated } from "./lines.ts"
import { pacedSender, sendDatagrams } from "./paced-sender.ts"
import { cpuSeconds, kernelDrops } from "./service.ts"

const DATAGRAMS = 200_000
const ROUNDS = 5
/** Of a burst. Beyond 150,000 a second no socket of Node.js keeps up, whoever reads it. */
const RATES = [50_000, 100_000]

const RECEIVERS = ["tamis", "syslog-server"] as const
type Receiver = (typeof RECEIVERS)[number]

/** "café" in ISO 8859-1: what routers and old programs send. */
const LATIN1_LINE = Buffer.from("<13>Nov 23 18:00:00 web1 menu: caf\xe9", "latin1")

export const burst: Bench = {
  name: "burst",
  question: `How many datagrams of a burst of ${figure(DATAGRAMS)} do syslog-server and tamis' UDP listener lose?`,

  async run({ file, small, scratch }) {
    const messages = join(scratch, "messages.log")
    const lines = realLines(file)
    writeRepeated(messages, lines, lines.length)
    const sender = await pacedSender()
    const count = small ? DATAGRAMS / 100 : DATAGRAMS
    const measurements: Measurement[] = []
    for (let run = 1; run <= ROUNDS; run += 1) {
      for (const perSecond of RATES) {
        for (const receiver of RECEIVERS) {
          const figures = await receiveBurst(receiver, (port) =>
            sendDatagrams(sender, { port, perSecond, count, file: messages }),
          )
          for (const [quantity, value] of Object.entries(figures)) {
            measurements.push({ case: `${receiver} at ${rateName(perSecond)}`, run, quantity, value })
          }
        }
      }
    }
    for (const receiver of RECEIVERS) measurements.push(...(await capabilities(receiver)))
    return measurements
  },

  claims(measured) {
    const [rate = 0] = RATES
    return [
      {
        holds: measured.values(`tamis at ${rateName(rate)}`, "lost").every((lost) => lost === 0),
        sentence: `tamis' listener loses none at ${rateName(rate)}`,
      },
      ...RATES.map((perSecond) => losesLess(measured, rateName(perSecond))),
    ]
  },
}

function losesLess(measured: Measured, rate: string) {
  const ours = measured.median(`tamis at ${rate}`, "lost")
  const theirs = measured.median(`syslog-server at ${rate}`, "lost")
  return {
    holds: ours <= theirs,
    sentence: `at ${rate} tamis' listener loses ${percent(ours)}, syslog-server ${percent(theirs)}`,
  }
}

function percent(lost: number): string {
  return `${((100 * lost) / DATAGRAMS).toFixed(1)} %`
}

function rateName(perSecond: number): string {
  return `${perSecond / 1000}k a second`
}

async function receiveBurst(receiver: Receiver, send: (port: number) => Promise<number>) {
  return withReceiver(receiver, async ({ port }, arrived, pid) => {
    const idleSeconds = cpuSeconds(pid)
    const buffer = receiveBufferBytes(port)
    const before = kernelDrops(port)
    const seconds = await send(port)
    const { count } = await settled(arrived)
    return {
      lost: kernelDrops(port) - before,
      received: count,
      "receive buffer KiB": Math.round(buffer / 1024),
      "burst s": seconds,
      "CPU us a datagram": ((cpuSeconds(pid) - idleSeconds) * 1e6) / count,
    }
  })
}

/** What a listener can do beside receiving fast; 1 is yes. */
async function capabilities(receiver: Receiver): Promise<Measurement[]> {
  return withReceiver(receiver, async ({ port, several, ipv6 }, arrived) => {
    const socket = createSocket("udp4")
    socket.send(LATIN1_LINE, port, "127.0.0.1", () => socket.close())
    const { last } = await settled(arrived)
    const yes = { "listens on IPv6": ipv6, "several in one process": several }
    const can = { ...yes, "keeps bytes that are no UTF-8": last === LATIN1_LINE.toString("hex") }
    return Object.entries(can).map(([quantity, value]) => ({ case: receiver, run: 1, quantity, value: Number(value) }))
  })
}

type Ask = () => Promise<Arrived>

async function withReceiver<T>(
  receiver: Receiver,
  use: (listening: Listening, ask: Ask, pid: number) => Promise<T>,
): Promise<T> {
  const child = fork(join(import.meta.dirname, "burst-receiver.ts"), [receiver])
  try {
    const [listening]: Listening[] = await once(child, "message")
    if (listening === undefined) throw new Error(`${receiver} did not start`)
    const ask = async () => {
      child.send("count")
      const [arrived]: Arrived[] = await once(child, "message")
      if (arrived === undefined) throw new Error(`${receiver} did not answer`)
      return arrived
    }
    return await use(listening, ask, child.pid ?? 0)
  } finally {
    child.disconnect()
    await once(child, "exit")
  }
}

/** Asks until something has arrived and nothing more does. */
async function settled(ask: Ask): Promise<Arrived> {
  let last = await ask()
  for (;;) {
    await sleep(300)
    const next = await ask()
    if (next.count > 0 && next.count === last.count) return next
    last = next
  }
}

/** The kernel's word, for a socket that its owner does not show. */
function receiveBufferBytes(port: number): number {
  const table = execFileSync("ss", ["-Hulnm", `sport = :${port}`], { encoding: "utf8" })
  const [, bytes = "NaN"] = /\brb(\d+)/.exec(table) ?? []
  return Number(bytes)
}
