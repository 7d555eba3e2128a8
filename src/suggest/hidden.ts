/** What rules would have hidden, line by line. */
import { isAscii } from "node:buffer"
import { encodeUtf8b } from "../text/utf8b.ts"
import { engineOf } from "./back-test.ts"
import type { Leftover } from "./leftover.ts"

export interface Hidden {
  /** What each rule hides, in the order of the rules. */
  readonly effects: readonly (readonly Leftover[])[]
  /** Lines that any of them hides. */
  readonly lines: number
}

export function hiddenBy(patterns: readonly string[], leftovers: readonly Leftover[]): Hidden {
  const effects: Leftover[][] = patterns.map(() => [])
  const engine = engineOf(patterns)
  if (engine === undefined) throw new Error("a rule that was tried alone cannot be run with the others")
  let lines = 0
  for (const leftover of leftovers) {
    const bytes = encodeUtf8b(leftover.line)
    const hits = engine.match(bytes, isAscii(bytes)) ?? []
    for (const hit of hits) effects[hit]!.push(leftover)
    if (hits.length > 0) lines += leftover.count
  }
  return { effects, lines }
}
