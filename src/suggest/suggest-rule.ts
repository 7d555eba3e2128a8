/** One rule for lines that belong together. */
import { alarmOf } from "./alarming.ts"
import { objectionTo } from "./back-test.ts"
import { textOf } from "./cluster.ts"
import type { Breadth } from "./fragment.ts"
import { Group } from "./group.ts"
import { patternOf } from "./pattern.ts"
import { type Statement, statementOf } from "./statement.ts"

/**
 * Suggests one anchored rule that matches all of these lines, which have a header and are of one program.
 *
 * Undefined where there is none that a person should be asked to trust: the lines have too little in common, one of
 * them is alarming, or the rule would hide lines that are. The order of the lines does not matter.
 */
export function suggestRule({ lines }: { readonly lines: readonly string[] }): { readonly pattern: string } | undefined {
  const distinct = [...new Set(lines)]
  if (distinct.some((line) => alarmOf(line) !== undefined)) return undefined
  const statements = distinct.map(statementOf)
  const [first] = statements
  if (first === undefined || !isOfOneProgram(statements)) return undefined
  return ruleFor(groupOf(statements), distinct)
}

function isOfOneProgram(statements: readonly (Statement | undefined)[]): statements is readonly Statement[] {
  const [first] = statements
  return statements.every((each) => each?.program === first?.program && each?.tag?.end === first?.tag?.end)
}

function groupOf(statements: readonly Statement[]): Group {
  const byText = new Map(statements.map((statement) => [`${statement.tag?.hasPid} ${textOf(statement)}`, statement]))
  const [first, ...others] = [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, statement]) => statement)
  const group = new Group(first!)
  for (const statement of others) group.take(statement)
  return group
}

/** Writes the rule of a group and tries it: first as general as seems right, then with what was seen written out. */
export function ruleFor(group: Group, lines: readonly string[]): { readonly pattern: string } | undefined {
  for (const breadth of ["wide", "narrow"] satisfies Breadth[]) {
    const pattern = patternOf(group, breadth)
    if (pattern !== undefined && objectionTo(pattern, group.program, lines) === undefined) return { pattern }
  }
  return undefined
}
