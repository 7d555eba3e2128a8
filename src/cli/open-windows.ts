/** Reads the windows that a running service has not mailed yet, from its store. */
import { existsSync } from "node:fs"
import type { Config, DigestConfig } from "../config/config.ts"
import { OperatorError, reasonOf } from "../errors.ts"
import { openStore } from "../service/assemble.ts"
import type { TallyStore } from "../store/store.ts"
import { type Pile, WindowPile } from "../tally/pile.ts"
import type { WindowContents } from "../tally/window.ts"

/** All digests of the configuration, or the one called `name`. */
export function chooseDigests(config: Config, name: string | undefined): readonly DigestConfig[] {
  if (name === undefined) return config.digests
  const named = config.digests.filter((digest) => digest.name === name)
  if (named.length > 0) return named
  const names = config.digests.map((digest) => digest.name).join(", ")
  throw new OperatorError(
    "TAMIS_DIGEST_UNKNOWN",
    `no digest is called ${JSON.stringify(name)}; the configuration has: ${names}`,
  )
}

/** Opens the store for work that only reads, and closes it afterwards. */
export async function withStore<T>(config: Config, work: (store: TallyStore) => Promise<T>): Promise<T> {
  // A command must not create the file: the service could not write to one that belongs to another user.
  if (config.store.kind === "sqlite" && !existsSync(config.store.file)) throw notServedYet(config.store.file)
  const store = openStore(config.store)
  await store.open().catch((error: unknown) => {
    if (error instanceof OperatorError) throw error
    throw new OperatorError("TAMIS_STORE_UNAVAILABLE", `cannot reach the store (${reasonOf(error)})`)
  })
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

/** Reads a digest's open window. */
export async function openWindow(store: TallyStore, digest: string): Promise<WindowContents> {
  const overview = await store.overview(digest)
  if (overview === undefined) throw notServedYet(`digest ${digest}`)
  const contents = await store.read(digest, overview.open.id)
  if (contents === undefined)
    throw new OperatorError("TAMIS_WINDOW_CLOSED", "the window has just closed and its report is being sent; try again")
  return contents
}

/** Reads a digest's undelivered windows, including the open one. */
export async function undeliveredWindows(store: TallyStore, digest: string): Promise<Pile> {
  const pile = new WindowPile()
  const overview = await store.overview(digest)
  if (overview === undefined) throw notServedYet(`digest ${digest}`)
  for (const { id } of [...overview.undelivered, overview.open]) {
    const window = await store.read(digest, id)
    if (window !== undefined) pile.add(window)
  }
  return pile
}

function notServedYet(what: string): OperatorError {
  return new OperatorError("TAMIS_STORE_EMPTY", `${what}: no data yet; tamis serve has not run with this store`)
}
