/** Suggests one rule for lines that belong together. */
import type { Alarming } from "./alarming.ts"
import { clusterOf } from "./cluster.ts"
import { draft } from "./draft.ts"
import { type Statement, statementOf } from "./statement.ts"

/**
 * Suggests one anchored rule that matches all of these lines, which have a header and are of one program.
 *
 * Undefined if no rule is safe to suggest: the lines have too little in common, one of them is alarming, or the rule would
 * hide alarming lines. The order of the lines does not matter.
 */
export function suggestRule({
  lines,
  alarming,
}: {
  readonly lines: readonly string[]
  readonly alarming: Alarming
}): { readonly pattern: string } | undefined {
  const distinct = [...new Set(lines)]
  if (distinct.some((line) => alarming.about(line) !== undefined)) return undefined
  const statements = distinct.map((line) => statementOf(line))
  const [first] = statements
  if (first === undefined || !isOfOneProgram(statements)) return undefined
  const members = distinct.map((line, index) => ({ statement: statements[index]!, of: { line, host: "", count: 1 } }))
  const drafted = draft(clusterOf(members), { alarming, forbidden: [] })
  return drafted.ok && drafted.leftOut.length === 0 ? { pattern: drafted.draft.pattern } : undefined
}

function isOfOneProgram(statements: readonly (Statement | undefined)[]): statements is readonly Statement[] {
  const [first] = statements
  return statements.every((each) => each?.program === first?.program && each?.tag?.end === first?.tag?.end)
}
