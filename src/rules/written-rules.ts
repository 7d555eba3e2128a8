/** Rules as they are written, asked about lines that are texts: for a few questions, not for a stream of lines. */
import { isAscii } from "node:buffer"
import { compileEngine, type Engine } from "../engine/engine.ts"
import { encodeUtf8b } from "../text/utf8b.ts"
import { BUILT_IN_VARIABLES } from "./built-in-variables.ts"
import { expandVariables, type Scopes } from "./variables.ts"

/** Compiles rules with their variables replaced. Undefined where one of them cannot be run. */
export function compileWritten(patterns: readonly string[], scopes: Scopes = [BUILT_IN_VARIABLES]): Engine | undefined {
  const expansions = patterns.map((pattern) => expandVariables(pattern, scopes))
  if (!expansions.every((expansion) => expansion.ok)) return undefined
  const { engine, refused } = compileEngine(expansions.map(({ expanded }) => expanded.pattern))
  return refused.length === 0 ? engine : undefined
}

/** The indices of the rules that match a line, ascending; none where the line cannot be judged. */
export function rulesMatching(engine: Engine, line: string): readonly number[] {
  const bytes = encodeUtf8b(line)
  return engine.match(bytes, isAscii(bytes)) ?? []
}

/** Whether any of the rules matches a line. */
export function matchesLine(engine: Engine, line: string): boolean {
  return rulesMatching(engine, line).length > 0
}
