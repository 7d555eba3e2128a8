/**
 * Which form of a line's header a rule was written for: a pattern's tree in, "any" or "iso" out.
 *
 *     classic   Nov 23 17:45:00 web1 …                        begins with a month's initial
 *     iso       2026-11-23T17:45:00.000000+00:00 web1 …       begins with a digit
 *
 * Lines are judged in the classic form. Debian's rules take both, and older ones take the classic only.
 */
import type { Ere, EreNode } from "./ere.ts"
import { isAnchored } from "./ere-anchored.ts"
import { bracketTakes } from "./ere-bracket.ts"

/** Returns "iso" where the pattern, or one of its alternatives, can match lines with an ISO date only. */
export function headerForm(ere: Ere): "any" | "iso" {
  const branches = ere.root.kind === "alternation" ? ere.root.branches : [ere.root]
  return branches.some(isIsoOnly) ? "iso" : "any"
}

const DIGITS = codePoints("0123456789")
const MONTH_INITIALS = codePoints("JFMASOND")

function isIsoOnly(node: EreNode): boolean {
  const canBegin = (codePoint: number) => canBeginWith(node, codePoint)
  return isAnchored(node, "line-start") && DIGITS.some(canBegin) && !MONTH_INITIALS.some(canBegin)
}

/** Whether the first character of what the node matches can be this one. */
function canBeginWith(node: EreNode, codePoint: number): boolean {
  switch (node.kind) {
    case "character":
      return node.codePoint === codePoint
    case "text":
      return node.text.charCodeAt(0) === codePoint
    case "any":
      return true
    case "bracket":
      return bracketTakes(node, codePoint)
    case "anchor":
      return false
    case "back-reference":
      // It repeats what a group before it matched, which may have been nothing at all.
      return true
    case "group":
      return canBeginWith(node.body, codePoint)
    case "repeat":
      return node.max > 0 && canBeginWith(node.body, codePoint)
    case "alternation":
      return node.branches.some((branch) => canBeginWith(branch, codePoint))
    case "sequence": {
      const firstFilled = node.parts.findIndex((part) => !canBeEmpty(part))
      const leading = firstFilled === -1 ? node.parts : node.parts.slice(0, firstFilled + 1)
      return leading.some((part) => canBeginWith(part, codePoint))
    }
  }
}

/** Whether the node can match without taking a character. */
function canBeEmpty(node: EreNode): boolean {
  switch (node.kind) {
    case "character":
    case "text":
    case "any":
    case "bracket":
      return false
    case "anchor":
    case "back-reference":
      return true
    case "group":
      return canBeEmpty(node.body)
    case "repeat":
      return node.min === 0 || canBeEmpty(node.body)
    case "alternation":
      return node.branches.some(canBeEmpty)
    case "sequence":
      return node.parts.every(canBeEmpty)
  }
}

function codePoints(characters: string): readonly number[] {
  return Array.from(characters, (character) => character.charCodeAt(0))
}
