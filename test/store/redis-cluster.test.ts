import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import { Redis } from "ioredis"
import { openStore } from "../../src/service/assemble.ts"
import { digestKeys } from "../../src/store/keys.ts"
import { redisStore } from "../../src/store/redis.ts"
import type { TallyStore } from "../../src/store/store.ts"
import { storeContract } from "../contract/store.ts"
import { entryOf, tallyOf } from "../contract/tally-store.ts"
import { makeCertificate, trust } from "../support/certificate.ts"
import { eventually } from "../support/eventually.ts"
import { type RedisCluster, startRedisCluster } from "../support/redis-cluster.ts"
import { startRedisServer, withoutRedisServer, withoutRedisTls } from "../support/redis-server.ts"

describe("with a Redis Cluster", { skip: withoutRedisServer }, () => suite("redis"))
describe("with a Redis Cluster over TLS", { skip: withoutRedisTls }, () => suite("rediss"))

function suite(scheme: "redis" | "rediss"): void {
  let cluster: RedisCluster
  let stores = 0
  before(async () => {
    const certificate = scheme === "rediss" ? makeCertificate() : undefined
    if (certificate !== undefined) trust(certificate)
    cluster = await startRedisCluster(certificate)
  })
  after(() => cluster.stop())

  storeContract("the Redis store on a cluster", async (limits) => {
    const opened: TallyStore[] = []
    const keyPrefix = `contract${++stores}:`
    const reopen = async () => {
      const store = redisStore({ url: cluster.url, cluster: { nodes: [] }, keyPrefix, ...(limits && { limits }) })
      await store.open()
      opened.push(store)
      return store
    }
    return {
      store: await reopen(),
      reopen,
      async close() {
        for (const store of opened) await store.close()
      },
    }
  })

  test("one answering node is enough, and an unreachable cluster is named in the error", async (t) => {
    const found = redisStore({ url: `${scheme}://127.0.0.1:1`, cluster: { nodes: cluster.nodes }, keyPrefix: "one:" })
    t.after(() => found.close())
    await found.open()
    assert.equal((await found.openWindow("daily", 1)).id, 1)

    const away = redisStore({ url: `${scheme}://127.0.0.1:1`, cluster: { nodes: [] }, keyPrefix: "one:" })
    t.after(() => away.close())
    await assert.rejects(away.open(), /^Error: Redis Cluster at 127\.0\.0\.1:1: connect ECONNREFUSED 127\.0\.0\.1:1$/)
  })

  test("the store opens as configured", async (t) => {
    const { url, nodes } = cluster
    const config = { kind: "redis", url, password: undefined, keyPrefix: "configured", sentinel: undefined } as const
    const store = openStore({ ...config, cluster: { nodes } })
    t.after(() => store.close())
    await store.open()
    // Three digests in different slots: a client of one server would be sent away from two of them.
    for (const digest of ["lan", "dmz", "lab"]) assert.equal((await store.openWindow(digest, 1)).id, 1)
  })

  test("the store follows a digest that moved to another node", async (t) => {
    const keyPrefix = "moved:"
    const store = redisStore({ url: cluster.url, cluster: { nodes: [] }, keyPrefix })
    t.after(() => store.close())
    await store.open()
    await store.add("lan", { collector: "c", sequence: 1 }, entryOf([tallyOf()]), 1)
    const before = await cluster.redirections()
    await cluster.exchangePrimaryOf(digestKeys(keyPrefix, "lan").state)
    await store.add("lan", { collector: "c", sequence: 2 }, entryOf([tallyOf()]), 1)
    assert.equal((await store.overview("lan"))?.openReported, 2)
    assert.ok((await cluster.redirections()) > before)
  })

  test("digests are on different nodes, and every batch is there once after a failover", async (t) => {
    const keyPrefix = "failover:"
    const store = redisStore({ url: cluster.url, cluster: { nodes: cluster.nodes }, keyPrefix })
    t.after(() => store.close())
    await store.open()
    const digests = ["lan", "dmz", "lab", "daily", "weekly", "audit"]
    const add = async (digest: string, sequence: number) => {
      await eventually("the store to take a batch", async () => {
        try {
          await store.add(digest, { collector: "c", sequence }, entryOf([tallyOf({ count: sequence })]), 1)
          return true
        } catch (error) {
          assert.match(String(error), /^Error: Redis Cluster at /)
          return false
        }
      })
    }
    for (let sequence = 1; sequence <= 10; sequence += 1) {
      if (sequence === 6) await cluster.killPrimaryOf(digestKeys(keyPrefix, "lan").state)
      await Promise.all(digests.map((digest) => add(digest, sequence)))
    }
    for (const digest of digests) assert.equal((await store.overview(digest))?.openReported, 55, digest)
  })
}

test("opening rejects while the cluster cannot serve, and succeeds later", {
  skip: withoutRedisServer,
}, async (t) => {
  const server = await startRedisServer({ "cluster-enabled": "yes", "cluster-announce-ip": "127.0.0.1" })
  t.after(() => server.stop())
  const store = redisStore({ url: server.url, cluster: { nodes: [] }, keyPrefix: "slots:" })
  t.after(() => store.close())
  await assert.rejects(store.open(), /^Error: Redis Cluster at 127\.0\.0\.1:\d+: the server is not ready$/)

  const operator = new Redis(server.url)
  t.after(() => operator.disconnect())
  const serving = server.logged("Cluster state changed: ok")
  await operator.cluster("ADDSLOTSRANGE", 0, 16_383)
  await serving
  await store.open()
  assert.equal((await store.openWindow("daily", 1)).id, 1)
})
