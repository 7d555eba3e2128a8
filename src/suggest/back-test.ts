/** Tries a suggested rule on the lines that it is for, and on lines that no rule should hide. */
import { compileWritten, matchesLine } from "../rules/written-rules.ts"
import { alarmingLinesBy } from "./alarming.ts"

/** A reason against a rule: it cannot be run, misses lines that it is for, or would hide an alarming line. */
export type Objection = "cannot be run" | "misses lines" | { readonly hides: string }

/** Tries a rule alone, on lines that it is for and on `forbidden` lines. Returns undefined if there is no objection. */
export function objectionTo(
  pattern: string,
  program: string,
  lines: Iterable<string>,
  forbidden: readonly string[] = [],
): Objection | undefined {
  const engine = compileWritten([pattern])
  if (engine === undefined) return "cannot be run"
  for (const line of lines) if (!matchesLine(engine, line)) return "misses lines"
  const hidden = [...alarmingLinesBy(program), ...forbidden].find((line) => matchesLine(engine, line))
  return hidden === undefined ? undefined : { hides: hidden }
}
