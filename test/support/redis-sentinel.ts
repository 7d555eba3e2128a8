/** A primary, its replica, and three real Redis Sentinels that watch them. */

import { once } from "node:events"
import { Redis } from "ioredis"
import type { Certificate } from "./certificate.ts"
import { eventually } from "./eventually.ts"
import { type RedisServer, startRedisServer } from "./redis-server.ts"

/** The name by which the Sentinels know the primary. */
export const PRIMARY = "logs"

/** The Sentinels replace a primary that is silent for this long. */
const DOWN_AFTER_MS = 500

export interface RedisSentinels {
  readonly nodes: readonly { readonly host: string; readonly port: number }[]
  /** Waits until the replica has everything, then kills the primary, as a power cut does. */
  killPrimary(): Promise<void>
  stop(): Promise<void>
}

/** With a certificate, all of them accept TLS only. */
export async function startRedisSentinels(
  sentinelPassword?: string,
  certificate?: Certificate,
): Promise<RedisSentinels> {
  const primary = await startRedisServer({}, { certificate })
  const replica = await startRedisServer({}, { certificate })
  const replicating = new Redis(replica.url)
  await replicating.replicaof("127.0.0.1", primary.port)
  replicating.disconnect()
  const operator = new Redis(primary.url)
  operator.on("error", () => {})
  const started: RedisServer[] = [primary, replica]
  for (let n = 0; n < 3; n += 1) {
    const watched = {
      monitor: `${PRIMARY} 127.0.0.1 ${primary.port} 2`,
      "down-after-milliseconds": `${PRIMARY} ${DOWN_AFTER_MS}`,
      "failover-timeout": `${PRIMARY} 5000`,
    }
    const password =
      sentinelPassword === undefined
        ? {}
        : { requirepass: sentinelPassword, "sentinel sentinel-pass": sentinelPassword }
    started.push(await startRedisServer(password, { watched, certificate }))
  }
  const sentinels = started.slice(2)
  // They must know each other and the replica: otherwise there is no majority, or no replica to promote.
  for (const { url } of sentinels) {
    const asking = new Redis(url, sentinelPassword === undefined ? {} : { password: sentinelPassword })
    await eventually("every Sentinel to know the others and the replica", async () => {
      const [others, replicas] = [
        await asking.call("SENTINEL", "SENTINELS", PRIMARY),
        await asking.call("SENTINEL", "REPLICAS", PRIMARY),
      ]
      return Array.isArray(others) && others.length === 2 && Array.isArray(replicas) && replicas.length === 1
    })
    asking.disconnect()
  }
  return {
    nodes: sentinels.map(({ port }) => ({ host: "127.0.0.1", port })),
    async killPrimary() {
      await eventually("the replica to have everything", async () => (await operator.wait(1, 0)) >= 1)
      const gone = once(operator, "close")
      operator.disconnect()
      await gone
      await primary.kill()
    },
    async stop() {
      operator.disconnect()
      await Promise.all(started.map((server) => server.stop()))
    },
  }
}
