/** The rule there is that is most like a suggested one: perhaps it is the one to widen. */
import type { Rule } from "../rules/rule.ts"

export interface SimilarRule {
  readonly rule: Rule
  readonly differences: readonly Difference[]
}

/** Where the two part, as written. */
export interface Difference {
  readonly has: string
  /** What the suggestion has there. */
  readonly instead: string
}

/** Of two patterns' pieces, how many must be the same. */
const NEAR = 0.75

/** What stands before the program says nothing about what a rule is for; most headers end in a bracket expression for the host. */
const HEAD = /^\^(?:\$\{HEAD\} |.*?\]\+ )/

/** Programs that begin alike are compared: sshd, sshd-session. */
const LEAD_LENGTH = 3

interface Candidate {
  readonly rule: Rule
  readonly pieces: readonly string[]
}

export class SimilarRules {
  readonly #byLead: ReadonlyMap<string, readonly Candidate[]>

  constructor(rules: readonly Rule[]) {
    this.#byLead = Map.groupBy(
      rules.map((rule) => ({ rule, pieces: piecesOf(withDefaults(rule)) })),
      ({ pieces }) => leadOf(pieces),
    )
  }

  /** Finds the nearest. One that is as near as another comes first in the rule sets. */
  to(pattern: string): SimilarRule | undefined {
    const wanted = piecesOf(pattern)
    let nearest: (Candidate & { readonly score: number }) | undefined
    for (const candidate of this.#byLead.get(leadOf(wanted)) ?? []) {
      const score = likeness(candidate.pieces, wanted)
      if (score >= NEAR && score > (nearest?.score ?? 0)) nearest = { ...candidate, score }
    }
    return nearest && { rule: nearest.rule, differences: differences(nearest.pieces, wanted) }
  }
}

/** More than these, or longer ones, say no more than the two rules themselves. */
const MAX_DIFFERENCES = 3
const MAX_DIFFERENCE_LENGTH = 60

/** Says where it stands and what differs: `ssh:24 has "x" where this has "y"`. */
export function similarRuleSentence({ rule, differences }: SimilarRule): string {
  const place = `${rule.path}:${rule.line}`
  if (differences.length === 0) return `${place} is the same`
  const told = differences
    .slice(0, MAX_DIFFERENCES)
    .map(({ has, instead }) => `${quoted(has)} where this has ${quoted(instead)}`)
  return `${place} has ${told.join(", ")}${differences.length > MAX_DIFFERENCES ? ", and more" : ""}`
}

function quoted(text: string): string {
  if (text === "") return "nothing"
  return text.length > MAX_DIFFERENCE_LENGTH ? `"${text.slice(0, MAX_DIFFERENCE_LENGTH)}…"` : `"${text}"`
}

/** Words, variables, groups' brackets, blanks. */
const PIECES = /\$\{[A-Z0-9_]+\}|\[[^\]]*(?:\[:[a-z]+:\][^\]]*)*\][*+?]?|\\?[A-Za-z0-9_]+|\\.|./g

/** A file's own variables are shorthand for what the program is called, as often as not. */
function withDefaults({ text, defaults }: Rule): string {
  return text.replace(/\$\{([A-Z0-9_]+)\}/g, (variable, name) => defaults?.get(name) ?? variable)
}

function piecesOf(text: string): readonly string[] {
  const written = text.replace(HEAD, "").replace(/\\\[\[(?:0-9|\[:digit:\])\]\+\\?\]/g, "\\[${PID}\\]")
  return written.match(PIECES) ?? []
}

/** What the program's name begins with. */
function leadOf(pieces: readonly string[]): string {
  return pieces.find((piece) => /^[A-Za-z]/.test(piece))?.slice(0, LEAD_LENGTH) ?? ""
}

/** How much of two rules is the same, in their order: 0 to 1 (Dice's coefficient over the longest common subsequence). */
function likeness(one: readonly string[], other: readonly string[]): number {
  return (2 * commonLengths(one, other)[0]![0]!) / (one.length + other.length)
}

/** The length of the longest common subsequence of what is left from each place on. */
function commonLengths(one: readonly string[], other: readonly string[]): readonly Uint16Array[] {
  const rows = Array.from({ length: one.length + 1 }, () => new Uint16Array(other.length + 1))
  for (let i = one.length - 1; i >= 0; i -= 1) {
    for (let j = other.length - 1; j >= 0; j -= 1) {
      rows[i]![j] = one[i] === other[j] ? rows[i + 1]![j + 1]! + 1 : Math.max(rows[i + 1]![j]!, rows[i]![j + 1]!)
    }
  }
  return rows
}

function differences(one: readonly string[], other: readonly string[]): readonly Difference[] {
  const common = commonLengths(one, other)
  const found: Difference[] = []
  let has = ""
  let instead = ""
  let i = 0
  let j = 0
  const close = () => {
    if (has + instead !== "") found.push({ has, instead })
    has = ""
    instead = ""
  }
  while (i < one.length || j < other.length) {
    if (i < one.length && j < other.length && one[i] === other[j]) {
      close()
      i += 1
      j += 1
    } else if (j >= other.length || (i < one.length && common[i + 1]![j]! >= common[i]![j + 1]!)) has += one[i++]
    else instead += other[j++]
  }
  close()
  return found
}
