/** The rule there is that is most like a suggested one: perhaps it is the one to widen. */
import { type Rule, ruleId } from "../rules/rule.ts"

export interface NearRule {
  readonly rule: Rule
  /** Where the two part, as written: what the rule has, and what the suggestion has instead. */
  readonly has: string
  readonly instead: string
}

/** Of two patterns' pieces, how many must be the same. */
const NEAR = 0.6

/** Header idioms: what stands before the program says nothing about what a rule is for. */
const HEAD = /^\^(?:\$\{HEAD\}|\(?\\?\w.*?\[\._\[:alnum:\]-\]\+|.*?\[-?\._\[:alnum:\]-?\]\+) /

/** Finds the nearest of the rules that hide lines. A rule that is in several sets is found in the first. */
export function nearestRule(pattern: string, rules: readonly Rule[]): NearRule | undefined {
  const wanted = piecesOf(pattern)
  const lead = leadOf(wanted)
  let best: { rule: Rule; pieces: readonly string[]; score: number } | undefined
  for (const rule of rules) {
    const pieces = piecesOf(rule.text)
    // Most rules are about other programs: those need no comparison.
    if (lead.length < MIN_LEAD || !leadOf(pieces).startsWith(lead.slice(0, MIN_LEAD))) continue
    const score = likeness(pieces, wanted)
    if (score >= NEAR && (best === undefined || score > best.score)) best = { rule, pieces, score }
  }
  return best && { rule: best.rule, ...difference(best.pieces, wanted) }
}

/** Says where it stands and what differs: `ignore.d.server/ssh:24 has "x" where this has "y"`. */
export function nearRuleSentence({ rule, has, instead }: NearRule): string {
  if (has === "" && instead === "") return `${ruleId(rule)} is the same, in other words`
  const quoted = (text: string) => (text === "" ? "nothing" : `"${text}"`)
  return `${ruleId(rule)} has ${quoted(has)} where this has ${quoted(instead)}`
}

/** Programs begin alike: sshd, sshd-session. */
const MIN_LEAD = 3

/** Words, variables, groups' brackets, blanks. */
const PIECES = /\$\{[A-Z0-9_]+\}|\[[^\]]*(?:\[:[a-z]+:\][^\]]*)*\][*+?]?|\\?[A-Za-z0-9_]+|\\.|./g

function piecesOf(text: string): readonly string[] {
  return text.replace(HEAD, "").match(PIECES) ?? []
}

function leadOf(pieces: readonly string[]): string {
  return pieces.find((piece) => /^[A-Za-z]/.test(piece)) ?? ""
}

/** How much of two rules is the same, in their order: 0 to 1 (Dice's coefficient over the longest common subsequence). */
function likeness(one: readonly string[], other: readonly string[]): number {
  let above = new Uint16Array(other.length + 1)
  for (const piece of one) {
    const row = new Uint16Array(other.length + 1)
    for (let at = 1; at <= other.length; at += 1) {
      row[at] = piece === other[at - 1] ? above[at - 1]! + 1 : Math.max(above[at]!, row[at - 1]!)
    }
    above = row
  }
  return (2 * above[other.length]!) / (one.length + other.length)
}

function difference(one: readonly string[], other: readonly string[]): Pick<NearRule, "has" | "instead"> {
  let start = 0
  while (start < one.length && one[start] === other[start]) start += 1
  let end = 0
  while (end < Math.min(one.length, other.length) - start && one.at(-1 - end) === other.at(-1 - end)) end += 1
  return {
    has: one.slice(start, one.length - end).join(""),
    instead: other.slice(start, other.length - end).join(""),
  }
}
