import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import { OperatorError } from "../../src/errors.ts"
import { openStore } from "../../src/service/assemble.ts"
import { redisStore } from "../../src/store/redis.ts"
import { entryOf, tallyOf } from "../contract/tally-store.ts"
import { makeCertificate, trust } from "../support/certificate.ts"
import { eventually } from "../support/eventually.ts"
import { PRIMARY, type RedisSentinels, startRedisSentinels } from "../support/redis-sentinel.ts"
import { withoutRedisServer, withoutRedisTls } from "../support/redis-server.ts"

const keyPrefix = "tamis:"
const password = "watchword"

describe("with Redis Sentinels", { skip: withoutRedisServer }, () => suite("redis"))
describe("with Redis Sentinels over TLS", { skip: withoutRedisTls }, () => suite("rediss"))

function suite(scheme: "redis" | "rediss"): void {
  const url = `${scheme}://${PRIMARY}/0`
  let sentinels: RedisSentinels
  before(async () => {
    const certificate = scheme === "rediss" ? makeCertificate() : undefined
    if (certificate !== undefined) trust(certificate)
    sentinels = await startRedisSentinels(password, certificate)
  })
  after(() => sentinels.stop())

  const gone = { host: "127.0.0.1", port: 1 }

  test("an unknown primary is named in the error", async (t) => {
    const store = redisStore({
      url: `${scheme}://elsewhere`,
      sentinel: { nodes: sentinels.nodes, password },
      keyPrefix,
    })
    t.after(() => store.close())
    await assert.rejects(store.open(), /^Error: Redis "elsewhere" by Sentinels .*: they know no primary "elsewhere"$/)
  })

  test("if no Sentinel answers, opening rejects with the reason and may be repeated", async (t) => {
    const store = redisStore({ url, sentinel: { nodes: [gone], password }, keyPrefix })
    t.after(() => store.close())
    for (let n = 0; n < 2; n += 1) {
      await assert.rejects(store.open(), (error) => {
        assert.ok(error instanceof Error && !(error instanceof OperatorError))
        assert.match(error.message, /^Redis "logs" by Sentinels 127\.0\.0\.1:1: connect ECONNREFUSED 127\.0\.0\.1:1$/)
        return true
      })
    }
  })

  test("a wrong password for the Sentinels is an OperatorError without the password", async (t) => {
    const store = redisStore({ url, sentinel: { nodes: sentinels.nodes, password: "hunter2" }, keyPrefix })
    t.after(() => store.close())
    await assert.rejects(store.open(), (error) => {
      assert.ok(error instanceof OperatorError)
      assert.match(error.message, /WRONGPASS/)
      assert.equal(error.code, "TAMIS_REDIS_LOGIN_REFUSED")
      assert.doesNotMatch(error.message, /hunter2/)
      return true
    })
  })

  test("the store opens as configured", async (t) => {
    const { nodes } = sentinels
    const config = { kind: "redis", url, password: undefined, keyPrefix: "configured", cluster: undefined } as const
    const store = openStore({ ...config, sentinel: { nodes, password } })
    t.after(() => store.close())
    await store.open()
    assert.equal((await store.openWindow("daily", 1)).id, 1)
  })

  test("after a failover, the store goes on with the new primary, and every batch is there once", async (t) => {
    // The first of them does not answer: one that does is enough.
    const store = redisStore({ url, sentinel: { nodes: [gone, ...sentinels.nodes], password }, keyPrefix })
    t.after(() => store.close())
    await store.open()
    const add = async (sequence: number) => {
      await eventually("the store to take a batch", async () => {
        try {
          await store.add("daily", { collector: "c", sequence }, entryOf([tallyOf({ count: sequence })]), 1)
          return true
        } catch (error) {
          assert.match(String(error), /^Error: Redis "logs" by Sentinels /)
          return false
        }
      })
    }
    for (let sequence = 1; sequence <= 20; sequence += 1) {
      if (sequence === 11) await sentinels.killPrimary()
      await add(sequence)
    }
    assert.equal((await store.overview("daily"))?.openReported, 210)
  })
}
