/**
 * Finds the literal words of a pattern, outside of groups and brackets: the parts that a new version of a program may
 * write differently.
 *
 *     ^${HEAD} sshd\[${PID}\]: Accepted (password|publickey) for [^ ]+ from
 *              ~~~~            ~~~~~~~~ ~~~~~~~~~~~~~~~~~~~~ ~~~        ~~~~
 *
 * A group without a repeat is one piece. Pieces are neighbours if only literal characters are between them.
 */
import { bracketEnd } from "./bracket.ts"

export interface Piece {
  readonly kind: "word" | "group"
  /** Offsets in the pattern. */
  readonly start: number
  readonly end: number
  /** Whether only literal characters are between the previous piece and this one. */
  readonly followsLiterally: boolean
}

const WORD = /[A-Za-z0-9_/-]/
const REPEATS = "*+?{"

/** Undefined if the whole pattern is an alternation, or if a group, a bracket or an escape is not complete. */
export function literalPieces(pattern: string): readonly Piece[] | undefined {
  const pieces: Piece[] = []
  let start: number | undefined
  let isLiteral = false
  const endWord = (end: number) => {
    if (start !== undefined && end > start) {
      pieces.push({ kind: "word", start, end, followsLiterally: isLiteral })
      isLiteral = true
    }
    start = undefined
  }
  for (let at = 0; at < pattern.length; ) {
    const next = atomEnd(pattern, at)
    if (next === undefined || pattern[at] === "|" || pattern[at] === ")") return undefined
    const isRepeated = REPEATS.includes(pattern[next] || " ")
    const atom = pattern.slice(at, next)
    if (!isRepeated && WORD.test(atom) && atom.length === 1) {
      start ??= at
    } else {
      endWord(at)
      if (atom.startsWith("(") && !isRepeated) {
        pieces.push({ kind: "group", start: at, end: next, followsLiterally: isLiteral })
        isLiteral = true
      } else if (isRepeated || !isLiteralAtom(atom)) {
        isLiteral = false
      }
    }
    at = isRepeated ? repeatEnd(pattern, next) : next
  }
  endWord(pattern.length)
  return pieces
}

/** A character that means itself, with or without a backslash. */
function isLiteralAtom(atom: string): boolean {
  return atom.length === 1 ? !"^$.".includes(atom) : /^\\[^A-Za-z0-9<>`']$/.test(atom)
}

function atomEnd(pattern: string, at: number): number | undefined {
  switch (pattern[at]) {
    case "\\":
      return at + 2 <= pattern.length ? at + 2 : undefined
    case "[":
      return closed(bracketEnd(pattern, at), pattern)
    case "(":
      return groupEnd(pattern, at)
    case "$": {
      const close = pattern.indexOf("}", at)
      return pattern[at + 1] === "{" && close !== -1 ? close + 1 : at + 1
    }
    default:
      return at + 1
  }
}

/** The offset after a bracket's end; undefined if the bracket is not closed. */
function closed(end: number, pattern: string): number | undefined {
  return end < pattern.length ? end + 1 : undefined
}

function groupEnd(pattern: string, open: number): number | undefined {
  for (let at = open + 1; at < pattern.length; ) {
    if (pattern[at] === ")") return at + 1
    const next = atomEnd(pattern, at)
    if (next === undefined) return undefined
    at = next
  }
  return undefined
}

function repeatEnd(pattern: string, at: number): number {
  let end = at
  while (REPEATS.includes(pattern[end] || " ")) {
    const close = pattern[end] === "{" ? pattern.indexOf("}", end) : end
    end = close === -1 ? pattern.length : close + 1
  }
  return end
}
