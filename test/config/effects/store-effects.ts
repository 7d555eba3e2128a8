/** The effects of the options under `store`: where windows are kept, and how tamis connects to the store. */
import assert from "node:assert/strict"
import { readdirSync } from "node:fs"
import type { TestContext } from "node:test"
import { Redis } from "ioredis"
import { configuration } from "../../../src/cli/configuration.ts"
import { history } from "../../../src/cli/history.ts"
import { openStore } from "../../../src/service/assemble.ts"
import { eventually, within } from "../../support/eventually.ts"
import { type RedisServer, startRedisServer, withoutRedisServer } from "../../support/redis-server.ts"
import { type Effect, effect, effectWithPeers, type Trial } from "./effect.ts"
import { RECEIVING, RULES, serve, UNKNOWN } from "./served.ts"

const PRIMARY = "logs"
const PASSWORD = "watchword"
const FILES = { ...RULES, secret: `${PASSWORD}\n`, "wrong-secret": "hunter2\n" }

/** No server listens there. */
const NOWHERE = "127.0.0.1:1"

const missing = withoutRedisServer

export const STORE_EFFECTS: readonly Effect[] = [
  effect({
    option: "store.sqlite",
    fact: "this file is made",
    rest: RECEIVING,
    files: RULES,
    values: ["one.db", "other.db"],
    observe: async (trial) => {
      const { datagrams } = await serve(trial)
      await datagrams(UNKNOWN)
      return readdirSync(trial.directory).filter((name) => name.endsWith(".db"))
    },
    seen: [["one.db"], ["other.db"]],
  }),
  effect({
    option: "retain.days",
    fact: "tamis history prints the lines that no rule ignored",
    rest: RECEIVING,
    files: RULES,
    values: [14, 0],
    observe: async (trial) => {
      const { datagrams } = await serve(trial)
      await datagrams(UNKNOWN)
      const printed: string[] = []
      const output = { stdout: (text: string | Uint8Array) => printed.push(String(text)), stderr: assert.fail }
      await history({ config: trial.file, since: "1d" }, output)
      return printed.length
    },
    seen: [1, 0],
  }),
  effect({
    option: "retain.size",
    fact: "kept lines take no more room than this",
    rest: RECEIVING,
    files: RULES,
    values: ["64MiB", "1MiB"],
    observe: async (trial) => {
      const { service, stream } = await serve(trial)
      const text = "x".repeat(800)
      for (let host = 0; host < 9; host += 1) {
        // Each word is a group of its own, and a host may keep 256 KiB in ten minutes.
        const lines = Array.from({ length: 250 }, (_, at) => `<13>Nov 23 18:00:00 web${host} app: ${word(at)} ${text}`)
        await stream(...lines)
      }
      const keptBytes = async () => (await service.store.keptSums()).reduce((sum, { bytes }) => sum + bytes, 0)
      const { maxBytes } = service.config.retain
      await eventually("kept lines within their size", async () => (await keptBytes()) <= maxBytes)
      return (await keptBytes()) > 1_048_576
    },
    seen: [true, false],
  }),
  effectWithPeers({
    option: "store.redis.url",
    fact: "windows are kept in this database",
    missing,
    peers: (t) => redisServer(t),
    rest: () => RECEIVING,
    files: RULES,
    values: ({ url }) => [`${url}/0`, `${url}/1`],
    observe: async (trial, { url }) => {
      const client = operator(trial, url)
      await keep(trial)
      const keyspace = await client.info("keyspace")
      return [...keyspace.matchAll(/^(db\d+):/gm)].map(([, name]) => name)
    },
    seen: [["db0"], ["db1"]],
  }),
  effectWithPeers({
    option: "store.redis.passwordFile",
    fact: "tamis logs in to Redis with the password in this file",
    missing,
    peers: (t) => redisServer(t, { requirepass: PASSWORD }),
    rest: ({ url }) => ({ ...RECEIVING, store: { redis: { url } } }),
    files: FILES,
    values: () => ["secret", "wrong-secret"],
    observe: opens,
    seen: [true, false],
  }),
  effectWithPeers({
    option: "store.redis.keyPrefix",
    fact: "all keys begin with this prefix",
    missing,
    peers: (t) => redisServer(t),
    rest: ({ url }) => ({ ...RECEIVING, store: { redis: { url } } }),
    files: RULES,
    values: () => ["tamis", "lab"],
    observe: async (trial, { url }) => {
      const client = operator(trial, url)
      await keep(trial)
      const keys = await client.keys("*")
      return [...new Set(keys.map((key) => key.split(":")[0]))]
    },
    seen: [["tamis"], ["lab"]],
  }),
  effectWithPeers({
    option: "store.redis.sentinel.nodes",
    fact: "a Sentinel that is asked names the primary",
    missing,
    peers: (t) => sentinel(t),
    rest: () => ({ ...RECEIVING, store: { redis: { url: `redis://${PRIMARY}` } } }),
    files: RULES,
    values: ({ port }) => [[`127.0.0.1:${port}`], [NOWHERE]],
    observe: opens,
    seen: [true, false],
  }),
  effectWithPeers({
    option: "store.redis.sentinel.passwordFile",
    fact: "tamis logs in to the Sentinels with the password in this file",
    missing,
    peers: (t) => sentinel(t, PASSWORD),
    rest: ({ port }) => {
      const redis = { url: `redis://${PRIMARY}`, sentinel: { nodes: [`127.0.0.1:${port}`] } }
      return { ...RECEIVING, store: { redis } }
    },
    files: FILES,
    values: () => ["secret", "wrong-secret"],
    observe: opens,
    seen: [true, false],
  }),
  effectWithPeers({
    option: "store.redis.cluster.nodes",
    fact: "the cluster is found by a further node",
    missing,
    peers: (t) => clusterNode(t),
    rest: () => ({ ...RECEIVING, store: { redis: { url: `redis://${NOWHERE}`, cluster: {} } } }),
    files: RULES,
    values: ({ port }) => [[`127.0.0.1:${port}`], []],
    observe: opens,
    seen: [true, false],
  }),
]

