/**
 * The smallest change of a rule that lets it match lines that a program says differently now: one place of the pattern
 * takes another text beside the one that it has.
 *
 *     sshd\[${PID}\]: Accepted    sshd-session[7]: Accepted       sshd(-session)?\[${PID}\]: Accepted
 *     [^ ]+: Succeeded\.          x: Deactivated successfully.    [^ ]+: (Succeeded|Deactivated successfully)\.
 *
 * All around that place the pattern must match the line as it is, with at least half of its words: that a line is
 * like a rule is not a matter of taste. The changed rule matches what the rule matched, and the new lines.
 */
import { isAscii } from "node:buffer"
import { compileEngine, type Engine } from "../engine/engine.ts"
import { escapeEre } from "../ere/escape.ts"
import { literalPieces, type Piece } from "../ere/literal-pieces.ts"
import { expandVariables } from "../rules/variables.ts"
import { encodeUtf8b } from "../text/utf8b.ts"

export interface Change {
  readonly pattern: string
  /** Lines that it matches and that the rule does not, of those that were given. */
  readonly lines: readonly string[]
}

export type Scopes = readonly ReadonlyMap<string, string>[]

/** What stands in the place may be so long. */
const MAX_TEXT_LENGTH = 60
/** More texts in one place vary from line to line: that is no other way of saying it. */
const MAX_TEXTS = 3
/** Neighbouring words that are replaced as one. */
const MAX_WORDS = 3

/** A part of the pattern, and what stands there in lines. */
interface Place {
  readonly start: number
  readonly end: number
  readonly isGroup: boolean
}

/** Finds the change that takes in most of these lines; of several, the one with the shortest texts. Undefined where there is none. */
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

/** Whether a pattern matches a line, with variables replaced; undefined where it cannot be run. */
export function compileOne(pattern: string, scopes: Scopes): ((line: string) => boolean) | undefined {
  const expansion = expandVariables(pattern, scopes)
  if (!expansion.ok) return undefined
  const { engine, refused } = compileEngine([expansion.expanded.pattern])
  return refused.length === 0 ? (line) => matches(engine, line) : undefined
}

function matches(engine: Engine, line: string): boolean {
  const bytes = encodeUtf8b(line)
  return (engine.match(bytes, isAscii(bytes))?.length ?? 0) > 0
}

/** Single pieces and up to MAX_WORDS neighbouring words, with half of the pieces left for what stays as it is. */
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

/** What stands at the place in each line that matches around it, with how many lines it does. */
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

/** `sshd` and `sshd-session` become `sshd(-session)?`. Words of a pattern hold nothing that is escaped, but blanks and more may be between. */
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
