/**
 * How far a word at a place speaks for an open place, and whether an open place takes it.
 */

import { isOpen, OPEN, OPEN_NAME } from "./marks.ts"
import { isClass, looksLikeName } from "./shapes.ts"
import type { Key } from "./token.ts"
import { isAttribute, isFunctionWord, isStateWord } from "./vocabulary.ts"

/** Points at which a place opens. */
export const OPEN_AT = 12

/**
 * What a distinct word brings: four names of persons open a place, and four other words that look like names and stand
 * behind a noun. Elsewhere it takes six or twelve: sets of states, kinds and parts are small, those of names are not.
 */
const POINTS: Readonly<Record<Key, { readonly nameLike: number; readonly word: number }>> = {
  person: { nameLike: 3, word: 3 },
  noun: { nameLike: 3, word: 2 },
  bare: { nameLike: 3, word: 1 },
  assignment: { nameLike: 2, word: 1 },
  known: { nameLike: 2, word: 0 },
  look: { nameLike: 2, word: 0 },
}

/** What a word brings that is known as a name. */
const KNOWN_POINTS = 3

/** Words of the line that stay, the key among them. */
const MIN_LITERALS: Readonly<Record<Key, number>> = {
  person: 2,
  noun: 2,
  bare: 2,
  assignment: 2,
  known: 3,
  look: 3,
}

/** The same where the words are known as names. */
const MIN_LITERALS_KNOWN = 1

/** `TCP`, `LISTEN`: a flag. */
const FLAG = /^[A-Z][A-Z_]+$/
/** Two kinds of names (`rdd_<n>`, `broadcast_<n>`) can be two kinds of events. */
const MIN_KINDS = 3

/**
 * How a place with this key opens: for any word, for what looks like a name, or not. It depends on the words that were seen there,
 * on their shapes, and on the number of words that stay in the line. `names` are accounts that the program has shown.
 */
export function openingOf(
  key: Key,
  tokens: ReadonlySet<string>,
  words: Iterable<string>,
  literals: number,
  names: ReadonlySet<string>,
): typeof OPEN | typeof OPEN_NAME | undefined {
  const counted = new Set<string>()
  let points = 0
  let known = 0
  for (const word of words) {
    if (counted.has(word)) continue
    counted.add(word)
    if (!isEvidence(word)) continue
    points += POINTS[key][looksLikeName(word) ? "nameLike" : "word"]
    if (key === "known" && names.has(word)) known += KNOWN_POINTS
    if (known >= OPEN_AT && literals >= MIN_LITERALS_KNOWN) return OPEN
    if (points >= OPEN_AT && literals >= MIN_LITERALS[key] && key !== "known" && key !== "look") return OPEN
  }
  return points >= OPEN_AT && literals >= MIN_LITERALS[key] && hasManyKinds(tokens) ? OPEN_NAME : undefined
}

/** Whether the word can be a name. What is left out names what happens, what it happens to, or nothing. */
function isEvidence(word: string): boolean {
  if (word === "" || isOpen(word) || FLAG.test(word)) return false
  return !isStateWord(word) && !isAttribute(word)
}

function hasManyKinds(tokens: ReadonlySet<string>): boolean {
  return tokens.size >= MIN_KINDS || [...tokens].some((token) => isClass(token))
}

/** Whether an open place takes the word. */
export function takes(mark: string, key: Key, token: string): boolean {
  if (token === OPEN_NAME || isClass(token)) return true
  if (mark === OPEN_NAME) return token === "" || looksLikeName(token)
  if (token === OPEN) return true
  switch (key) {
    case "person":
      return !isFunctionWord(token)
    case "noun":
    case "bare":
      return isThing(token)
    default:
      return token !== "" && isThing(token)
  }
}

function isThing(word: string): boolean {
  return !isStateWord(word) && !isAttribute(word) && !isFunctionWord(word)
}
