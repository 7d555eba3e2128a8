import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { sqliteStore } from "../../src/store/sqlite.ts"
import type { TallyStore } from "../../src/store/store.ts"
import { tallyStoreContract } from "../contract/tally-store.ts"

tallyStoreContract("the SQLite store", async (limits) => {
  const directory = await mkdtemp(join(tmpdir(), "tamis-store-"))
  const stores: TallyStore[] = []
  const reopen = async () => {
    const store = sqliteStore({ file: join(directory, "tamis.db"), ...(limits && { limits }) })
    await store.open()
    stores.push(store)
    return store
  }
  return {
    store: await reopen(),
    reopen,
    async close() {
      for (const store of stores) await store.close()
      await rm(directory, { recursive: true })
    },
  }
})
