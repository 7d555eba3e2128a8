/** A real Redis Cluster: three primaries, each with a replica. */

import assert from "node:assert/strict"
import { Redis } from "ioredis"
import type { Certificate } from "./certificate.ts"
import { eventually } from "./eventually.ts"
import { type RedisServer, startRedisServer } from "./redis-server.ts"

/** A primary that is silent for this long is replaced. */
const NODE_TIMEOUT_MS = 1_000
const SLOTS = 16_384
const PRIMARIES = 3

export interface RedisCluster {
  readonly nodes: readonly { readonly host: string; readonly port: number }[]
  readonly url: string
  /** Waits until the replica of the key's primary has everything, then kills the primary, as a power cut does. */
  killPrimaryOf(key: string): Promise<void>
  /** Exchanges the roles of the key's primary and its replica. */
  exchangePrimaryOf(key: string): Promise<void>
  /** Returns how often a client was redirected to another node. */
  redirections(): Promise<number>
  stop(): Promise<void>
}

/** With a certificate, its nodes accept TLS only. */
export async function startRedisCluster(certificate?: Certificate): Promise<RedisCluster> {
  const servers: RedisServer[] = []
  for (let n = 0; n < 2 * PRIMARIES; n += 1) {
    servers.push(
      await startRedisServer(
        {
          "cluster-enabled": "yes",
          "cluster-config-file": "nodes.conf",
          "cluster-node-timeout": String(NODE_TIMEOUT_MS),
          "cluster-replica-validity-factor": "0",
        },
        { certificate },
      ),
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
    // It must know its primary first.
    await eventually("a replica to know its primary", async () =>
      String(await operator.cluster("NODES")).includes(primary),
    )
    await operator.cluster("REPLICATE", primary)
  }
  for (const operator of operators) {
    await eventually("every node to know that the cluster works", async () => {
      const [info, nodes] = [String(await operator.cluster("INFO")), String(await operator.cluster("NODES"))]
      const replicas = nodes.split("\n").filter((line) => /\bslave\b/.test(line) && line.includes("connected")).length
      return info.includes("cluster_state:ok") && replicas === PRIMARIES
    })
  }
  const nodes = servers.map((server, n) => ({ server, operator: operators[n] ?? assert.fail() }))
  const isPrimary = async (operator: Redis) => (await operator.role())[0] === "master"
  /** The primary of the key, and its replica. */
  const pairOf = async (key: string) => {
    const n = Math.floor((Number(await first?.cluster("KEYSLOT", key)) * PRIMARIES) / SLOTS)
    const [one = assert.fail(), other = assert.fail()] = [nodes[n], nodes[n + PRIMARIES]]
    return (await isPrimary(one.operator)) ? { primary: one, replica: other } : { primary: other, replica: one }
  }
  return {
    nodes: servers.map(({ port }) => ({ host: "127.0.0.1", port })),
    url: servers[0]?.url ?? "",
    async killPrimaryOf(key) {
      const { server, operator } = (await pairOf(key)).primary
      await eventually("the replica to have everything", async () => (await operator.wait(1, 0)) >= 1)
      operator.disconnect()
      await server.kill()
    },
    async exchangePrimaryOf(key) {
      const { primary, replica } = await pairOf(key)
      await replica.operator.cluster("FAILOVER")
      await eventually("the replica to be the primary", async () => !(await isPrimary(primary.operator)))
    },
    async redirections() {
      const counts = operators.map(async (operator) => {
        return Number(/^errorstat_MOVED:count=(\d+)/m.exec(await operator.info("errorstats"))?.[1] ?? 0)
      })
      return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0)
    },
    async stop() {
      for (const operator of operators) operator.disconnect()
      await Promise.all(servers.map((server) => server.stop()))
    },
  }
}
