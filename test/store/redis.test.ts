import { after, before, describe } from "node:test"
import { redisStore } from "../../src/store/redis.ts"
import type { TallyStore } from "../../src/store/store.ts"
import { tallyStoreContract } from "../contract/tally-store.ts"
import { type RedisServer, startRedisServer, withoutRedisServer } from "../support/redis-server.ts"

describe("with a Redis server", { skip: withoutRedisServer }, () => {
  let server: RedisServer
  let stores = 0

  before(async () => {
    server = await startRedisServer()
  })

  after(async () => {
    await server.stop()
  })

  tallyStoreContract("the Redis store", async (limits) => {
    const opened: TallyStore[] = []
    const keyPrefix = `test${++stores}:`
    const reopen = async () => {
      const store = redisStore({ url: server.url, keyPrefix, ...(limits && { limits }) })
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
})
