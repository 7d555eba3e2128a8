/** Finds the existing rule that is most similar to a suggested one: perhaps that rule should be widened. */
import { type Rule, rulePlace } from "../rules/rule.ts"
import { commonLengths, likeness } from "../text/common-subsequence.ts"

export interface SimilarRule {
  readonly rule: Rule
  readonly differences: readonly Difference[]
}

/** A place where the rule and the suggestion differ, as written. */
export interface Difference {
  readonly has: string
  /** The suggestion's text in this place. */
  readonly instead: string
}

/** Least share of common pieces of two patterns. */
const NEAR = 0.75

/** The header of a rule, which says nothing about its purpose. Most headers end in a bracket expression for the host. */
const WRITTEN_HEADER = /^\^(?:\$\{HEAD\} |.*?\]\+ )/

/** Rules are compared if their programs begin with the same letters: sshd, sshd-session. */
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

  /** Finds the most similar rule; of equally similar ones, the first in the rule sets. */
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

/** With more or longer differences, reading both rules is easier. */
const MAX_DIFFERENCES = 3
const MAX_DIFFERENCE_LENGTH = 60

/** Names the rule and the differences: `ssh:24 has "x" where this rule has "y"`. */
export function similarRuleSentence({ rule, differences }: SimilarRule): string {
  const place = rulePlace(rule)
  if (differences.length === 0) return `${place} has the same text`
  const shown = differences
    .slice(0, MAX_DIFFERENCES)
    .map(({ has, instead }) => `${quoted(has)} where this rule has ${quoted(instead)}`)
  return `${place} has ${shown.join(", ")}${differences.length > MAX_DIFFERENCES ? ", and further differences" : ""}`
}

function quoted(text: string): string {
  if (text === "") return "nothing"
  return text.length > MAX_DIFFERENCE_LENGTH ? `"${text.slice(0, MAX_DIFFERENCE_LENGTH)}…"` : `"${text}"`
}

/** Words, variables, groups' brackets, blanks. */
const PIECES = /\$\{[A-Z0-9_]+\}|\[[^\]]*(?:\[:[a-z]+:\][^\]]*)*\][*+?]?|\\?[A-Za-z0-9_]+|\\.|./g

/** Replaces the file's own variables, which often stand for the name of the program. */
function withDefaults({ text, defaults }: Rule): string {
  return text.replace(/\$\{([A-Z0-9_]+)\}/g, (variable, name) => defaults?.get(name) ?? variable)
}

function piecesOf(text: string): readonly string[] {
  const written = text.replace(WRITTEN_HEADER, "").replace(/\\\[\[(?:0-9|\[:digit:\])\]\+\\?\]/g, "\\[${PID}\\]")
  return written.match(PIECES) ?? []
}

/** The first letters of the program's name. */
function leadOf(pieces: readonly string[]): string {
  return pieces.find((piece) => /^[A-Za-z]/.test(piece))?.slice(0, LEAD_LENGTH) ?? ""
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
