/**
 * Statements become groups that say the same, whatever order they come in.
 *
 * A statement joins the first group of its program that it is alike with; the most frequent shapes come first, so that they are
 * what groups form around, and equal ones in the order of their letters.
 */
import { compareText } from "../text/compare-text.ts"
import { Group, leadOf } from "./group.ts"
import type { Statement } from "./statement.ts"

/** A statement with what it stands for. */
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

/** A booting kernel says some 400 different things. */
const MAX_CLUSTERS_PER_PROGRAM = 1_000

/** Of a word with a column, in all. 22,000 different lines of 12 real logs took 2.6 million; so many take a second. */
const MAX_COMPARISONS = 20_000_000

/** What is left of it. Who says least comes first, so that nobody's flood costs another program its rules. */
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
  /** What programs say beyond the bounds. */
  readonly beyond: readonly Weighted<T>[]
}

function clusterProgram<T>(statements: readonly Weighted<T>[], patience: Patience): Clustered<T> {
  const clusters: Cluster<T>[] = []
  const beyond: Weighted<T>[] = []
  const byLead = new Map<string, Cluster<T>[]>()
  const byShape = [...Map.groupBy(statements, ({ statement }) => shapeOf(statement))]
    .map(([shape, members]) => ({ shape, members, weight: sum(members) }))
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

/** Makes one group of statements whether they say the same or not. */
export function groupOf(statements: readonly Statement[]): Group {
  const [first, ...others] = inOrder(statements)
  if (first === undefined) throw new RangeError("a group needs a statement")
  const group = new Group(first)
  for (const statement of others) group.take(statement)
  return group
}

/** Distinct statements in the order of their letters, so that the order of the lines does not matter. */
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

function sum<T>(members: readonly Weighted<T>[]): number {
  return members.reduce((total, { weight }) => total + weight, 0)
}
