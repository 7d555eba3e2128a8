/**
 * Loads a configuration file: returns a Config, or throws one OperatorError with all problems, each at `file:line:col`.
 *
 *     text ──yaml──> raw: as written ──schema──> settings: valid, with defaults ──> Config
 *                          └─ schema, relations, rule sets, secrets ──> findings ──positions──> problems
 *
 * YAML 1.2 without its surprises: no tags, no merge keys, no duplicate keys; `yes` and `no` are text. Anchors and
 * aliases work, within bounds. After a syntax error in the YAML, the rest would be guesswork, so only that error is
 * reported.
 */
import { isUtf8 } from "node:buffer"
import { readFileSync } from "node:fs"
import { dirname, resolve } from "node:path"
import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair, parseDocument } from "yaml"
import { codeOf, OperatorError } from "../errors.ts"
import { formatProblem, type Problem } from "../problem.ts"
import type { Config } from "./config.ts"
import { doubts } from "./doubts.ts"
import { findingsOf } from "./issues.ts"
import { formatPath, type OptionProblem, type Path } from "./option-problem.ts"
import { relationFindings } from "./relations.ts"
import { resolveConfig } from "./resolve.ts"
import { findRuleSets } from "./rule-sets.ts"
import { schema } from "./schema.ts"
import { readSecrets } from "./secrets.ts"

export interface Defaults {
  /** The directory of the shipped rule sets. */
  readonly rulesDirectory: string
  /** The IANA name of the machine's time zone. */
  readonly timeZone: string
}

export interface LoadedConfig {
  readonly config: Config
  /** Settings that work but are probably not what the operator wants. */
  readonly warnings: readonly Problem[]
}

/** Loads a file, or the defaults without one. Throws an OperatorError with all problems. */
export function loadConfig(file: string | undefined, env: NodeJS.ProcessEnv, defaults: Defaults): LoadedConfig {
  const source = file === undefined ? NO_SOURCE : readSource(file)
  const { raw } = source
  const base = file === undefined ? process.cwd() : dirname(resolve(file))
  const known = findRuleSets(raw, base, defaults.rulesDirectory)
  const secrets = readSecrets(raw, env, base)
  const settings = schema.safeParse(raw)
  const findings = [
    ...source.findings,
    ...findingsOf(settings.error?.issues ?? [], raw),
    ...relationFindings(raw, { ruleSets: known.directories, timeZone: defaults.timeZone }),
    ...known.findings,
    ...secrets.findings,
  ]
  if (findings.length > 0 || settings.data === undefined) refuse(problemsOf(findings, source))
  const { timeZone } = defaults
  const { passwords } = secrets
  const { directories: ruleSets, shippedAlarms } = known
  const config = resolveConfig(settings.data, { base, env, timeZone, ruleSets, shippedAlarms, passwords })
  return { config, warnings: problemsOf(doubts(raw, config), source) }
}

type Position = Pick<Problem, "line" | "column">

/** A file as written, with the positions of its options. */
interface Source {
  readonly file: string
  readonly raw: unknown
  readonly findings: readonly OptionProblem[]
  /** Finds the option, or the place nearest to where it would be. */
  locate(finding: Pick<OptionProblem, "path" | "at">): Position
}

const NO_SOURCE: Source = {
  file: "(no configuration file)",
  raw: {},
  findings: [],
  locate: () => ({ line: 1, column: 1 }),
}

function readSource(file: string): Source {
  const text = readText(file)
  // Schema and merge are set so that a %YAML directive cannot switch to version 1.1. The Reader finds duplicate keys.
  const yaml = { schema: "core", merge: false, uniqueKeys: false, prettyErrors: false }
  const document = parseDocument(text, yaml)
  if (document.errors.length > 0) {
    refuse(
      document.errors.map(({ code, message, pos }) => ({
        ...problemAt(file, positionOf(text, pos[0]), `invalid YAML: ${message}`),
        ...(code === "TAB_AS_INDENT" && { hint: "indent with spaces" }),
      })),
    )
  }
  const reader = new Reader(document)
  const raw = reader.read(document.contents, [])
  return { file, raw, findings: reader.findings, locate: (finding) => positionOf(text, offsetOf(document, finding)) }
}

