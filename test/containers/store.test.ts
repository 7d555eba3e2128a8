import { after, before, describe } from "node:test"
import { redisStore } from "../../src/store/redis.ts"
import type { TallyStore } from "../../src/store/store.ts"
import { storeContract } from "../contract/store.ts"
import type { Surroundings } from "../support/backing.ts"
import { containers } from "../support/containers.ts"

// Without an engine the same contract runs against a process, in test/store/redis.test.ts.
describe("with Redis in a container", { skip: containers.missing }, () => {
  let surroundings: Surroundings
  let stores = 0
  before(async () => {
    surroundings = await containers.open()
  })
  after(() => surroundings.close())

  storeContract("the Redis store", async (limits) => {
    const opened: TallyStore[] = []
    const keyPrefix = `contract${++stores}:`
    const reopen = async () => {
      const store = redisStore({ url: surroundings.redis.url, keyPrefix, ...(limits && { limits }) })
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
