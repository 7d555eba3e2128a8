/** Finds the rule sets: the shipped ones, and those that a configuration file names. */
import { readdirSync, statSync } from "node:fs"
import { join, resolve } from "node:path"
import { findStrings, type OptionProblem } from "./option-problem.ts"

/** The rule set of a host that names none. */
export const COMMON = "common"

export interface KnownRuleSets {
  /** Absolute, by name. */
  readonly directories: ReadonlyMap<string, string>
  /** The shipped set `common`, even if a configured set replaces it. */
  readonly shippedAlarms: string
  readonly findings: readonly OptionProblem[]
}

/** `shipped` holds a directory for each shipped set. A configured set of the same name replaces it. */
export function findRuleSets(raw: unknown, base: string, shipped: string): KnownRuleSets {
  const directories = new Map<string, string>()
  for (const entry of readdirSync(shipped, { withFileTypes: true })) {
    if (entry.isDirectory()) directories.set(entry.name, join(resolve(shipped), entry.name))
  }
  const findings: OptionProblem[] = []
  for (const { path, value } of findStrings(raw, "ruleSets.*")) {
    const directory = resolve(base, value)
    directories.set(String(path.at(-1)), directory)
    if (!isDirectory(directory)) findings.push({ path, at: "value", message: `there is no directory ${directory}` })
  }
  return { directories, shippedAlarms: join(resolve(shipped), COMMON), findings }
}

function isDirectory(path: string): boolean {
  return !path.includes("\0") && statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}
