/**
 * The smallest change of a rule that makes it match lines that a program words differently now: one place of the pattern
 * accepts another text beside the one that it has.
 *
 *     sshd\[${PID}\]: Accepted    sshd-session[7]: Accepted       sshd(-session)?\[${PID}\]: Accepted
 *     [^ ]+: Succeeded\.          x: Deactivated successfully.    [^ ]+: (Succeeded|Deactivated successfully)\.
 *
 * Around that place the pattern must match the line unchanged, with at least half of its pieces. The changed rule matches
 * all lines that the rule matched, and the new lines.
 */
import { escapeEre } from "../ere/escape.ts"
import { literalPieces, type Piece } from "../ere/literal-pieces.ts"
import type { Scopes } from "../rules/variables.ts"
import { compileWritten, matchesLine } from "../rules/written-rules.ts"

export interface Change {
  readonly pattern: string
  /** The given lines that the changed rule matches and the rule does not. */
  readonly lines: readonly string[]
}

/** Longest text in the changed place. */
const MAX_TEXT_LENGTH = 60
/** Texts in one place. More than these vary from line to line, which is no rewording. */
const MAX_TEXTS = 3
/** Neighbouring words that are replaced as one. */
const MAX_WORDS = 3

/** A part of the pattern that may be changed. */
interface Place {
  readonly start: number
  readonly end: number
  readonly isGroup: boolean
}

/** Finds the change that matches most of these lines; of several, the one with the shortest texts. Undefined if there is none. */
export function smallestChange(pattern: string, scopes: Scopes, lines: readonly string[]): Change | undefined {
  const pieces = literalPieces(pattern)
  if (pieces === undefined) return undefined
  let best: { readonly change: Change; readonly length: number } | undefined
  for (const place of placesIn(pieces)) {
    const texts = textsAt(pattern, place, scopes, lines)
    if (texts.size === 0 || texts.size > MAX_TEXTS) continue
    const change = changeOf(pattern, place, [...texts.keys()], scopes, lines)
    const length = [...texts.keys()].join("").length
    const isBetter =
      best === undefined ||
      change.lines.length > best.change.lines.length ||
      (change.lines.length === best.change.lines.length && length < best.length)
    if (change.lines.length > 0 && isBetter) best = { change, length }
  }
  return best?.change
}

/** Compiles a pattern, with variables replaced, to ask it about lines; undefined where it cannot be run. */
export function compileOne(pattern: string, scopes: Scopes): ((line: string) => boolean) | undefined {
  const engine = compileWritten([pattern], scopes)
  return engine && ((line) => matchesLine(engine, line))
}

/** Single pieces and up to MAX_WORDS neighbouring words; at least half of the pieces stay unchanged. */
function placesIn(pieces: readonly Piece[]): Place[] {
  const places: Place[] = []
  if (pieces.length < 2) return places
  for (const [first, { start, end, kind }] of pieces.entries()) {
    places.push({ start, end, isGroup: kind === "group" })
    for (let last = first + 1; last < first + MAX_WORDS; last += 1) {
      const piece = pieces[last]
      if (kind === "group" || piece?.kind !== "word" || !piece.followsLiterally) break
      if (2 * (last - first + 1) > pieces.length) break
      places.push({ start, end: piece.end, isGroup: false })
    }
  }
  return places
}

/** The texts at the place, from lines that match before and after it, each with its number of lines. */
function textsAt(
  pattern: string,
  { start, end }: Place,
  scopes: Scopes,
  lines: readonly string[],
): Map<string, number> {
  const texts = new Map<string, number>()
  const before = compileOne(`${pattern.slice(0, start)}$`, scopes)
  const behind = compileOne(`^${pattern.slice(end)}`, scopes)
  if (before === undefined || behind === undefined) return texts
  for (const line of lines) {
    const text = shortestBetween(line, before, behind)
    if (text !== undefined) texts.set(text, (texts.get(text) ?? 0) + 1)
  }
  return texts
}

function shortestBetween(
  line: string,
  before: (text: string) => boolean,
  behind: (text: string) => boolean,
): string | undefined {
  const ends: number[] = []
  for (let at = 1; at <= line.length; at += 1) if (behind(line.slice(at))) ends.push(at)
  if (ends.length === 0) return undefined
  let shortest: string | undefined
  for (let at = 0; at < line.length; at += 1) {
    const end = ends.find((each) => each > at)
    if (end === undefined) break
    const length = end - at
    if (length <= MAX_TEXT_LENGTH && length < (shortest?.length ?? MAX_TEXT_LENGTH + 1) && before(line.slice(0, at))) {
      shortest = line.slice(at, end)
    }
  }
  return shortest
}

function changeOf(
  pattern: string,
  { start, end, isGroup }: Place,
  texts: readonly string[],
  scopes: Scopes,
  lines: readonly string[],
): Change {
  const written = pattern.slice(start, end)
  const widened = isGroup ? `${written.slice(0, -1)}|${texts.map(escapeEre).join("|")})` : widen(written, texts)
  const changed = `${pattern.slice(0, start)}${widened}${pattern.slice(end)}`
  const matches = compileOne(changed, scopes)
  return { pattern: changed, lines: matches === undefined ? [] : lines.filter(matches) }
}

/** `sshd` and `sshd-session` become `sshd(-session)?`. Words have no escapes, but the text between them may. */
function widen(written: string, texts: readonly string[]): string {
  const text = written.replace(/\\(.)/g, "$1")
  if (texts.every((each) => each.startsWith(text))) {
    return `${written}(${texts.map((each) => escapeEre(each.slice(text.length))).join("|")})?`
  }
  if (texts.every((each) => each.endsWith(text))) {
    return `(${texts.map((each) => escapeEre(each.slice(0, -text.length))).join("|")})?${written}`
  }
  return `(${[written, ...texts.map(escapeEre)].join("|")})`
}
