/**
 * Lines of one program that say the same, word under word:
 *
 *     session  opened  for  user  root   by      (uid=0)
 *     session  closed  for  user  marie
 *
 * Columns that some lines lack are optional. `takeIfAlike` refuses a line that is too different; cluster.ts decides which
 * lines form a group.
 */
import type { Statement } from "./statement.ts"
import type { Word } from "./words.ts"

export interface Column {
  /** Values by their text. */
  readonly values: Map<string, Value>
  readonly shapes: Set<string>
  /** The rows that have no word here. */
  readonly absent: Set<number>
}

export interface Value {
  readonly word: Word
  /** Rows that have it. */
  rows: number
}

/** One step of an alignment: a word in a column, a column without a word, or a word that needs a new column. */
type Step = "both" | "column" | "word"

/** Columns or words without a partner: with more, two lines say different things. */
const MAX_GAPS = 4

/** Optional words: with more, a rule would match far more than the lines seen. */
const MAX_OPTIONAL = 6

export class Group {
  readonly program: string
  readonly tags: { withPid: boolean; withoutPid: boolean; end: string } | undefined
  columns: Column[]
  /** Distinct texts so far. */
  rows = 0

  constructor(statement: Statement) {
    this.program = statement.program
    this.tags = statement.tag && { withPid: false, withoutPid: false, end: statement.tag.end }
    this.columns = statement.words.map(() => newColumn())
    this.#take(
      statement,
      statement.words.map(() => "both"),
    )
  }

  /** Takes a statement that says the same. Returns false, and changes nothing, if it says something else. */
  takeIfAlike(statement: Statement): boolean {
    if (!this.#isNearInLength(statement.words)) return false
    const { steps, likeness } = this.#align(statement.words)
    if (!isAlike(likeness)) return false
    this.#take(statement, steps)
    return true
  }

  /** A quick test that most pairs fail: whether the numbers of words and columns are close enough. */
  #isNearInLength({ length }: readonly Word[]): boolean {
    return length - this.columns.length <= MAX_GAPS && this.columns.length - length <= MAX_OPTIONAL
  }

  /** Takes any statement. */
  take(statement: Statement): void {
    this.#take(statement, this.#align(statement.words).steps)
  }

  #take({ tag, words }: Statement, steps: readonly Step[]): void {
    if (this.tags !== undefined && tag !== undefined) {
      if (tag.hasPid) this.tags.withPid = true
      else this.tags.withoutPid = true
    }
    const row = this.rows
    const before = [...this.columns]
    const columns: Column[] = []
    let at = 0
    for (const step of steps) {
      const column = step === "word" ? newColumn(row) : before.shift()!
      columns.push(column)
      if (step === "column") column.absent.add(row)
      else addWord(column, words[at++]!)
    }
    this.columns = columns
    this.rows += 1
  }

  /** Aligns words with columns so that they differ least (Needleman and Wunsch). */
  #align(words: readonly Word[]): { steps: readonly Step[]; likeness: Likeness } {
    const { columns } = this
    const width = words.length + 1
    const best = new Float64Array((columns.length + 1) * width)
    for (let i = 1; i <= columns.length; i += 1) best[i * width] = -i
    for (let j = 1; j <= words.length; j += 1) best[j] = -j
    for (let i = 1; i <= columns.length; i += 1) {
      for (let j = 1; j <= words.length; j += 1) {
        const both = best[(i - 1) * width + j - 1]! + score(columns[i - 1]!, words[j - 1]!)
        best[i * width + j] = Math.max(both, best[(i - 1) * width + j]! - 1, best[i * width + j - 1]! - 1)
      }
    }
    const steps: Step[] = []
    const likeness: Likeness = { literals: 0, changed: 0, gaps: 0, optional: 0, width: 0 }
    let i = columns.length
    let j = words.length
    while (i > 0 || j > 0) {
      const here = best[i * width + j]!
      const column = columns[i - 1]
      const word = words[j - 1]
      if (column && word && here === best[(i - 1) * width + j - 1]! + score(column, word)) {
        steps.push("both")
        if (column.shapes.size === 1 && column.shapes.has(word.shape)) {
          likeness.literals += Number(column.absent.size === 0 && word.isWordy)
        }
        if (column.shapes.size === 1 && !hasLike(column, word)) likeness.changed += 1
        i -= 1
        j -= 1
      } else if (column && here === best[(i - 1) * width + j]! - 1) {
        steps.push("column")
        // A column that is already optional is no difference.
        likeness.gaps += Number(column.absent.size === 0)
        i -= 1
      } else {
        steps.push("word")
        likeness.gaps += 1
        j -= 1
      }
    }
    likeness.optional = likeness.gaps + columns.filter(({ absent }) => absent.size > 0).length
    likeness.width = steps.length
    return { steps: steps.reverse(), likeness }
  }
}

/** Statements of one group have the same lead: the end of the tag, and the key or shape of the first word. */
export function leadOf({ tag, words }: Statement): string {
  const [first] = words
  return `${tag?.end}\0${first === undefined ? "" : first.key || `\0${first.shape}`}`
}

/** How similar a statement is to a group. */
export interface Likeness {
  /** Constant words of the group that the statement has as well. */
  literals: number
  /** Constant words of the group that differ in the statement. */
  changed: number
  /** Words that only the group or only the statement has. */
  gaps: number
  /** Words that some lines lack, the statement included. */
  optional: number
  width: number
}

/** Whether lines say the same: they have more words in common than they differ in. */
function isAlike({ literals, changed, gaps, optional, width }: Likeness): boolean {
  if (changed + gaps === 0) return true
  if (gaps > MAX_GAPS || optional > MAX_OPTIONAL) return false
  return literals >= 2 && literals >= 2 * changed + gaps / 2 && literals >= width / 4
}

function newColumn(rowsBefore = 0): Column {
  return { values: new Map(), shapes: new Set(), absent: new Set(Array.from({ length: rowsBefore }, (_, row) => row)) }
}

function addWord(column: Column, word: Word): void {
  const known = column.values.get(word.text)
  if (known === undefined) column.values.set(word.text, { word, rows: 1 })
  else known.rows += 1
  column.shapes.add(word.shape)
}

function score(column: Column, word: Word): number {
  if (column.shapes.has(word.shape)) return word.isWordy ? 3 : 2
  if (hasLike(column, word)) return 1
  return column.shapes.size > 1 ? 0 : -0.5
}

/** Whether the column has words of the same structure: `user=root`, `user=marie`. */
function hasLike(column: Column, word: Word): boolean {
  if (column.shapes.has(word.shape)) return true
  const [first] = column.values.values()
  return first !== undefined && isLike(first.word, word)
}

function isLike(one: Word, other: Word): boolean {
  return one.key !== "" && one.key === other.key
}
