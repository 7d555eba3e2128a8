/** A pattern as a syntax tree, and how grep reads it. */
import type { Bracket } from "./bracket.ts"

export interface Ere {
  readonly root: EreNode
  /** Whether a word anchor (`\<` `\>` `\b` `\B`) occurs. */
  readonly wordAnchors: boolean
  /** The first back-reference, if there is one. */
  readonly backReference: BackReference | undefined
  /** Whether all its characters are below U+0080. */
  readonly ascii: boolean
  /** Which of grep's matchers decides, and how `root` is to be read. */
  readonly reading: Reading
  /**
   * Where regex decides: what the automaton takes the pattern for. grep asks regex about lines only that the automaton
   * lets pass, with whatever is beyond it taken for anything.
   */
  readonly sieve: EreNode | undefined
}

/**
 * grep's two matchers: an automaton of its own, and the C library's `regex` for what is beyond that (see isBeyondDfa):
 * nearly every rule. They differ in repeats with nothing to repeat, and in what `.` takes beyond U+10FFFF:
 *
 *     dfa      *a is a, {1}a is a, ^*a is (^)*a, {a is a brace and an a       `.` takes Unicode
 *     regex    a leading * + ? or { is passed over: ^*a is ^a, {1}a is 1}a    `.` takes what UTF-8 ever had
 */
export type Reading = "dfa" | "regex"

export type EreNode =
  | EreCharacter
  | EreText
  | EreAny
  | Bracket
  | EreAnchor
  | EreGroup
  | BackReference
  | EreRepeat
  | EreSequence
  | EreAlternation

/** One character, or a byte that is not UTF-8 as U+DC00 + byte: it matches that byte where the line is not UTF-8 either. */
export interface EreCharacter {
  readonly kind: "character"
  readonly codePoint: number
}

/** ASCII characters one after the other, none of them repeated: most of most patterns. */
export interface EreText {
  readonly kind: "text"
  readonly text: string
}

/** `.`: any character (see Reading), though not a byte that is not UTF-8. */
export interface EreAny {
  readonly kind: "any"
}

export interface EreAnchor {
  readonly kind: "anchor"
  /** `^` `` \` ``, `$` `\'`, `\<`, `\>`, `\b`, `\B`. A line is all there is, so it is the buffer, too. */
  readonly at: "line-start" | "line-end" | "word-start" | "word-end" | "word-edge" | "not-word-edge"
}

export interface EreGroup {
  readonly kind: "group"
  /** 1-based, by opening parenthesis. */
  readonly index: number
  readonly body: EreNode
}

export interface BackReference {
  readonly kind: "back-reference"
  readonly group: number
  /** 1-based, in characters. */
  readonly column: number
}

export interface EreRepeat {
  readonly kind: "repeat"
  readonly body: EreNode
  readonly min: number
  /** Infinity where there is no upper limit. */
  readonly max: number
}

/** Of no parts: the empty expression. */
export interface EreSequence {
  readonly kind: "sequence"
  readonly parts: readonly EreNode[]
}

export interface EreAlternation {
  readonly kind: "alternation"
  readonly branches: readonly EreNode[]
}
