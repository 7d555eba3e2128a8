import { join } from "node:path"
import type { Config } from "./config.ts"

/** The socket on which a running tamis answers `tamis status`. */
export function statusSocket(config: Config): string {
  return join(config.stateDirectory, "tamis.sock")
}
