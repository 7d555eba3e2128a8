/**
 * Bracket expressions: parses `[^[:alnum:]_-]` to a set of characters (POSIX XBD §9.3.5, as GNU grep reads it in
 * C.UTF-8).
 *
 * A backslash is an ordinary character here. Ranges go by code point, and their ends are ASCII characters: C.UTF-8
 * collates no others, and grep refuses them.
 */
import { isDigit, UNDERSCORE } from "../text/ascii.ts"
import { CLASS_NAMES, classBit, classesOf } from "./character-classes.ts"
import { type EreSource, refuse, startsWith, takeCharacter } from "./source.ts"
import { isRawByte } from "./utf8.ts"

export interface Bracket {
  readonly kind: "bracket"
  readonly negated: boolean
  /** Class bits of character-classes.ts. */
  readonly classes: number
  /** Inclusive ranges of code points; a single character is a range of one. */
  readonly ranges: readonly (readonly [first: number, last: number])[]
  /** Whether grep's automaton leaves the bracket to regex, see Reading. */
  readonly beyondDfa: boolean
}

/**
 * Whether the bracket matches the character, or any character of these classes that it does not list. No bracket, not
 * even a negated one, matches a byte that is not UTF-8.
 */
export function bracketTakes(bracket: Bracket, codePoint: number, classes = classesOf(codePoint)): boolean {
  if (isRawByte(codePoint)) return false
  return ((classes & bracket.classes) !== 0 || isListed(bracket, codePoint)) !== bracket.negated
}

function isListed({ ranges }: Bracket, codePoint: number): boolean {
  // Without destructuring: this runs for every symbol and bracket at start-up, before V8 has compiled it.
  for (const range of ranges) if (range[0] <= codePoint && codePoint <= range[1]) return true
  return false
}

/** The bracket for `\w`, and negated for `\W`; glibc has no other word characters. */
export function wordBracket(negated: boolean): Bracket {
  const classes = classBit("alnum") ?? 0
  return { kind: "bracket", negated, classes, ranges: [[UNDERSCORE, UNDERSCORE]], beyondDfa: true }
}

/** The bracket for `\s`, and negated for `\S`. */
export function spaceBracket(negated: boolean): Bracket {
  return { kind: "bracket", negated, classes: classBit("space") ?? 0, ranges: [], beyondDfa: true }
}

/** Matches a bracket of characters, ranges and classes, but not one with `[.x.]` or `[=x=]`. */
const USUAL_BRACKET = /\[\^?\]?(?:\[:[a-z]+:\]|[^[\]])*\]/y

/**
 * Parses a bracket as `parseBracket` does. Rules repeat the same few brackets, so equal brackets are one object in the
 * trees of a parser.
 */
export function parseSharedBracket(source: EreSource, known: Map<string, Bracket>): Bracket {
  const start = source.at
  USUAL_BRACKET.lastIndex = start
  const end = USUAL_BRACKET.test(source.pattern) ? USUAL_BRACKET.lastIndex : start
  const text = source.pattern.slice(start, end)
  const shared = known.get(text)
  if (shared !== undefined) {
    source.at = end
    return shared
  }
  const bracket = parseBracket(source)
  if (source.at === end && source.refusal === undefined) known.set(text, bracket)
  return bracket
}