async function redisServer(t: TestContext, ...options: Parameters<typeof startRedisServer>): Promise<RedisServer> {
  const server = await startRedisServer(...options)
  t.after(() => server.stop())
  return server
}

/** A Sentinel, with the primary that it knows. */
async function sentinel(t: TestContext, password?: string): Promise<RedisServer> {
  const primary = await redisServer(t)
  const settings: Record<string, string> = password === undefined ? {} : { requirepass: password }
  return await redisServer(t, settings, { watched: { monitor: `${PRIMARY} 127.0.0.1 ${primary.port} 1` } })
}

/** A cluster of one node. */
async function clusterNode(t: TestContext): Promise<RedisServer> {
  const server = await redisServer(t, { "cluster-enabled": "yes", "cluster-announce-ip": "127.0.0.1" })
  const operator = new Redis(server.url)
  const serving = server.logged("Cluster state changed: ok")
  await operator.cluster("ADDSLOTSRANGE", 0, 16_383)
  await within("the cluster to serve", serving)
  operator.disconnect()
  return server
}

/** Receives a line and stores it. */
async function keep(trial: Trial): Promise<void> {
  const { datagrams } = await serve(trial)
  await datagrams(UNKNOWN)
}

/** Whether the store that is configured can be used. */
async function opens(trial: Trial): Promise<boolean> {
  const store = openStore(configuration(trial.file).config.store)
  trial.after(() => store.close())
  try {
    await within("the store to be opened or not", store.open())
  } catch (error) {
    assert.ok(!(error instanceof assert.AssertionError), String(error))
    return false
  }
  return (await store.openWindow("lan", 1)).id === 1
}

/** A connection of the test's own, which empties all databases when tamis has stopped. */
function operator(trial: Trial, url: string): Redis {
  const client = new Redis(url)
  trial.after(async () => {
    await client.flushall()
    client.disconnect()
  })
  return client
}

/** A word of its own for each number. */
function word(number: number): string {
  return number
    .toString()
    .split("")
    .map((digit) => String.fromCharCode(107 + Number(digit)))
    .join("")
}
