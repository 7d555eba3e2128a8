/** A suggested rule is tried before anybody sees it: on the lines that it is for, and on those that no rule should hide. */
import { isAscii } from "node:buffer"
import { compileEngine, type Engine } from "../engine/engine.ts"
import { BUILT_IN_VARIABLES } from "../rules/built-in-variables.ts"
import { expandVariables } from "../rules/variables.ts"
import { encodeUtf8b } from "../text/utf8b.ts"
import { alarmingLinesBy } from "./alarming.ts"

/** What speaks against a rule: nothing, that it misses lines it was made of, or an alarming line that it would hide. */
export type Objection = "cannot be run" | "misses lines" | { readonly hides: string }

/** Tries a rule alone, on lines that it is for and on further ones that it must not hide. Returns undefined where nothing speaks against it. */
export function objectionTo(
  pattern: string,
  program: string,
  lines: Iterable<string>,
  forbidden: readonly string[] = [],
): Objection | undefined {
  const engine = engineOf([pattern])
  if (engine === undefined) return "cannot be run"
  for (const line of lines) if (!matches(engine, line)) return "misses lines"
  const hidden = [...alarmingLinesBy(program), ...forbidden].find((line) => matches(engine, line))
  return hidden === undefined ? undefined : { hides: hidden }
}

/** Compiles rules as they are written. Undefined where one of them cannot be run. */
export function engineOf(patterns: readonly string[]): Engine | undefined {
  const expanded = patterns.map((pattern) => expandVariables(pattern, [BUILT_IN_VARIABLES]))
  const { engine, refused } = compileEngine(expanded.map((each) => (each.ok ? each.expanded.pattern : "(")))
  return refused.length === 0 ? engine : undefined
}

export function matches(engine: Engine, line: string): boolean {
  const bytes = encodeUtf8b(line)
  return (engine.match(bytes, isAscii(bytes))?.length ?? 0) > 0
}
