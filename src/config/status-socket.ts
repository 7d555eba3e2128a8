import { join } from "node:path"
import type { Config } from "./config.ts"

/** Where a running tamis answers `tamis status`. */
export function statusSocket(config: Config): string {
  return join(config.stateDirectory, "tamis.sock")
}