function readText(file: string): string {
  let bytes: Buffer
  try {
    bytes = readFileSync(file)
  } catch (error) {
    throw new OperatorError(
      "TAMIS_CONFIGURATION_UNREADABLE",
      `cannot read the configuration file ${file} (${codeOf(error)})`,
    )
  }
  const text = bytes.toString("utf8")
  if (isUtf8(bytes)) return text
  return refuse([problemAt(file, positionOf(text, text.indexOf("\ufffd")), "expected UTF-8, got other bytes")])
}

/** The most values in a file once its aliases are followed. A file of this size is no configuration. */
const MAX_VALUES = 100_000

/** Turns YAML's nodes into plain values, and objects to YAML features that a configuration does not support. */
class Reader {
  readonly findings: OptionProblem[] = []
  readonly #document: Document
  /** Lists and maps that are being read: if one occurs again, it is inside itself. */
  readonly #open = new Set<Node>()
  #values = 0

  constructor(document: Document) {
    this.#document = document
  }

  read(node: unknown, path: Path): unknown {
    this.#values += 1
    if (this.#values === MAX_VALUES) this.#object([], "aliases make the file too large")
    if (this.#values >= MAX_VALUES) return undefined
    if (isAlias(node)) return this.#follow(node.resolve(this.#document), node.source, path)
    if (!isScalar(node) && !isMap(node) && !isSeq(node)) return undefined
    if (node.tag !== undefined) this.#object(path, `the tag "${node.tag}" is not supported`, "remove it")
    if (isScalar(node)) return node.value
    this.#open.add(node)
    const value = isSeq(node)
      ? node.items.map((item, index) => this.read(item, [...path, index]))
      : this.#readMap(node.items, path)
    this.#open.delete(node)
    return value
  }

  #readMap(pairs: readonly Pair[], path: Path): Record<string, unknown> {
    const entries = new Map<string, unknown>()
    for (const { key, value } of pairs) {
      const name = keyName(key)
      if (name === undefined) this.#object(path, "expected a name before the colon")
      else if (entries.has(name)) this.#object([...path, name], "set twice", "keep one", "key")
      else entries.set(name, this.read(value, [...path, name]))
    }
    return Object.fromEntries(entries)
  }

  #follow(target: Node | undefined, name: string, path: Path): unknown {
    if (target === undefined || this.#open.has(target)) {
      this.#object(path, `there is no anchor "&${name}" that ends before this alias`)
      return undefined
    }
    return this.read(target, path)
  }

  #object(path: Path, message: string, hint?: string, at: OptionProblem["at"] = "value"): void {
    this.findings.push({ path, at, message, hint })
  }
}

function keyName(key: unknown): string | undefined {
  return isScalar(key) && key.value !== null ? String(key.value) : undefined
}

function offsetOf(document: Document, { path, at }: Pick<OptionProblem, "path" | "at">): number {
  let node: unknown = document.contents
  let offset = startOf(node) ?? 0
  for (const [depth, step] of path.entries()) {
    const target = isAlias(node) ? node.resolve(document) : node
    if (isSeq(target) && typeof step === "number") {
      node = target.items[step]
    } else {
      // If a key occurs twice, point at the second one.
      const pair = isMap(target) ? target.items.findLast(({ key }) => keyName(key) === String(step)) : undefined
      offset = startOf(pair?.key) ?? offset
      node = pair?.value
      if (at === "key" && depth === path.length - 1) return offset
    }
    offset = startOf(node) ?? offset
  }
  return offset
}

function startOf(node: unknown): number | undefined {
  return isAlias(node) || isScalar(node) || isMap(node) || isSeq(node) ? node.range?.[0] : undefined
}

/** Returns the problems in the order of the file, without duplicates. */
function problemsOf(findings: readonly OptionProblem[], source: Source): Problem[] {
  const problems = findings.map((finding) => {
    const { path, message, hint } = finding
    const option = formatPath(path)
    const problem = problemAt(source.file, source.locate(finding), option === "" ? message : `${option}: ${message}`)
    return hint === undefined ? problem : { ...problem, hint }
  })
  const distinct = new Map(problems.map((problem) => [formatProblem(problem), problem]))
  return [...distinct.values()].sort((one, other) => one.line - other.line || one.column - other.column)
}

function problemAt(file: string, position: Position, message: string): Problem {
  return { file, ...position, message }
}

/** Does not use the parser's own line counter: after some errors that has not seen all lines. */
function positionOf(text: string, offset: number): Position {
  const before = text.slice(0, offset).split("\n")
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}

function refuse(problems: readonly Problem[]): never {
  throw new OperatorError("TAMIS_CONFIGURATION_INVALID", "the configuration cannot be used:", problems)
}
