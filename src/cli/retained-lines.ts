/** Lines that a running service keeps: each rule's last match, and the samples of its windows. */
import { existsSync } from "node:fs"
import type { Config } from "../config/config.ts"
import { OperatorError, withCode } from "../errors.ts"
import { retainedTallies } from "../suggest/mail-leftovers.ts"
import type { Tally } from "../tally/tally.ts"
import { encodeUtf8b } from "../text/utf8b.ts"
import { undeliveredWindows, withStore } from "./open-windows.ts"
import type { Output } from "./output.ts"

/** Reads these lines from the store. Returns none if tamis never ran; warns and returns none if the store is away. */
export async function retainedLines(config: Config, output: Output): Promise<readonly Buffer[]> {
  if (config.store.kind === "sqlite" && !existsSync(config.store.file)) return []
  try {
    const lines = await withStore(config, async (store) => {
      const { rules } = await store.ruleHistory()
      const ofDigests: (readonly Tally[])[] = []
      for (const { name } of config.digests) {
        // A digest that is new in the configuration has no windows yet.
        if ((await store.overview(name)) === undefined) continue
        ofDigests.push(retainedTallies(await store.remembered(name), await undeliveredWindows(store, name)))
      }
      const samples = ofDigests.flat().flatMap((tally) => tally.samples)
      return new Set([...rules.values().map(({ sample }) => sample), ...samples])
    })
    return [...lines].map(encodeUtf8b)
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error
    output.stderr(`tamis: the lines that the service keeps are not used: ${withCode(error.message, error.code)}\n`)
    return []
  }
}
