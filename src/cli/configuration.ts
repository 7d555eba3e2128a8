/** Loads the configuration for a command, with this process's environment and time zone and the shipped rules. */
import { join } from "node:path"
import { type LoadedConfig, loadConfig } from "../config/load.ts"

export function configuration(file: string | undefined): LoadedConfig {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions()
  return loadConfig(file, process.env, { rulesDirectory: join(import.meta.dirname, "../../rules"), timeZone })
}
