/** The configuration as a command gets it: the file that was named, this machine's surroundings, the shipped rules. */
import { join } from "node:path"
import { type LoadedConfig, loadConfig } from "../config/load.ts"

export function configuration(file: string | undefined): LoadedConfig {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions()
  return loadConfig(file, process.env, { rulesDirectory: join(import.meta.dirname, "../../rules"), timeZone })
}
