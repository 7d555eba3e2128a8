/** The store beside the running service, for commands that only read it. */
import { existsSync } from "node:fs"
import { openStore } from "../assemble.ts"
import type { Config } from "../config/config.ts"
import { OperatorError } from "../errors.ts"
import type { TallyStore } from "../store/store.ts"

/** Resolves with what `read` makes of the store, which is closed then. Rejects with an OperatorError where there is none. */
export async function readStore<Result>(config: Config, read: (store: TallyStore) => Promise<Result>): Promise<Result> {
  // What only reads makes no store: the service could not write to one that belongs to another user.
  if (config.store.kind === "sqlite" && !existsSync(config.store.file)) throw notServedYet(config.store.file)
  const store = openStore(config.store)
  await store.open().catch((error: unknown) => {
    if (error instanceof OperatorError) throw error
    throw new OperatorError(`the store cannot be reached (${error instanceof Error ? error.message : error})`)
  })
  try {
    return await read(store)
  } finally {
    await store.close()
  }
}

export function notServedYet(what: string): OperatorError {
  return new OperatorError(`${what}: nothing there yet; tamis serve has not run with this store`)
}
