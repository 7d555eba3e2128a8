/**
 * Globs over host names: `*` matches any characters, `?` one, `[a-z]` one of a set, `[!a-z]` one that is not in the
 * set.
 *
 * Letters match in either case (RFC 4343). A pattern without a dot also matches the first label of a longer name: some
 * hosts call themselves `web1`, others `web1.example.org`; `web1` and `web?` match both. An address has no labels.
 * There is no escape character, since no host name needs one.
 *
 * The time is at most the pattern's length times the name's length: only the last `*` is ever tried again.
 */
import { isIP } from "node:net"
import { ASTERISK, isLowerCase, isUpperCase, LEFT_BRACKET, QUESTION_MARK, SMALL_BIT } from "../text/ascii.ts"

/** Whether the name, or its first label, matches. The pattern must have no defect. */
export function matchesGlob(pattern: string, name: string): boolean {
  if (matchesWhole(pattern, name, name.length)) return true
  const labelEnd = name.indexOf(".")
  return labelEnd > 0 && !pattern.includes(".") && matchesWhole(pattern, name, labelEnd) && isIP(name) === 0
}

/** Whether a pattern can match more than one name. */
export function isGlob(pattern: string): boolean {
  return /[*?[]/.test(pattern)
}

/** Describes the defect of a pattern; undefined if it has none. */
export function globDefect(pattern: string): string | undefined {
  if (pattern === "") return "it is empty"
  if (/[^\x21-\x7e]/.test(pattern)) return "it has a blank, a control character or a letter outside ASCII"
  for (let at = pattern.indexOf("["); at !== -1; at = pattern.indexOf("[", setEnd(pattern, at) + 1)) {
    if (setEnd(pattern, at) === -1) return 'its "[" has no "]"'
  }
  return undefined
}

function matchesWhole(pattern: string, name: string, end: number): boolean {
  let atPattern = 0
  let at = 0
  let afterStar = -1
  let retryAt = 0
  while (at < end) {
    const code = pattern.charCodeAt(atPattern)
    if (code === ASTERISK) {
      atPattern += 1
      afterStar = atPattern
      retryAt = at
    } else if (atPattern < pattern.length && matchesOne(pattern, atPattern, name.charCodeAt(at))) {
      atPattern = code === LEFT_BRACKET ? setEnd(pattern, atPattern) + 1 : atPattern + 1
      at += 1
    } else if (afterStar !== -1) {
      retryAt += 1
      atPattern = afterStar
      at = retryAt
    } else {
      return false
    }
  }
  while (pattern.charCodeAt(atPattern) === ASTERISK) atPattern += 1
  return atPattern === pattern.length
}

function matchesOne(pattern: string, atPattern: number, code: number): boolean {
  const wanted = pattern.charCodeAt(atPattern)
  if (wanted === QUESTION_MARK) return true
  if (wanted === LEFT_BRACKET) return matchesSet(pattern, atPattern, code)
  return lowerCase(wanted) === lowerCase(code)
}

function matchesSet(pattern: string, opening: number, code: number): boolean {
  const end = setEnd(pattern, opening)
  const negated = isNegation(pattern, opening + 1)
  let at = negated ? opening + 2 : opening + 1
  while (at < end) {
    const from = pattern.charCodeAt(at)
    const isRange = pattern[at + 1] === "-" && at + 2 < end
    const to = isRange ? pattern.charCodeAt(at + 2) : from
    if (isBetween(lowerCase(code), from, to) || isBetween(upperCase(code), from, to)) return !negated
    at += isRange ? 3 : 1
  }
  return negated
}

/**
 * Index of the bracket that closes a set, or -1. Directly after the opening, it is an ordinary character, as in a
 * shell.
 */
function setEnd(pattern: string, opening: number): number {
  const first = isNegation(pattern, opening + 1) ? opening + 2 : opening + 1
  return pattern.indexOf("]", first + 1)
}

function isNegation(pattern: string, at: number): boolean {
  return pattern[at] === "!" || pattern[at] === "^"
}

function isBetween(code: number, from: number, to: number): boolean {
  return code >= from && code <= to
}

function lowerCase(code: number): number {
  return isUpperCase(code) ? code + SMALL_BIT : code
}

function upperCase(code: number): number {
  return isLowerCase(code) ? code - SMALL_BIT : code
}
