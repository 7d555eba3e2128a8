/** A word of a template, or what stands between words. */
import type { Lexeme } from "./lexicon.ts"

/**
 * What speaks for a name at a place.
 *
 *     person        user ada              Anybody can choose such a name.
 *     noun          host=alpha, host 'alpha'
 *     bare          host alpha               Or a word that goes on: "host key".
 *     assignment    any=word, 'word'
 *     known         for ada, (ada)        A name if other lines show it to be one; or if it looks like one.
 *     look          eth0                  It looks like one.
 */
export type Key = "person" | "noun" | "bare" | "assignment" | "known" | "look"

export class Token {
  text = ""
  /** Undefined for what is no word. */
  lexeme: Lexeme | undefined = undefined
  /** Whether blanks stand before it. */
  isSpaced = false
  /** Where it stands in the template. */
  start = 0
  end = 0
  /** What stands there instead of the word; at first the text. */
  shape = ""
  /** Whether the whole shape is a value. */
  isValue = false
  /** Whether it holds one. */
  holdsValue = false
  /** Undefined where no name can stand. */
  key: Key | undefined = undefined

  /** Makes it another one: a million templates have no more tokens than the longest of them. */
  set(text: string, lexeme: Lexeme | undefined, isSpaced: boolean, start: number, end: number): this {
    this.text = text
    this.lexeme = lexeme
    this.isSpaced = isSpaced
    this.start = start
    this.end = end
    this.shape = text
    this.isValue = false
    this.holdsValue = false
    this.key = undefined
    return this
  }

  get isWord(): boolean {
    return this.lexeme !== undefined
  }
}
