/**
 * Groups statements that say the same. The order of the statements does not matter.
 *
 * A statement joins the first similar group of its program. The most frequent shapes come first, so that groups form
 * around them; equally frequent ones come in alphabetical order.
 */
import { compareText } from "../text/compare-text.ts"
import { Group, leadOf } from "./group.ts"
import type { Statement } from "./statement.ts"

/** A statement, its number of lines, and the item that it was made of. */
export interface Weighted<T> {
  readonly statement: Statement
  readonly weight: number
  readonly of: T
}

export interface Cluster<T> {
  readonly group: Group
  readonly members: Weighted<T>[]
  weight: number
}

/** A booting kernel has about 400 different messages. */
const MAX_CLUSTERS_PER_PROGRAM = 1_000

/** Comparisons of a word with a column, in total. 22,000 different lines of 12 real logs took 2.6 million; 20 million take a second. */
const MAX_COMPARISONS = 20_000_000

/** The comparisons left. Quiet programs come first, so that one program's flood costs no other its rules. */
interface Patience {
  comparisons: number
}

export function cluster<T>(statements: readonly Weighted<T>[]): Clustered<T> {
  const byProgram = Map.groupBy(statements, ({ statement: { program } }) => program)
  const quietFirst = [...byProgram].sort(([a, ofA], [b, ofB]) => ofA.length - ofB.length || compareText(a, b))
  const patience = { comparisons: MAX_COMPARISONS }
  const all = quietFirst.map(([, ofProgram]) => clusterProgram(ofProgram, patience))
  return { clusters: all.flatMap(({ clusters }) => clusters), beyond: all.flatMap(({ beyond }) => beyond) }
}

export interface Clustered<T> {
  readonly clusters: readonly Cluster<T>[]
  /** Statements beyond the bounds. */
  readonly beyond: readonly Weighted<T>[]
}

function clusterProgram<T>(statements: readonly Weighted<T>[], patience: Patience): Clustered<T> {
  const clusters: Cluster<T>[] = []
  const beyond: Weighted<T>[] = []
  const byLead = new Map<string, Cluster<T>[]>()
  const byShape = [...Map.groupBy(statements, ({ statement }) => shapeOf(statement))]
    .map(([shape, members]) => ({ shape, members, weight: weightOf(members) }))
    .sort((a, b) => b.weight - a.weight || compareText(a.shape, b.shape))
  for (const { members, weight } of byShape) {
    const [statement, ...others] = inOrder(members.map((member) => member.statement))
    if (statement === undefined) continue
    const lead = leadOf(statement)
    const candidates = patience.comparisons < 0 ? [] : (byLead.get(lead) ?? [])
    const known = candidates.find(({ group }) => {
      patience.comparisons -= group.columns.length * statement.words.length
      return group.takeIfAlike(statement)
    })
    if (known === undefined && (clusters.length >= MAX_CLUSTERS_PER_PROGRAM || patience.comparisons < 0)) {
      beyond.push(...members)
      continue
    }
    const taken = known ?? { group: new Group(statement), members: [], weight: 0 }
    if (known === undefined) {
      clusters.push(taken)
      byLead.set(lead, [...candidates, taken])
    }
    for (const other of others) taken.group.take(other)
    taken.members.push(...members)
    taken.weight += weight
  }
  return { clusters, beyond }
}

/** Makes one group of statements, even if they say different things. */
export function groupOf(statements: readonly Statement[]): Group {
  const [first, ...others] = inOrder(statements)
  if (first === undefined) throw new RangeError("a group needs a statement")
  const group = new Group(first)
  for (const statement of others) group.take(statement)
  return group
}

/** Distinct statements in alphabetical order, so that the order of the lines does not matter. */
function inOrder(statements: readonly Statement[]): readonly Statement[] {
  const byText = new Map(statements.map((statement) => [`${textOf(statement)}\0${statement.tag?.hasPid}`, statement]))
  return [...byText].sort(([a], [b]) => compareText(a, b)).map(([, statement]) => statement)
}

function shapeOf({ words, tag }: Statement): string {
  return `${tag?.end}\0${words.map(({ shape }) => shape).join(" ")}`
}

function textOf({ words }: Statement): string {
  return words.map(({ text }) => text).join(" ")
}

export function weightOf(members: readonly { readonly weight: number }[]): number {
  return members.reduce((sum, { weight }) => sum + weight, 0)
}
