/** The promises of every store. */
import { keptLinesContract } from "./kept-lines.ts"
import { presenceStoreContract } from "./presence-store.ts"
import { type OpenStore, tallyStoreContract } from "./tally-store.ts"

export function storeContract(name: string, open: OpenStore): void {
  tallyStoreContract(name, open)
  keptLinesContract(name, open)
  presenceStoreContract(name, open)
}
