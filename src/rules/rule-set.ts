/**
 * A directory laid out like /etc/logcheck becomes a rule set. The one place in rules/ that reads files.
 *
 *     cracking.d/  cracking.ignore.d/  violations.d/  violations.ignore.d/
 *     ignore.d.paranoid/  ignore.d.server/  ignore.d.workstation/
 *
 * A missing layer is an empty layer. In each, logcheck takes what `run-parts --list` lists: regular files and links
 * to them whose names are letters, digits, "_" and "-", in the C locale's order. What it would pass over without a
 * word (`ssh.disabled`, `ssh~`) is passed over here too, and told.
 */
import { readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import type { Problem } from "../problem.ts"
import type { Rule, RuleDirectory, RuleSet } from "./rule.ts"
import { parseRuleFile } from "./rule-file.ts"

export const RULE_DIRECTORIES: readonly RuleDirectory[] = [
  "cracking.d",
  "cracking.ignore.d",
  "violations.d",
  "violations.ignore.d",
  "ignore.d.paranoid",
  "ignore.d.server",
  "ignore.d.workstation",
]

export interface LoadedRuleSet {
  /** What could be read, even where something could not. */
  readonly ruleSet: RuleSet
  /** Rules that the operator wrote and tamis cannot see: logcheck refuses to run with such. */
  readonly problems: readonly Problem[]
  /** Files that are no rule files, and samples without a rule. */
  readonly warnings: readonly RuleSetWarning[]
}

export interface RuleSetWarning extends Problem {
  readonly code: "skipped-file" | "stray-sample"
}

/** Reads a rule set. Never throws for what is on the disk: that stands in `problems`. */
export function loadRuleSet(name: string, directory: string): LoadedRuleSet {
  const rules: Rule[] = []
  const problems: Problem[] = []
  const warnings: RuleSetWarning[] = []
  const present = listDirectory(directory, problems)
  const layers = RULE_DIRECTORIES.filter((layer) => present.includes(layer))
  if (layers.length === 0 && problems.length === 0) {
    const hint = `expected one of ${RULE_DIRECTORIES.join(", ")} in it`
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

/** The rule sets in a directory: itself, or where it has no layers, the directories in it that have. */
export function ruleSetsIn(directory: string): readonly string[] {
  const isRuleSet = (path: string) =>
    listDirectory(path, []).some((name) => RULE_DIRECTORIES.some((layer) => layer === name))
  if (isRuleSet(directory)) return [directory]
  const sets = listDirectory(directory, [])
    .map((name) => join(directory, name))
    .filter(isRuleSet)
  return sets.length > 0 ? sets : [directory]
}

/** Names in a directory, in the C locale's order. */
function listDirectory(path: string, problems: Problem[]): readonly string[] {
  try {
    const names = readdirSync(path)
    return names.sort() // rule files' names are ASCII, for which code units are the C locale's order
  } catch (error) {
    const hint = "expected a directory that tamis may read"
    problems.push({ ...atStart(path), message: `cannot be listed (${errorCode(error)})`, hint })
    return []
  }
}

function loadRuleFile(directory: RuleDirectory, file: string, path: string): FilePart {
  try {
    const kind = statSync(path)
    // Dot files are nobody's rules: .gitkeep, an editor's swap file.
    if (kind.isDirectory() || file.startsWith(".")) return NOTHING
    if (!isRunPartsName(file)) {
      const hint = 'names hold letters, digits, "_" and "-" only; rename the file, or move it away'
      return skipped(path, "is passed over, as logcheck does", hint)
    }
    if (!kind.isFile()) {
      return skipped(path, "is passed over: not a regular file", "move it away, or put its rules into a file")
    }
    const { rules, strays } = parseRuleFile(readFileSync(path), { directory, file, path })
    const warnings = strays.map(({ line }) => ({
      ...atStart(path),
      line,
      code: "stray-sample" as const,
      message: "a sample without a rule",
      hint: "samples stand before their rule",
    }))
    return { rules, problems: [], warnings }
  } catch (error) {
    if (!isRunPartsName(file)) return NOTHING
    const hint = "its rules are not in force: make it readable, or remove it"
    return { ...NOTHING, problems: [{ ...atStart(path), message: `cannot be read (${errorCode(error)})`, hint }] }
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

function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error)
}
