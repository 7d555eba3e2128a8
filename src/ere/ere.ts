/** A pattern as a syntax tree, and the way in which grep reads it. */
import type { Bracket } from "./bracket.ts"

export interface Ere {
  readonly root: EreNode
  /** Whether a word anchor (`\<` `\>` `\b` `\B`) occurs. */
  readonly wordAnchors: boolean
  /** The first back-reference, if there is one. */
  readonly backReference: BackReference | undefined
  /** Whether all its characters are below U+0080. */
  readonly ascii: boolean
  /** The one of grep's matchers that decides, and so the meaning of `root`. */
  readonly reading: Reading
  /**
   * If regex decides: the automaton's reading of the pattern. grep asks regex only about lines that the automaton lets
   * pass. The parts that the automaton cannot run match anything in it.
   */
  readonly sieve: EreNode | undefined
}

/**
 * grep's two matchers: an automaton of its own, and the C library's `regex` for patterns that the automaton cannot run
 * (see isBeyondDfa), which is nearly every rule. They read a repeat with nothing to repeat differently, and `.` beyond
 * U+10FFFF:
 *
 *     dfa      *a is a, {1}a is a, ^*a is (^)*a, {a is a brace and an a       `.` is any character of Unicode
 *     regex    a leading * + ? or { is skipped: ^*a is ^a, {1}a is 1}a        `.` is any that UTF-8 could ever encode
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

/**
 * One character, or a byte that is not UTF-8 as U+DC00 + byte: it matches that byte if the line has it outside UTF-8.
 */
export interface EreCharacter {
  readonly kind: "character"
  readonly codePoint: number
}

/** Consecutive ASCII characters, none of them repeated. Most patterns consist mainly of these. */
export interface EreText {
  readonly kind: "text"
  readonly text: string
}

/** `.`: any character (see Reading), but no byte that is not UTF-8. */
export interface EreAny {
  readonly kind: "any"
}

export interface EreAnchor {
  readonly kind: "anchor"
  /** `^` `` \` ``, `$` `\'`, `\<`, `\>`, `\b`, `\B`. The buffer is always one line, so its ends are the line's ends. */
  readonly at: "line-start" | "line-end" | "word-start" | "word-end" | "word-edge" | "not-word-edge"
}

export interface EreGroup {
  readonly kind: "group"
  /** 1-based, in the order of the opening parentheses. */
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
  /** Infinity if there is no upper limit. */
  readonly max: number
}

/** A sequence without parts is the empty expression. */
export interface EreSequence {
  readonly kind: "sequence"
  readonly parts: readonly EreNode[]
}

export interface EreAlternation {
  readonly kind: "alternation"
  readonly branches: readonly EreNode[]
}
