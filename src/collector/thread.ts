/**
 * A collector's thread: wires listeners, hosts, rules and tallies together, and exchanges messages with the main thread.
 *
 * This thread only reads sockets and judges lines. Rendering a mail, waiting for the store and answering status requests
 * happen in the main thread, since 4 MiB of receive buffer hold about 50 ms of a 100,000-messages-a-second burst.
 */
import { setTimeout as sleep } from "node:timers/promises"
import { parentPort, workerData } from "node:worker_threads"
import { reasonOf } from "../errors.ts"
import { HostResolver } from "../hosts/resolve.ts"
import { admission } from "../listen/admission.ts"
import { ConnectionLimits } from "../listen/connection-limits.ts"
import type { Endpoint } from "../listen/listen-config.ts"
import type { Downstream, Listener } from "../listen/listener.ts"
import { listenTcp } from "../listen/tcp.ts"
import { listenUdp } from "../listen/udp.ts"
import { compileHostJudges, compilingHostJudges, type HostJudges } from "../rules/host-judges.ts"
import { RuleActivityBook } from "../tally/rule-activity.ts"
import { TallyBook } from "../tally/tally-book.ts"
import { BATCH_INTERVAL_MS, Collector } from "./collector.ts"
import {
  ALIVE_INTERVAL_MS,
  type CollectorSetup,
  type FromCollector,
  type GrantedBuffer,
  type RulesInForce,
  type Sieve,
  type ToCollector,
} from "./messages.ts"
import { OwnMails } from "./own-mails.ts"
import { Pipeline } from "./pipeline.ts"

/** How long a shutdown reads on from stream senders that do not stop. Docker grants 10 s, of which the store gets half. */
const DRAIN_MS = 2_000

if (parentPort === null) throw new Error("collector/thread.ts runs as a worker thread only")
const port = parentPort
const setup: CollectorSetup = workerData

function tell(message: FromCollector): void {
  port.postMessage(message)
}

const book = new TallyBook()
let compiled = compileHostJudges(setup.hosts, setup.ruleSets)
const activity = new RuleActivityBook(compiled.judges, setup.ruleSets.values())
const ownMails = new OwnMails()
const pipeline = new Pipeline({ ...sieveOf(setup, compiled), book, ownMails, now: Date.now })
/** Fallbacks of earlier sieves. */
let earlierFallbacks = 0

function sieveOf({ hosts }: Sieve, { judges }: HostJudges) {
  return { judges, resolver: new HostResolver(hosts, (address) => tell({ type: "manyNames", address })) }
}

function inForce(): RulesInForce {
  return { rules: compiled.rules, quarantined: compiled.quarantined }
}

/**
 * Compiles the judges one by one, then uses them. A judge with all of Debian's rules takes 100 ms, while datagrams wait in
 * the kernel's buffer: after each judge, sockets are read for as long as it took.
 */
async function reload(sieve: Sieve): Promise<void> {
  const compiling = compilingHostJudges(sieve.hosts, sieve.ruleSets)
  for (;;) {
    const startMs = performance.now()
    const step = compiling.next()
    if (step.done === true) {
      earlierFallbacks += compiled.fallbacks()
      compiled = step.value
      activity.follow(compiled.judges, sieve.ruleSets.values())
      return pipeline.judgeBy(sieveOf(sieve, compiled))
    }
    await sleep(performance.now() - startMs)
  }
}

const listeners: Listener[] = []
const receiveBuffers: GrantedBuffer[] = []

const collector = new Collector({
  id: setup.id,
  listeners,
  book,
  takeActivity(content, isLast) {
    if (content !== undefined) activity.hear(content.tallies)
    return activity.take(Date.now(), isLast)
  },
  send: (batch) => tell({ type: "batch", batch }),
})
const downstream: Downstream = { sink: pipeline.accept.bind(pipeline), flush: () => collector.flush() }

/** Binds every listener, or closes those that are bound and rejects: half a receiver would be a silent loss. */
async function listen(): Promise<void> {
  const { udp, tcp, ...limits } = setup.listen
  const common = {
    ...limits,
    admission: admission(limits.allowedNetworks),
    reusePort: false,
    downstream,
    onError: (error: Error) => tell({ type: "trouble", message: error.message }),
  }
  try {
    for (const endpoint of udp) {
      const listener = await listenUdp({ ...common, endpoint }).catch(cannotBind("listen.udp", endpoint))
      listeners.push(listener)
      receiveBuffers.push({ address: listener.bound, grantedBytes: listener.receiveBufferBytes })
    }
    const isBalancer = limits.balancerNetworks.length === 0 ? () => false : admission(limits.balancerNetworks)
    const connections = new ConnectionLimits(limits.maxConnections, limits.maxConnectionsPerPeer)
    for (const endpoint of tcp) {
      const options = { ...common, endpoint, limits: connections, isBalancer, drainMs: DRAIN_MS }
      listeners.push(await listenTcp(options).catch(cannotBind("listen.tcp", endpoint)))
    }
  } catch (error) {
    await Promise.all(listeners.map((listener) => listener.drain()))
    throw error
  }
}

function cannotBind(option: string, { address, port }: Endpoint) {
  return (error: Error): never => {
    throw new Error(`${option}: cannot listen on ${address} port ${port} (${error.message})`)
  }
}

try {
  // Before the first listener: one may wait for a flush while the next is being bound.
  port.on("message", (message: ToCollector) => {
    switch (message.type) {
      case "ack":
        return collector.acknowledge({ collector: setup.id, sequence: message.sequence })
      case "flush":
        return void collector.flush().then(() => tell({ type: "flushed", request: message.request }))
      case "reload":
        return void reload(message.sieve).then(() =>
          tell({ type: "reloaded", request: message.request, inForce: inForce() }),
        )
      case "ownMail":
        return ownMails.announce(message.mail)
      case "drain":
        clearInterval(alive)
        clearInterval(beat)
        return void collector.drain().then(() => {
          tell({ type: "drained" })
          port.close()
        })
    }
  })
  await listen()
  const alive = setInterval(
    () =>
      tell({
        type: "alive",
        groups: collector.groups,
        paused: collector.paused,
        fallbacks: earlierFallbacks + compiled.fallbacks(),
      }),
    ALIVE_INTERVAL_MS,
  )
  const beat = setInterval(() => collector.beat(), BATCH_INTERVAL_MS)
  tell({
    type: "started",
    start: { bound: listeners.map((listener) => listener.bound), receiveBuffers, inForce: inForce() },
  })
} catch (error) {
  tell({ type: "failed", message: reasonOf(error) })
  port.close()
}
