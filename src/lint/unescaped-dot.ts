/** Finds a dot without a backslash that is probably meant literally: in an address, a version, a site's name. */

import { type Bracket, bracketTakes } from "../ere/bracket.ts"
import type { EreNode } from "../ere/ere.ts"
import { type EreSpans, locateEre } from "../ere/parse.ts"
import { isDigit } from "../text/ascii.ts"

/** Only patterns with a bare dot between digits or next to a name are parsed; most have none. */
const WORTH_PARSING = /[0-9\]})+*?]\.[0-9[()\\]|www\.|\.(?:com|org|net|edu|gov)\b/

/** Returns the 1-based column, in UTF-16 units, of the first such dot of a pattern; undefined if there is none. */
export function unescapedDot(pattern: string): number | undefined {
  if (!WORTH_PARSING.test(pattern)) return undefined
  const spans: EreSpans = new Map()
  const parsed = locateEre(pattern, spans)
  const dot = parsed.ok ? find(parsed.ere.root, false) : undefined
  const start = dot && spans.get(dot)?.start
  return start === undefined ? undefined : start + 1
}

/** If `repeated`, the node's first part can follow its last part. */
function find(node: EreNode, repeated: boolean): EreNode | undefined {
  switch (node.kind) {
    case "sequence":
      return findInSequence(node.parts, repeated)
    case "group":
      return find(node.body, repeated)
    case "repeat":
      return find(node.body, node.max > 1)
    case "alternation":
      for (const branch of node.branches) {
        const found = find(branch, repeated)
        if (found !== undefined) return found
      }
      return undefined
    default:
      return undefined
  }
}

function findInSequence(parts: readonly EreNode[], repeated: boolean): EreNode | undefined {
  for (const [index, part] of parts.entries()) {
    const before = parts[index - 1]
    const after = parts[index + 1] ?? (repeated ? parts[0] : undefined)
    if (part.kind === "any" && before !== undefined && after !== undefined) {
      if (endsInDigit(before) && startsWithDigit(after)) return part
      if (isSite(before, after)) return part
    }
    const found = find(part, false)
    if (found !== undefined) return found
  }
  return undefined
}

function endsInDigit(node: EreNode): boolean {
  switch (node.kind) {
    case "text":
      return /[0-9]$/.test(node.text)
    case "group":
      return endsInDigit(node.body)
    case "sequence":
      return node.parts.length > 0 && endsInDigit(node.parts.at(-1)!)
    default:
      return isDigits(node)
  }
}

function startsWithDigit(node: EreNode): boolean {
  switch (node.kind) {
    case "text":
      return /^[0-9]/.test(node.text)
    case "group":
      return startsWithDigit(node.body)
    case "sequence":
      return node.parts.length > 0 && startsWithDigit(node.parts[0]!)
    default:
      return isDigits(node)
  }
}

/** Whether the node matches digits only. */
function isDigits(node: EreNode): boolean {
  if (node.kind === "repeat" || node.kind === "group") return isDigits(node.body)
  if (node.kind === "character") return isDigit(node.codePoint)
  return node.kind === "bracket" && takesDigitsOnly(node)
}

function takesDigitsOnly(bracket: Bracket): boolean {
  const takes = (character: string) => bracketTakes(bracket, character.charCodeAt(0))
  return takes("5") && !takes("x") && !takes(".") && !takes("-") && !takes(" ")
}

function isSite(before: EreNode, after: EreNode): boolean {
  if (before.kind !== "text" || after.kind !== "text") return false
  return (
    (/(?:^|[^\w-])www$/.test(before.text) && /^\w/.test(after.text)) ||
    (/\w$/.test(before.text) && /^(?:com|org|net|edu|gov)(?!\w)/.test(after.text))
  )
}
