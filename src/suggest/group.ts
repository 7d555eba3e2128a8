/**
 * Lines of one program that say the same, word under word:
 *
 *     session  opened  for  user  root   by      (uid=0)
 *     session  closed  for  user  marie
 *
 * Columns that some lines lack are optional. cluster.ts decides which lines form a group.
 */
import type { Statement } from "./statement.ts"
import type { Word } from "./words.ts"

export interface Column {
  /** Values by their text. */
  readonly values: Map<string, Value>
  readonly shapes: Set<string>
  /** The rows that have no word here. */
  readonly absent: Set<number>
  /** Lines of these rows. */
  absentLines: number
}

export interface Value {
  readonly word: Word
  /** Rows that have it. */
  rows: number
  /** Lines of these rows. */
  lines: number
}

/** One step of an alignment: a word in a column, a column without a word, or a word that needs a new column. */
type Step = "both" | "column" | "word"

export class Group {
  readonly program: string
  readonly tags: { withPid: boolean; withoutPid: boolean; end: string } | undefined
  columns: Column[]
  /** Distinct texts so far. */
  rows = 0
  /** Lines that have them. */
  lines = 0

  constructor(statement: Statement, lines: number) {
    this.program = statement.program
    this.tags = statement.tag && { withPid: false, withoutPid: false, end: statement.tag.end }
    this.columns = statement.words.map(() => newColumn())
    this.take(statement, lines)
  }

  /** Takes a statement, and the number of lines that say so. */
  take({ tag, words }: Statement, lines: number): void {
    if (this.tags !== undefined && tag !== undefined) {
      if (tag.hasPid) this.tags.withPid = true
      else this.tags.withoutPid = true
    }
    const row = this.rows
    const before = [...this.columns]
    const linesBefore = this.lines
    const columns: Column[] = []
    let at = 0
    for (const step of this.#align(words)) {
      const column = step === "word" ? newColumn(row, linesBefore) : before.shift()!
      columns.push(column)
      if (step === "column") {
        column.absent.add(row)
        column.absentLines += lines
      } else addWord(column, words[at++]!, lines)
    }
    this.columns = columns
    this.rows += 1
    this.lines += lines
  }

  /** Aligns words with columns so that they differ least (Needleman and Wunsch). */
  #align(words: readonly Word[]): readonly Step[] {
    const { columns } = this
    // Nothing differs less, and most lines of a program end here.
    const areAllKnown =
      words.length === columns.length && words.every(({ shape }, at) => columns[at]!.shapes.has(shape))
    if (areAllKnown) return words.map(() => "both")
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
    let i = columns.length
    let j = words.length
    while (i > 0 || j > 0) {
      const here = best[i * width + j]!
      const column = columns[i - 1]
      const word = words[j - 1]
      if (column && word && here === best[(i - 1) * width + j - 1]! + score(column, word)) {
        steps.push("both")
        i -= 1
        j -= 1
      } else if (column && here === best[(i - 1) * width + j]! - 1) {
        steps.push("column")
        i -= 1
      } else {
        steps.push("word")
        j -= 1
      }
    }
    return steps.reverse()
  }
}

function newColumn(rowsBefore = 0, linesBefore = 0): Column {
  const absent = new Set(Array.from({ length: rowsBefore }, (_, row) => row))
  return { values: new Map(), shapes: new Set(), absent, absentLines: linesBefore }
}

function addWord(column: Column, word: Word, lines: number): void {
  const known = column.values.get(word.text)
  if (known === undefined) column.values.set(word.text, { word, rows: 1, lines })
  else {
    known.rows += 1
    known.lines += lines
  }
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
