/**
 * What a template is made of: text that stays, and places where a name could stand.
 *
 *     sshd[<n>]: Failed password for ada from 203.0.113.7 port <n>
 *     sshd[<n>]: Failed password for │   │ from <ip> port <n>
 *                                     ada    a place behind a preposition
 *
 * Templates that differ at their places only have the same skeleton, and can become one family.
 */
import { COLON, EQUALS, SPACE } from "../text/ascii.ts"
import { shapeWords } from "./keys.ts"
import { Lexicon } from "./lexicon.ts"
import { foldLists } from "./lists.ts"
import { NUMBER } from "./shapes.ts"
import type { Key, Token } from "./token.ts"
import { ELLIPSIS, isCut, WordCutter } from "./words.ts"

export interface Place {
  readonly key: Key
  /** What stands there, in its shape. */
  readonly token: string
  /** What stands there in the template. */
  readonly raw: string
}

export interface Form {
  /** The text around the places, one more than there are places. */
  readonly texts: readonly string[]
  readonly places: readonly Place[]
  /** Words that stay. */
  readonly literals: number
  /** The program, without its pid. */
  readonly tag: string
}

/** Further places are text: names do not vary so often in one line. */
const MAX_PLACES = 8

/** Reads templates without their host, and forms that are remembered. */
export class FormReader {
  readonly #lexicon = new Lexicon()
  readonly #cutter = new WordCutter()

  /** In the text of a form, `<*>` is an open place and not what somebody wrote. */
  read(text: string, isForm: boolean): Form {
    const start = tagEnd(text)
    const tag = maskTag(text.slice(0, start))
    const tokens = this.tokens(text, isForm)
    const texts: string[] = []
    const places: Place[] = []
    let literals = 0
    let part = start > 0 && tokens.length > 0 ? `${tag} ` : tag
    // What stays as it is, is copied in one piece.
    let from = tokens[0]?.start ?? text.length
    let to = from
    for (const token of tokens) {
      const { shape, key } = token
      const isOneBlank = token.start === to + 1 && token.isSpaced && text.charCodeAt(to) === SPACE
      if (token.start !== to && !isOneBlank) {
        part += token.isSpaced ? `${text.slice(from, to)} ` : text.slice(from, to)
        from = token.start
      }
      to = token.end
      if (key !== undefined && places.length < MAX_PLACES) {
        texts.push(part + text.slice(from, token.start))
        places.push({ key, token: shape, raw: token.text })
        part = ""
        from = to
      } else {
        if (shape !== token.text) {
          part += text.slice(from, token.start) + shape
          from = to
        }
        if (token.isWord && !token.isValue && shape.length > 1 && !shape.includes("<")) literals += 1
      }
    }
    part += text.slice(from, to)
    if (isCut(text)) part += part === "" && texts.length === 0 ? ELLIPSIS : ` ${ELLIPSIS}`
    texts.push(part)
    return { texts, places, literals, tag }
  }

  /** Returns the words behind the tag with their shapes, and what stands between them. They are good until the next text. */
  tokens(text: string, isForm: boolean): readonly Token[] {
    const tokens = this.#cutter.cut(text, tagEnd(text), isForm)
    shapeWords(tokens, this.#lexicon)
    return foldLists(tokens)
  }
}

/** The form's text, with these tokens at its places. */
export function formText({ texts }: Form, tokens: readonly string[]): string {
  let text = texts[0]!
  for (let i = 0; i < tokens.length; i += 1) text += tokens[i]! + texts[i + 1]!
  return text
}

/** A tag has few words: "Google Chrome[7]:". */
const MAX_TAG_BLANKS = 2

/** Returns the index after `program[pid]:`, 0 where the template has none. */
function tagEnd(text: string): number {
  let blanks = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === COLON && (at + 1 === text.length || text.charCodeAt(at + 1) <= SPACE)) return at + 1
    if (code <= SPACE) blanks += 1
    if (blanks > MAX_TAG_BLANKS || code === EQUALS) return 0
  }
  return 0
}

/** A tag without numbers. Control characters stand between the texts of a form; here they are blanks, as they are elsewhere. */
function maskTag(tag: string): string {
  return tag.replace(/<(?:hex|id|duration|size|time|date|uuid|mac)>/g, NUMBER).replace(/[\0-\x1f]/g, " ")
}
