/**
 * A configuration file becomes a Config, or one OperatorError with everything that is wrong with it, each `file:line:col`.
 *
 *     text ──yaml──> raw: as written ──schema──> settings: valid, with defaults ──> Config
 *                          └─ schema, relations, rule sets, secrets ──> findings ──positions──> problems
 *
 * YAML 1.2 without its surprises: no tags, no merge keys, no key twice; `yes` and `no` are text. Anchors and aliases
 * work, within bounds. What follows a mistake in the YAML itself is guesswork, so then it is all that is told.
 */
import { isUtf8 } from "node:buffer"
import { readFileSync } from "node:fs"
import { dirname, resolve } from "node:path"
import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair, parseDocument } from "yaml"
import { OperatorError } from "../errors.ts"
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
  /** The machine's time zone, by IANA name. */
  readonly timeZone: string
}

export interface LoadedConfig {
  readonly config: Config
  /** What works and is probably not what the operator wants. */
  readonly warnings: readonly Problem[]
}

/** Loads a file, or the defaults where there is none. Throws an OperatorError with all problems. */
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
  const config = resolveConfig(settings.data, { base, env, timeZone, ruleSets: known.directories, passwords })
  return { config, warnings: problemsOf(doubts(raw, config), source) }
}

type Position = Pick<Problem, "line" | "column">

/** A file as written, and where in it everything stands. */
interface Source {
  readonly file: string
  readonly raw: unknown
  readonly findings: readonly OptionProblem[]
  /** Finds the option, or what is nearest to where it would stand. */
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
  // Schema and merge are named so that a %YAML directive cannot bring version 1.1's back. Keys given twice are the Reader's.
  const yaml = { schema: "core", merge: false, uniqueKeys: false, prettyErrors: false }
  const document = parseDocument(text, yaml)
  if (document.errors.length > 0) {
    refuse(
      document.errors.map(({ code, message, pos }) => ({
        ...problemAt(file, positionOf(text, pos[0]), `this is not YAML: ${message}`),
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
    const reason = error instanceof Error && "code" in error ? error.code : error
    throw new OperatorError(`cannot read the configuration file ${file} (${reason})`)
  }
  const text = bytes.toString("utf8")
  if (isUtf8(bytes)) return text
  return refuse([problemAt(file, positionOf(text, text.indexOf("\ufffd")), "expected UTF-8, got other bytes")])
}

/** Values that a file may have once its aliases are followed. A file of this size is no configuration. */
const MAX_VALUES = 100_000

/** Turns YAML's nodes into plain values, and keeps what they have that a configuration does not. */
class Reader {
  readonly findings: OptionProblem[] = []
  readonly #document: Document
  /** Lists and maps that are being read: one that comes again is inside itself. */
  readonly #open = new Set<Node>()
  #values = 0

  constructor(document: Document) {
    this.#document = document
  }

  read(node: unknown, path: Path): unknown {
    this.#values += 1
    if (this.#values === MAX_VALUES) this.#object([], "its aliases make it too large")
    if (this.#values >= MAX_VALUES) return undefined
    if (isAlias(node)) return this.#follow(node.resolve(this.#document), node.source, path)
    if (!isScalar(node) && !isMap(node) && !isSeq(node)) return undefined
    if (node.tag !== undefined) this.#object(path, `"${node.tag}" is a tag, which has no meaning here`, "leave it out")
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
      else if (entries.has(name)) this.#object([...path, name], "stands here twice", "keep one", "key")
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
      // Of a key that stands there twice, the second is the one to point at.
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

/** In the order of the file, each once. */
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

/** Not by the parser's own line counter: after some mistakes that has not seen all lines. */
function positionOf(text: string, offset: number): Position {
  const before = text.slice(0, offset).split("\n")
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}

function refuse(problems: readonly Problem[]): never {
  throw new OperatorError("the configuration cannot be used:", problems)
}