/** Parses from the opening `[` to after the closing `]`. An invalid bracket is refused in the source. */
export function parseBracket(source: EreSource): Bracket {
  const start = source.at
  source.at++
  const negated = startsWith(source, "^")
  if (negated) source.at++
  const first = source.at
  const ranges: [number, number][] = []
  let classes = 0
  let onlySingles = true
  let beyondDfa = negated

  // A `]` in the first place is a character like any other.
  while (source.at === first || !startsWith(source, "]")) {
    if (source.at >= source.pattern.length) {
      refuse(source, start + 1, "this [ is never closed", 'add the closing "]", or write \\[ for a literal [')
      break
    }
    const column = source.at + 1
    if (startsWith(source, "-") && source.at > first && !startsWith(source, "-]")) {
      refuse(source, column, "this - is neither a range nor a character", "put a literal - last")
      break
    }
    if (startsWith(source, "[:")) {
      const bit = parseClass(source)
      classes |= bit
      onlySingles = false
      beyondDfa ||= (bit & SINGLE_BYTE_CLASSES) === 0
      continue
    }
    const named = startsWith(source, "[.") || startsWith(source, "[=")
    const equivalence = startsWith(source, "[=")
    const from = parseElement(source)
    let to = from
    if (startsWith(source, "-") && !startsWith(source, "-]")) {
      source.at++
      if (equivalence || startsWith(source, "[:") || startsWith(source, "[=")) {
        refuse(source, column, "a range needs a character at each end", "put a literal - last")
        break
      }
      to = parseElement(source)
      checkRange(source, column, from, to)
      onlySingles = false
      beyondDfa ||= !isDigit(from) || !isDigit(to)
    }
    if (named) onlySingles = false
    beyondDfa ||= named || isRawByte(from)
    // grep accepts such a byte in a bracket and never matches it there.
    if (!isRawByte(from)) ranges.push([from, to])
  }

  if (onlySingles) refuseBareClass(source, start, first)
  source.at++
  return { kind: "bracket", negated, classes, ranges, beyondDfa }
}

/** The classes that are ASCII in every locale. */
const SINGLE_BYTE_CLASSES = (classBit("digit") ?? 0) | (classBit("xdigit") ?? 0)

/** `[:name:]` inside a bracket. */
function parseClass(source: EreSource): number {
  const column = source.at + 1
  const name = parseNamed(source, ":")
  if (name === undefined) return 0
  const bit = classBit(name)
  if (bit === undefined) {
    refuse(source, column, "unknown character class", `the classes are ${CLASS_NAMES.join(" ")}`)
  }
  return bit ?? 0
}

/** One character, or one named as `[.x.]` or `[=x=]`: in C.UTF-8 each character is its own equivalence class. */
function parseElement(source: EreSource): number {
  const column = source.at + 1
  const mark = startsWith(source, "[.") ? "." : startsWith(source, "[=") ? "=" : undefined
  if (mark === undefined) return takeCharacter(source) ?? 0
  const name = parseNamed(source, mark)
  if (name === undefined) return 0
  const only = name.codePointAt(0) ?? 0
  if (name.length !== 1 || only > 0x7f) {
    refuse(source, column, "this is not the name of a character in C.UTF-8", "write the character itself")
  }
  return only
}

/** The text between `[:` and `:]`, or the same with another mark. */
function parseNamed(source: EreSource, mark: string): string | undefined {
  const start = source.at
  const end = source.pattern.indexOf(`${mark}]`, start + 2)
  if (end !== -1) {
    source.at = end + 2
    return source.pattern.slice(start + 2, end)
  }
  refuse(source, start + 1, `this [${mark} is never closed`, `add the closing "${mark}]]"`)
  return undefined
}

function checkRange(source: EreSource, column: number, from: number, to: number): void {
  if (from > 0x7f || to > 0x7f) {
    refuse(source, column, "C.UTF-8 defines no ranges beyond ASCII", "list the characters, or use [:alpha:]")
  } else if (from > to) {
    refuse(source, column, "this range is backwards", "put the smaller character first, or a literal - last")
  }
}

/** Refuses `[:space:]` outside a bracket, as grep does: somebody forgot the outer brackets. */
function refuseBareClass(source: EreSource, start: number, first: number): void {
  const content = source.pattern.slice(first, source.at)
  if (!content.startsWith(":") || !content.endsWith(":") || /^:*$/.test(content)) return
  refuse(source, start + 1, "this character class is not inside a bracket", "write [[:space:]], not [:space:]")
}

/**
 * Finds the `]` that closes the bracket at `open`, in the text of a pattern that is not parsed. It is not the bracket's
 * first character, and not part of a class. Returns its offset, or the text's length if there is none.
 */
export function bracketEnd(pattern: string, open: number): number {
  let at = open + 1
  if (pattern[at] === "^") at += 1
  if (pattern[at] === "]") at += 1
  for (; at < pattern.length && pattern[at] !== "]"; at += 1) {
    const kind = pattern[at + 1]
    if (pattern[at] === "[" && (kind === ":" || kind === "." || kind === "=")) {
      const end = pattern.indexOf(`${kind}]`, at + 2)
      if (end !== -1) at = end + 1
    }
  }
  return at
}
