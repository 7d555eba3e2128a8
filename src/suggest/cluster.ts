/**
 * Groups statements that say the same: those of one family of the digest (digest/families.ts), so that a rule is for lines
 * that a mail shows as one entry. The order of the statements does not matter.
 */
import { findFamilies } from "../digest/families.ts"
import { template } from "../tally/template.ts"
import { compareText } from "../text/compare-text.ts"
import { Group } from "./group.ts"
import type { Leftover } from "./leftover.ts"
import type { Statement } from "./statement.ts"

/** The statement of a leftover. */
export interface Member {
  readonly statement: Statement
  readonly of: Leftover
}

export interface Cluster {
  readonly group: Group
  readonly members: readonly Member[]
  /** Number of lines. */
  readonly weight: number
}

/** A booting kernel has about 400 different messages. */
const MAX_CLUSTERS_PER_PROGRAM = 1_000

export interface Clustered {
  readonly clusters: readonly Cluster[]
  /** Members of the lightest groups of programs that have too many. */
  readonly beyond: readonly Member[]
}

export function cluster(members: readonly Member[]): Clustered {
  const { forms } = findFamilies(
    members.map(({ of: { line } }) => ({ template: template(line) })),
    new Set(),
  )
  const formOf = new Map(members.map((member, index) => [member, forms[index]!]))
  const families = Map.groupBy(members, (member) => {
    const { program, tag } = member.statement
    return `${program}\0${tag?.end}\0${formOf.get(member)}`
  })
  const byProgram = Map.groupBy(families, ([, [first]]) => first!.statement.program)
  const clusters: Cluster[] = []
  const beyond: Member[] = []
  for (const ofProgram of byProgram.values()) {
    const heaviest = ofProgram
      .map(([form, own]) => ({ form, own, weight: linesOf(own) }))
      .sort((a, b) => b.weight - a.weight || compareText(a.form, b.form))
    for (const { own } of heaviest.slice(0, MAX_CLUSTERS_PER_PROGRAM)) clusters.push(clusterOf(own))
    for (const { own } of heaviest.slice(MAX_CLUSTERS_PER_PROGRAM)) beyond.push(...own)
  }
  return { clusters, beyond }
}

/** Makes one group of all these members, of which there is one at least. */
export function clusterOf(members: readonly Member[]): Cluster {
  const [first, ...others] = distinct(members)
  if (first === undefined) throw new RangeError("a group needs a statement")
  const group = new Group(first.statement, first.lines)
  for (const { statement, lines } of others) group.take(statement, lines)
  return { group, members, weight: linesOf(members) }
}

/** Distinct statements with their lines in alphabetical order, so that the order of the lines does not matter. */
function distinct(members: readonly Member[]): readonly { readonly statement: Statement; readonly lines: number }[] {
  const alike = Map.groupBy(members, ({ statement }) => `${textOf(statement)}\0${statement.tag?.hasPid}`)
  return [...alike]
    .sort(([a], [b]) => compareText(a, b))
    .map(([, equal]) => ({ statement: equal[0]!.statement, lines: linesOf(equal) }))
}

function textOf({ words }: Statement): string {
  return words.map(({ text }) => text).join(" ")
}

function linesOf(members: readonly Member[]): number {
  return members.reduce((sum, { of: { count } }) => sum + count, 0)
}
