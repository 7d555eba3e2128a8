/** Lines that a running service keeps: what each rule matched last, and what its windows hold and remember. */
import { existsSync } from "node:fs"
import type { Config } from "../config/config.ts"
import { OperatorError } from "../errors.ts"
import { retainedTallies } from "../suggest/mail-leftovers.ts"
import type { Tally } from "../tally/tally.ts"
import { encodeUtf8b } from "../text/utf8b.ts"
import { undeliveredWindows, withStore } from "./open-windows.ts"
import type { Output } from "./output.ts"

/** Reads them out of the store. Where it is away they are missing, which is said; where tamis never ran there are none. */
export async function retainedLines(config: Config, output: Output): Promise<readonly Buffer[]> {
  if (config.store.kind === "sqlite" && !existsSync(config.store.file)) return []
  try {
    const lines = await withStore(config, async (store) => {
      const { rules } = await store.ruleHistory()
      const ofDigests: (readonly Tally[])[] = []
      for (const { name } of config.digests) {
        // One that came into the configuration since has nothing yet.
        if ((await store.overview(name)) === undefined) continue
        ofDigests.push(retainedTallies(await store.remembered(name), await undeliveredWindows(store, name)))
      }
      const samples = ofDigests.flat().flatMap((tally) => tally.samples)
      return new Set([...rules.values().map(({ sample }) => sample), ...samples])
    })
    return [...lines].map(encodeUtf8b)
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error
    output.stderr(`tamis: without the lines that the service keeps: ${error.message}\n`)
    return []
  }
}
