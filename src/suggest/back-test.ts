/** Tries a suggested rule on the lines that it is for, and on lines that no rule should hide. */
import { compileWritten, matchesLine } from "../rules/written-rules.ts"
import type { Alarming } from "./alarming.ts"
import type { Care } from "./careful.ts"

/** A reason against a rule: it cannot be run, misses lines that it is for, or would hide an alarming line. */
export type Objection = "cannot be run" | "misses lines" | { readonly hides: string }

/** Lines that no rule may hide. */
export interface Untouchable {
  readonly alarming: Alarming
  readonly forbidden: readonly string[]
  /** The reason to be careful with the lines that the rule is for. */
  readonly care?: Care
}

/** Tries a rule alone, on lines that it is for and on lines that it may not hide. Returns undefined if there is no objection. */
export function objectionTo(
  pattern: string,
  program: string,
  lines: Iterable<string>,
  { alarming, forbidden, care }: Untouchable,
): Objection | undefined {
  const engine = compileWritten([pattern])
  if (engine === undefined) return "cannot be run"
  for (const line of lines) if (!matchesLine(engine, line)) return "misses lines"
  const hidden = alarming.hiddenBy(engine, program, care?.topic) ?? forbidden.find((line) => matchesLine(engine, line))
  return hidden === undefined ? undefined : { hides: hidden }
}
