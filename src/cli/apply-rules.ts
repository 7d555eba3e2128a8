/** Appends rules to a rule file: all of them or none, and never one that the file already has. */
import { randomBytes } from "node:crypto"
import { mkdir, open, readFile, realpath, rename, rm, stat } from "node:fs/promises"
import { basename, dirname, join } from "node:path"
import { codeOf, OperatorError } from "../errors.ts"
import { checkRules } from "../lint/check.ts"
import { formatProblem } from "../problem.ts"
import type { Rule, RuleDirectory } from "../rules/rule.ts"
import { parseRuleFile } from "../rules/rule-file.ts"
import { LF } from "../text/ascii.ts"
import { configuration } from "./configuration.ts"

export interface RuleFileTarget {
  /** The rule set's directory. */
  readonly set: string
  readonly directory: RuleDirectory
  readonly file: string
  readonly path: string
}

/** A rule, and its block: the rule with its comments and samples before it. */
export interface RuleToAdd {
  readonly rule: string
  readonly block: string
}

/** Directories that take suggestions: suggested rules hide lines. */
const LAYERS = [
  "ignore.d.paranoid",
  "ignore.d.server",
  "ignore.d.workstation",
] as const satisfies readonly RuleDirectory[]

const TARGET = /^(?<set>.+)\/(?<directory>[a-z.]+)\/(?<file>[A-Za-z0-9_-]+)$/

/** Parses `SET/ignore.d.server/FILE`: the name or directory of a rule set, and a file in it. */
export async function ruleFileTarget(given: string, config: string | undefined): Promise<RuleFileTarget> {
  const { set = "", directory, file = "" } = TARGET.exec(given)?.groups ?? {}
  const layer = LAYERS.find((each) => each === directory)
  if (layer === undefined) {
    throw new OperatorError(
      "TAMIS_COMMAND_MISUSED",
      `${given}: expected SET/ignore.d.server/FILE: the name or directory of a rule set, one of ${LAYERS.join(", ")}, ` +
        'and a file name of letters, digits, "_" and "-"',
    )
  }
  const root = set.includes("/") ? set : (configuration(config).config.ruleSets.get(set) ?? set)
  const isDirectory = await stat(root).then(
    (status) => status.isDirectory(),
    () => false,
  )
  if (!isDirectory)
    throw new OperatorError("TAMIS_RULE_SET_UNKNOWN", `${root}: no such rule set; create the directory first`)
  const path = join(root, layer, file)
  // A rule file may be a symbolic link: the rules go into its target.
  return { set: root, directory: layer, file, path: await realpath(path).catch(() => path) }
}

export interface Applied {
  readonly added: number
  /** The findings of `rules check` in the file after the change. */
  readonly findings: readonly string[]
}

/** Appends rules, then checks the file with one host's variables. No rule should hide the samples of `alarms`. */
export async function applyRules(
  target: RuleFileTarget,
  rules: readonly RuleToAdd[],
  variables: ReadonlyMap<string, string>,
  alarms: readonly Rule[],
): Promise<Applied> {
  const before = await contentOf(target.path)
  const known = new Set(parseRuleFile(before, target).rules.map(({ text }) => text))
  const added = rules.filter(({ rule }) => !known.has(rule))
  const content = Buffer.concat([before, Buffer.from(textBehind(before, added))])
  if (added.length > 0) await replace(target.path, content)
  const { rules: now } = parseRuleFile(content, target)
  return {
    added: added.length,
    findings: checkRules(now, variables, { alarms }).map(({ problem }) => formatProblem(problem)),
  }
}

/** The text to append: an empty line before each block. */
function textBehind(before: Buffer, added: readonly RuleToAdd[]): string {
  const text = added.map(({ block }) => block).join("\n")
  if (before.length === 0 || text === "") return text
  return before.at(-1) === LF ? `\n${text}` : `\n\n${text}`
}

async function contentOf(path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (error) {
    if (codeOf(error) === "ENOENT") return Buffer.alloc(0)
    throw new OperatorError("TAMIS_RULE_FILE_UNREADABLE", `${path}: cannot be read (${codeOf(error)})`)
  }
}

/** Replaces the file in one step and keeps its mode and owner: no reader sees half a file. */
async function replace(path: string, content: Buffer): Promise<void> {
  // Rule sets skip file names with a dot.
  const scratch = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString("hex")}`)
  try {
    await mkdir(dirname(path), { recursive: true })
    const old = await stat(path).catch(() => undefined)
    await using file = await open(scratch, "wx", 0o644)
    await file.writeFile(content)
    if (old !== undefined) {
      await file.chmod(old.mode & 0o7777)
      // Only root may keep a foreign owner; otherwise the new file belongs to the current user.
      await file.chown(old.uid, old.gid).catch(() => {})
    }
    await file.sync()
    await rename(scratch, path)
  } catch (error) {
    await rm(scratch, { force: true })
    throw new OperatorError("TAMIS_RULE_FILE_UNWRITABLE", `${path}: cannot be written (${codeOf(error)})`)
  }
}
