/** A real Redis Cluster: three primaries, each with a replica. */
import { setImmediate } from "node:timers/promises"
import { Redis } from "ioredis"
import { type RedisServer, startRedisServer } from "./redis-server.ts"

/** A primary that is silent for so long is replaced. */
const NODE_TIMEOUT_MS = 1_000
const SLOTS = 16_384
const PRIMARIES = 3

export interface RedisCluster {
  readonly nodes: readonly { readonly host: string; readonly port: number }[]
  readonly url: string
  /** Kills the primary that has the key, as a power cut would, once its replica has everything. */
  killPrimaryOf(key: string): Promise<void>
  stop(): Promise<void>
}

export async function startRedisCluster(): Promise<RedisCluster> {
  const servers: RedisServer[] = []
  for (let n = 0; n < 2 * PRIMARIES; n += 1) {
    servers.push(
      await startRedisServer({
        "cluster-enabled": "yes",
        "cluster-config-file": "nodes.conf",
        "cluster-node-timeout": String(NODE_TIMEOUT_MS),
        "cluster-replica-validity-factor": "0",
      }),
    )
  }
  const operators = servers.map(({ url }) => new Redis(url))
  for (const operator of operators) operator.on("error", () => {})
  const [first] = operators
  const ids: string[] = []
  for (const [n, operator] of operators.entries()) {
    ids.push(String(await operator.cluster("MYID")))
    await first?.cluster("MEET", "127.0.0.1", servers[n]?.port ?? 0)
    if (n < PRIMARIES) {
      const from = Math.ceil((n * SLOTS) / PRIMARIES)
      await operator.cluster("ADDSLOTSRANGE", from, Math.ceil(((n + 1) * SLOTS) / PRIMARIES) - 1)
    }
  }
  for (const [n, operator] of operators.entries()) {
    if (n < PRIMARIES) continue
    const primary = ids[n - PRIMARIES] ?? ""
    // It has to have heard of its primary first.
    while (!String(await operator.cluster("NODES")).includes(primary)) await setImmediate()
    await operator.cluster("REPLICATE", primary)
  }
  for (const operator of operators) {
    for (;;) {
      const [info, nodes] = [String(await operator.cluster("INFO")), String(await operator.cluster("NODES"))]
      const replicas = nodes.split("\n").filter((line) => /\bslave\b/.test(line) && line.includes("connected")).length
      if (info.includes("cluster_state:ok") && replicas === PRIMARIES) break
      await setImmediate()
    }
  }
  return {
    nodes: servers.map(({ port }) => ({ host: "127.0.0.1", port })),
    url: servers[0]?.url ?? "",
    async killPrimaryOf(key) {
      const slot = Number(await first?.cluster("KEYSLOT", key))
      const n = Math.floor((slot * PRIMARIES) / SLOTS)
      const [server, operator] = [servers[n], operators[n]]
      if (server === undefined || operator === undefined) throw new Error(`no node has slot ${slot}`)
      while ((await operator.wait(1, 0)) < 1) await setImmediate()
      operator.disconnect()
      await server.kill()
    },
    async stop() {
      for (const operator of operators) operator.disconnect()
      await Promise.all(servers.map((server) => server.stop()))
    },
  }
}
