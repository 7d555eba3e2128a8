/**
 * What is known of words: worked out once, since a program uses the same ones in every line.
 */
import { type Shapes, shapesOf } from "./shapes.ts"
import { isFunctionWord, isKeyWord, NO_ROLE, type Role, roleOf } from "./vocabulary.ts"

export interface Lexeme extends Shapes {
  /** What it says of the word behind it. */
  readonly role: Role
  /** Whether it is never a value. */
  readonly isFunctionWord: boolean
  /** Whether it is a key as it stands, and so hardly a value. */
  readonly isKeyWord: boolean
}

/** Senders invent further words. These are worked out each time. */
const MAX_KNOWN = 20_000

export class Lexicon {
  readonly #known = new Map<string, Lexeme>()

  of(word: string): Lexeme {
    let lexeme = this.#known.get(word)
    if (lexeme === undefined) {
      const { first, later, code } = shapesOf(word)
      // A value is no key, whatever it is called.
      const role = later === word ? roleOf(word) : NO_ROLE
      lexeme = { first, later, code, role, isFunctionWord: isFunctionWord(word), isKeyWord: isKeyWord(word) }
      if (this.#known.size < MAX_KNOWN) this.#known.set(word, lexeme)
    }
    return lexeme
  }
}
