/**
 * Loads a rule set from a directory laid out like /etc/logcheck. No other file in rules/ reads the disk.
 *
 *     cracking.d/  cracking.ignore.d/  violations.d/  violations.ignore.d/
 *     ignore.d.paranoid/  ignore.d.server/  ignore.d.workstation/
 *     alarm.d/  alarm.ignore.d/                                         only tamis reads these two
 *
 * A missing layer is an empty layer. In each layer, logcheck takes the files that `run-parts --list` lists: regular
 * files and links to them whose names have only letters, digits, "_" and "-", in the C locale's order. It skips others
 * (`ssh.disabled`, `ssh~`) silently; tamis skips them with a warning.
 */
import { readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { codeOf } from "../errors.ts"
import type { Problem } from "../problem.ts"
import { type Rule, type RuleDirectory, type RuleSet, SHIPPED_ALARMS } from "./rule.ts"
import { parseRuleFile } from "./rule-file.ts"

export const RULE_DIRECTORIES: readonly RuleDirectory[] = [
  "cracking.d",
  "cracking.ignore.d",
  "violations.d",
  "violations.ignore.d",
  "ignore.d.paranoid",
  "ignore.d.server",
  "ignore.d.workstation",
  "alarm.d",
  "alarm.ignore.d",
]

export interface LoadedRuleSet {
  /** All rules that could be read, even if others could not. */
  readonly ruleSet: RuleSet
  /** Rules that the operator wrote and tamis cannot read. logcheck refuses to run then. */
  readonly problems: readonly Problem[]
  /** Files that are not rule files, and samples without a rule. */
  readonly warnings: readonly RuleSetWarning[]
}

export interface RuleSetWarning extends Problem {
  readonly code: "skipped-file" | "stray-sample"
}

/** Reads a rule set, or some of its layers. Never throws for the state of the disk: `problems` has the errors. */
export function loadRuleSet(
  name: string,
  directory: string,
  wanted: readonly RuleDirectory[] = RULE_DIRECTORIES,
): LoadedRuleSet {
  const rules: Rule[] = []
  const problems: Problem[] = []
  const warnings: RuleSetWarning[] = []
  const present = listDirectory(directory, problems)
  const layers = wanted.filter((layer) => present.includes(layer))
  if (layers.length === 0 && problems.length === 0) {
    const hint = `expected at least one of ${wanted.join(", ")} in it`
    problems.push({ ...atStart(directory), message: "is not a rule set", hint })
  }
  for (const layer of layers) {
    const path = join(directory, layer)
    for (const file of listDirectory(path, problems)) {
      const part = loadRuleFile(layer, file, join(path, file))
      rules.push(...part.rules)
      problems.push(...part.problems)
      warnings.push(...part.warnings)
    }
  }
  return { ruleSet: { name, directory, rules }, problems, warnings }
}

/** Reads the alarm rules that tamis ships, from the rule set in this directory. */
export function loadShippedAlarms(directory: string): LoadedRuleSet {
  return loadRuleSet(SHIPPED_ALARMS, directory, ["alarm.d", "alarm.ignore.d"])
}

/** Returns the rule sets in a directory: itself, or if it has no layers, the directories in it that have layers. */
export function ruleSetsIn(directory: string): readonly string[] {
  const isRuleSet = (path: string) =>
    listDirectory(path, []).some((name) => RULE_DIRECTORIES.some((layer) => layer === name))
  if (isRuleSet(directory)) return [directory]
  const sets = listDirectory(directory, [])
    .map((name) => join(directory, name))
    .filter(isRuleSet)
  return sets.length > 0 ? sets : [directory]
}

/** Lists the names in a directory, in the C locale's order. */
function listDirectory(path: string, problems: Problem[]): readonly string[] {
  try {
    const names = readdirSync(path)
    return names.sort() // rule files' names are ASCII, for which code units are the C locale's order
  } catch (error) {
    const hint = "expected a directory that tamis may read"
    problems.push({ ...atStart(path), message: `cannot be listed (${codeOf(error)})`, hint })
    return []
  }
}

function loadRuleFile(directory: RuleDirectory, file: string, path: string): FilePart {
  try {
    const kind = statSync(path)
    // Dot files are no rules: .gitkeep, an editor's swap file.
    if (kind.isDirectory() || file.startsWith(".")) return NOTHING
    if (!isRunPartsName(file)) {
      const hint = 'a rule file\'s name has only letters, digits, "_" and "-"; rename the file, or move it away'
      return skipped(path, "is skipped, as in logcheck", hint)
    }
    if (!kind.isFile()) {
      return skipped(path, "is skipped, since it is not a regular file", "move it away, or put its rules into a file")
    }
    const { rules, strays } = parseRuleFile(readFileSync(path), { directory, file, path })
    const warnings = strays.map(({ line }) => ({
      ...atStart(path),
      line,
      code: "stray-sample" as const,
      message: "this sample belongs to no rule",
      hint: "put samples before their rule",
    }))
    return { rules, problems: [], warnings }
  } catch (error) {
    if (!isRunPartsName(file)) return NOTHING
    const hint = "its rules are not in force: make it readable, or remove it"
    return { ...NOTHING, problems: [{ ...atStart(path), message: `cannot be read (${codeOf(error)})`, hint }] }
  }
}

interface FilePart {
  readonly rules: readonly Rule[]
  readonly problems: readonly Problem[]
  readonly warnings: readonly RuleSetWarning[]
}

const NOTHING: FilePart = { rules: [], problems: [], warnings: [] }

function skipped(path: string, message: string, hint: string): FilePart {
  return { ...NOTHING, warnings: [{ ...atStart(path), code: "skipped-file", message, hint }] }
}

/** run-parts(8) without options, in its "traditional" form. */
function isRunPartsName(name: string): boolean {
  return /^[A-Za-z0-9_-]+$/.test(name)
}

function atStart(file: string): Pick<Problem, "file" | "line" | "column"> {
  return { file, line: 1, column: 1 }
}
