import assert from "node:assert/strict"
import { EventEmitter, once } from "node:events"
import { after, before, describe, test } from "node:test"
import { inspect } from "node:util"
import { Redis } from "ioredis"
import { OperatorError } from "../../src/errors.ts"
import { redisStore } from "../../src/store/redis.ts"
import type { TallyStore } from "../../src/store/store.ts"
import { entryOf, tallyOf, tallyStoreContract } from "../contract/tally-store.ts"
import { eventually } from "../support/eventually.ts"
import { type RedisServer, startRedisServer, withoutRedisServer } from "../support/redis-server.ts"

const keyPrefix = "tamis:"
const one = entryOf([tallyOf()])

describe("with a Redis server", { skip: withoutRedisServer }, () => {
  let server: RedisServer
  let operator: Redis
  let stores = 0

  before(async () => {
    server = await startRedisServer()
    operator = new Redis(server.url)
  })

  after(async () => {
    operator.disconnect()
    await server.stop()
  })

  tallyStoreContract("the Redis store", async (limits) => {
    const opened: TallyStore[] = []
    const ownPrefix = `contract${++stores}:`
    const reopen = async () => {
      const store = redisStore({ url: server.url, keyPrefix: ownPrefix, ...(limits && { limits }) })
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

  test("unnamed sums of a release before 0.2 are read and continued", async (t) => {
    const store = redisStore({ url: server.url, keyPrefix: "unnamed:" })
    t.after(() => store.close())
    await store.open()
    await store.openWindow("d", 1)
    await operator.hset("unnamed:{d}:hosts", "web1", "9 5 3 1 2 100 200")
    await operator.hset("unnamed:{d}:open:hosts", "web1", "9 5 3 1 2 100 200")
    const read = await store.read("d", 1)
    const known = {
      received: 9,
      ignored: 5,
      reported: 3,
      rejected: 1,
      unjudged: 2,
      own_mail: 0,
      firstMs: 100,
      lastMs: 200,
    }
    assert.deepEqual(read?.hosts.get("web1"), known)

    await store.add("d", { collector: "c", sequence: 1 }, entryOf([tallyOf({ firstMs: 50, lastMs: 300 })]), 1)
    const grown = { ...known, received: 10, reported: 4, firstMs: 50, lastMs: 300 }
    assert.deepEqual((await store.read("d", 1))?.hosts.get("web1"), grown)
    assert.deepEqual((await store.overview("d"))?.hosts.get("web1"), grown)
  })

  test("unknown counters of a newer release are kept", async (t) => {
    const store = redisStore({ url: server.url, keyPrefix: "newer:" })
    t.after(() => store.close())
    await store.open()
    await store.openWindow("d", 1)
    await operator.hset("newer:{d}:hosts", "web1", "received=9 reported=9 forwarded=7 firstMs=1 lastMs=2")
    await store.add("d", { collector: "c", sequence: 1 }, one, 1)
    assert.match((await operator.hget("newer:{d}:hosts", "web1")) ?? "", /\bforwarded=7\b/)
  })

  test("a server that lost its scripts gets them again", async (t) => {
    const store = redisStore({ url: server.url, keyPrefix })
    t.after(() => store.close())
    await store.open()
    await store.add("scripts", { collector: "c", sequence: 1 }, one, 1)
    await operator.script("FLUSH")
    await store.add("scripts", { collector: "c", sequence: 2 }, one, 1)
    assert.equal((await store.overview("scripts"))?.openReported, 2)
  })

  test("a settled window leaves nothing behind", async (t) => {
    const store = redisStore({ url: server.url, keyPrefix: "settled:" })
    t.after(() => store.close())
    await store.open()
    const entry = entryOf([tallyOf()], [["frames_truncated", 1]])
    await store.add("d", { collector: "c", sequence: 1 }, entry, 1)
    await store.closeWindow("d", 1, 2)
    const delivery = await store.lease("d", "me", 2, 1)
    assert.ok(delivery)
    await store.settle(delivery)
    assert.deepEqual((await operator.keys("settled:*")).sort(), [
      "settled:{d}:applied",
      "settled:{d}:hosts",
      "settled:{d}:state",
    ])
  })

  test("a primary that became a replica counts as away until it is a primary again", async (t) => {
    const states = new EventEmitter()
    const store = redisStore({ url: server.url, keyPrefix, onState: (state, error) => states.emit(state, error) })
    t.after(() => store.close())
    await store.open()
    await store.openWindow("failover", 1)
    await operator.replicaof("127.0.0.1", 1)
    const away = once(states, "away")
    const back = once(states, "ready")
    await assert.rejects(store.add("failover", { collector: "c", sequence: 1 }, one, 1), /READONLY/)
    assert.match(String(await away), /READONLY/)
    await operator.replicaof("NO", "ONE")
    await back
    await store.add("failover", { collector: "c", sequence: 1 }, one, 1)
    assert.equal((await store.overview("failover"))?.openReported, 1)
  })
})

describe("with a Redis server that goes away", { skip: withoutRedisServer }, () => {
  test("opening rejects with the name of an unreachable server, and succeeds when the server is there", async (t) => {
    const server = await startRedisServer()
    t.after(() => server.stop())
    await server.kill()
    const store = redisStore({ url: server.url, keyPrefix })
    t.after(() => store.close())
    await assert.rejects(store.open(), (error) => {
      assert.ok(error instanceof Error && !(error instanceof OperatorError))
      assert.match(error.message, new RegExp(`^Redis at 127.0.0.1:${server.port}: .*ECONNREFUSED`))
      return true
    })
    await server.restart()
    await store.open()
    assert.equal((await store.openWindow("daily", 1)).id, 1)
  })

  test("all calls reject while the server is away, and work when it is back", async (t) => {
    const server = await startRedisServer()
    t.after(() => server.stop())
    const states: string[] = []
    const changes = new EventEmitter()
    const store = redisStore({
      url: server.url,
      keyPrefix,
      onState(state) {
        states.push(state)
        changes.emit(state)
      },
    })
    t.after(() => store.close())
    await store.open()
    await store.add("daily", { collector: "c", sequence: 1 }, one, 1)
    const away = once(changes, "away")
    await server.kill()
    await away
    const delivery = { digest: "daily", id: "daily-1-1-x", windows: [1], attempts: 0 }
    const calls: readonly (() => Promise<unknown>)[] = [
      () => store.openWindow("daily", 1),
      () => store.add("daily", { collector: "c", sequence: 2 }, one, 1),
      () => store.closeWindow("daily", 1, 2),
      () => store.read("daily", 1),
      () => store.lease("daily", "me", 3, 1),
      () => store.postpone(delivery, "me", 4, false),
      () => store.settle(delivery),
      () => store.overview("daily"),
    ]
    for (const call of calls) await assert.rejects(call(), /^Error: Redis at 127\.0\.0\.1:\d+: /)

    const back = once(changes, "ready")
    await server.restart()
    await back
    await store.add("daily", { collector: "c", sequence: 2 }, one, 1)
    assert.equal((await store.overview("daily"))?.openReported, 2)
    assert.deepEqual(states, ["away", "ready"], "once each, however often it tried")
  })

  test("after a kill in the middle of adds, repeated adds are stored exactly once", async (t) => {
    const server = await startRedisServer()
    t.after(() => server.stop())
    const store = redisStore({ url: server.url, keyPrefix })
    t.after(() => store.close())
    await store.open()
    const acknowledgements = new EventEmitter()
    const batches = 200
    const adding = (async () => {
      for (let sequence = 1; sequence <= batches; sequence++) {
        const entry = entryOf([tallyOf({ count: sequence }), tallyOf({ template: `t${sequence}` })])
        await eventually("the store to take a batch", () =>
          store.add("daily", { collector: "c", sequence }, entry, 1).then(
            () => true,
            () => false,
          ),
        )
        acknowledgements.emit(String(sequence))
      }
    })()
    for (const sequence of [20, 90, 150]) {
      await once(acknowledgements, String(sequence))
      await server.kill()
      await server.restart()
    }
    await adding
    const window = await store.read("daily", 1)
    const wanted = (batches * (batches + 1)) / 2 + batches
    assert.equal(
      window?.tallies.reduce((sum, tally) => sum + tally.count, 0),
      wanted,
    )
    assert.equal(window?.hosts.get("web1")?.received, wanted)
    assert.equal((await store.overview("daily"))?.openReported, wanted)
  })

  test("a silent server counts as away, and an add that it has executed is not applied twice", async (t) => {
    const server = await startRedisServer()
    t.after(() => server.stop())
    const changes = new EventEmitter()
    const store = redisStore({
      url: server.url,
      keyPrefix,
      silenceMs: 200,
      onState: (state) => changes.emit(state),
    })
    t.after(() => store.close())
    await store.open()
    await store.add("daily", { collector: "c", sequence: 1 }, one, 1)
    const away = once(changes, "away")
    server.pause()
    await assert.rejects(store.add("daily", { collector: "c", sequence: 2 }, one, 1), /didn't receive any in 200ms/)
    await away
    const back = once(changes, "ready")
    server.resume()
    await back
    await store.add("daily", { collector: "c", sequence: 2 }, one, 1)
    assert.equal((await store.overview("daily"))?.openReported, 2)
  })
})

describe("with a Redis server that wants a password", { skip: withoutRedisServer }, () => {
  const password = "correct horse battery"
  let server: RedisServer

  before(async () => {
    server = await startRedisServer({ requirepass: password })
  })
  after(() => server.stop())

  test("the right password opens the store", async (t) => {
    const store = redisStore({ url: server.url, password, keyPrefix })
    t.after(() => store.close())
    await store.open()
    assert.equal((await store.openWindow("daily", 1)).id, 1)
  })

  for (const [name, options] of [
    ["a wrong password", { password: "hunter2 hunter2" }],
    ["a wrong password in the URL", { user: ":hunter2%20hunter2@" }],
    ["a missing password", {}],
  ] as const) {
    test(`${name} is an OperatorError without the password`, async () => {
      const { user = "", ...rest } = { user: "", ...options }
      const store = redisStore({ url: server.url.replace("//", `//${user}`), keyPrefix, ...rest })
      await assert.rejects(store.open(), (error) => {
        assert.ok(error instanceof OperatorError)
        assert.match(error.message, /^Redis at 127\.0\.0\.1:\d+: (WRONGPASS|NOAUTH)/)
        assert.equal(error.code, "TAMIS_REDIS_LOGIN_REFUSED")
        assert.doesNotMatch(inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true }), /hunter2/)
        return true
      })
    })
  }
})

test("every script declares all its keys, and they are in one slot", { skip: withoutRedisServer }, async (t) => {
  const server = await startRedisServer({ "cluster-enabled": "yes" })
  t.after(() => server.stop())
  const operator = new Redis(server.url)
  t.after(() => operator.disconnect())
  const serving = server.logged("Cluster state changed: ok")
  await operator.cluster("ADDSLOTSRANGE", 0, 16383)
  await serving
  const store = redisStore({
    url: server.url,
    keyPrefix,
    limits: { groupsPerHost: 1, groupsPerWindow: 1, hostsPerDigest: 1 },
  })
  t.after(() => store.close())
  await store.open()
  const digest = "{odd} name"
  const tallies = ["a", "b", "c"].map((template) => tallyOf({ template }))
  await store.add(digest, { collector: "c", sequence: 1 }, entryOf(tallies, [["peers_refused", 1]]), 1)
  await store.closeWindow(digest, 1, 2)
  assert.equal((await store.read(digest, 1))?.hosts.get("web1")?.received, 3)
  const delivery = await store.lease(digest, "me", 3, 1)
  assert.ok(delivery)
  await store.postpone(delivery, "me", 4, true)
  await store.settle(delivery)
  assert.deepEqual((await store.overview(digest))?.undelivered, [])
})
