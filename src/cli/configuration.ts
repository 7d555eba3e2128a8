/** Loads the configuration for a command, with this process's environment and time zone and the shipped rules. */
import { type LoadedConfig, loadConfig } from "../config/load.ts"
import { SHIPPED_RULES } from "./shipped-rules.ts"

export function configuration(file: string | undefined): LoadedConfig {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions()
  return loadConfig(file, process.env, { rulesDirectory: SHIPPED_RULES, timeZone })
}
