/** The lines that rules would have hidden. */
import { compileWritten, rulesMatching } from "../rules/written-rules.ts"
import type { Leftover } from "./leftover.ts"

export interface Hidden {
  /** The lines that each rule hides, in the order of the rules. */
  readonly effects: readonly (readonly Leftover[])[]
  /** Number of lines that any of them hides. */
  readonly lines: number
}

export function hiddenBy(patterns: readonly string[], leftovers: readonly Leftover[]): Hidden {
  const effects: Leftover[][] = patterns.map(() => [])
  const engine = compileWritten(patterns)
  if (engine === undefined) throw new Error("a rule that was tried alone cannot be run with the others")
  let lines = 0
  for (const leftover of leftovers) {
    const hits = rulesMatching(engine, leftover.line)
    for (const hit of hits) effects[hit]!.push(leftover)
    if (hits.length > 0) lines += leftover.count
  }
  return { effects, lines }
}
