/**
 * What is known of words: worked out once, since a program uses the same ones in every line.
 *
 * Found by their characters in a template: most words are known, and no string is made of those.
 */
import { isCode, type Shape, shapesOf } from "./shapes.ts"
import { isFunctionWord, isKeyWord, NO_ROLE, type Role, roleOf } from "./vocabulary.ts"

export interface Lexeme {
  readonly text: string
  /** Its shape where it stands first, where it stands elsewhere, and behind a key whose values are events. */
  readonly first: Shape
  readonly later: Shape
  readonly code: Shape
  /** What it says of the word behind it. */
  readonly role: Role
  /** Whether it is a code, and so never a name. */
  readonly isCode: boolean
  /** Whether it is never a name. */
  readonly isFunctionWord: boolean
  /** Whether it is a key as it stands, and so hardly a name. */
  readonly isKeyWord: boolean
}

/** A power of two. */
const SLOTS = 65_536

/** The number of known words with neighbouring hashes. A sender who invents words for one hash makes them worked out each time. */
const MAX_PROBES = 8

/** Senders invent further words. These are worked out each time. */
const MAX_KNOWN = 20_000

export class Lexicon {
  readonly #slots: (Lexeme | undefined)[] = Array.from({ length: SLOTS })
  #known = 0

  /** Returns the word that stands in `text` from `start` to `end`. */
  find(text: string, start: number, end: number): Lexeme {
    let hash = 0x811c9dc5
    for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
    hash ^= hash >>> 15
    for (let probe = 0; probe < MAX_PROBES; probe += 1) {
      const slot = (hash + probe) & (SLOTS - 1)
      const there = this.#slots[slot]
      if (there === undefined) {
        const lexeme = lexemeOf(text.slice(start, end))
        if (this.#known < MAX_KNOWN) {
          this.#slots[slot] = lexeme
          this.#known += 1
        }
        return lexeme
      }
      if (stands(there.text, text, start, end)) return there
    }
    return lexemeOf(text.slice(start, end))
  }
}

function stands(word: string, text: string, start: number, end: number): boolean {
  if (word.length !== end - start) return false
  for (let at = 0; at < word.length; at += 1) if (word.charCodeAt(at) !== text.charCodeAt(start + at)) return false
  return true
}

function lexemeOf(text: string): Lexeme {
  const { first, later, code } = shapesOf(text)
  // A value is no key, whatever it is called.
  const role = later.text === text ? roleOf(text) : NO_ROLE
  return {
    text,
    first,
    later,
    code,
    role,
    isCode: isCode(text),
    isFunctionWord: isFunctionWord(text),
    isKeyWord: isKeyWord(text),
  }
}
