/** Finds the parts of a pattern that grep's automaton leaves to the C library's regex (Reading in ere.ts). */
import type { EreNode } from "./ere.ts"
import { isRawByte } from "./utf8.ts"

/**
 * Whether the automaton cannot run something in the tree in a UTF-8 locale: a negated bracket, a class other than digit
 * and xdigit, a range other than of digits, a collating symbol, `\w \W \s \S`, a word anchor, a back-reference, a byte
 * that is not UTF-8. A node that is repeated zero times does not count.
 */
export function isBeyondDfa(node: EreNode): boolean {
  switch (node.kind) {
    case "group":
      return isBeyondDfa(node.body)
    case "repeat":
      return node.max > 0 && isBeyondDfa(node.body)
    case "sequence":
      return node.parts.some(isBeyondDfa)
    case "alternation":
      return node.branches.some(isBeyondDfa)
    default:
      return isAtomBeyondDfa(node)
  }
}

/** Like isBeyondDfa, for a node without children. */
export function isAtomBeyondDfa(node: EreNode): boolean {
  switch (node.kind) {
    case "bracket":
      return node.beyondDfa
    case "character":
      return isRawByte(node.codePoint)
    case "anchor":
      return node.at !== "line-start" && node.at !== "line-end"
    default:
      return node.kind === "back-reference"
  }
}
