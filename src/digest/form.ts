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

export interface Form {
  /** The text, PLACE where a place is. */
  readonly skeleton: string
  /** By place, what speaks for a name there. */
  readonly keys: readonly Key[]
  /** By place, what stands there, in its shape. */
  readonly tokens: readonly string[]
  /** By place, what stands there in the template. */
  readonly raws: readonly string[]
  /** Words that stay. */
  readonly literals: number
  /** The program, without its pid. */
  readonly tag: string
}

/** No token holds a control character. */
const PLACE = "\0"

/** Shared: most templates have no places. */
const NONE: readonly never[] = []

/** Further places are text: names do not vary so often in one line. */
const MAX_PLACES = 8

/** Reads templates from behind their host on, and forms that are remembered. */
export class FormReader {
  readonly #cutter = new WordCutter(new Lexicon())
  readonly #mostKept: number
  readonly #templates = new Map<string, Form>()
  readonly #forms = new Map<string, Form>()

  readonly #tags = new Map<string, string>()

  /** Keeps up to `mostKept` forms, and as many templates: most come again in the next window. */
  constructor(mostKept = 0) {
    this.#mostKept = mostKept
  }

  /** In the text of a form, `<*>` is an open place and not what somebody wrote. */
  read(text: string, from: number, isForm: boolean): Form {
    if (this.#mostKept === 0) return this.#read(text, from, isForm)
    const kept = isForm ? this.#forms : this.#templates
    const own = text.slice(from)
    let form = kept.get(own)
    if (form === undefined) {
      form = this.#read(text, from, isForm)
      if (kept.size >= this.#mostKept) kept.clear()
      kept.set(own, form)
    }
    return form
  }

  #read(text: string, from: number, isForm: boolean): Form {
    const start = tagEnd(text, from)
    const tag = this.#tag(text.slice(from, start))
    const tokens = this.#tokens(text, start, isForm)
    const keys: Key[] = []
    const shapes: string[] = []
    const raws: string[] = []
    let literals = 0
    let skeleton = start > from && tokens.length > 0 ? `${tag} ` : tag
    // What stays as it is, is copied in one piece.
    let copied = tokens[0]?.start ?? text.length
    let to = copied
    for (const token of tokens) {
      const { shape, key } = token
      const isOneBlank = token.start === to + 1 && token.isSpaced && text.charCodeAt(to) === SPACE
      if (token.start !== to && !isOneBlank) {
        skeleton += token.isSpaced ? `${text.slice(copied, to)} ` : text.slice(copied, to)
        copied = token.start
      }
      to = token.end
      if (key !== undefined && keys.length < MAX_PLACES) {
        skeleton += text.slice(copied, token.start) + PLACE
        keys.push(key)
        shapes.push(shape)
        raws.push(token.text)
        copied = to
      } else {
        if (shape !== token.text) {
          skeleton += text.slice(copied, token.start) + shape
          copied = to
        }
        if (token.isWord && !token.holdsValue && shape.length > 1) literals += 1
      }
    }
    skeleton += text.slice(copied, to)
    if (isCut(text)) skeleton += skeleton === "" ? ELLIPSIS : ` ${ELLIPSIS}`
    if (keys.length === 0) return { skeleton, keys: NONE, tokens: NONE, raws: NONE, literals, tag }
    return { skeleton, keys, tokens: shapes, raws, literals, tag }
  }

  /** Returns the words behind the tag with their shapes, and what stands between them. They are good until the next text. */
  tokens(text: string, from: number, isForm: boolean): readonly Token[] {
    return this.#tokens(text, tagEnd(text, from), isForm)
  }

  #tokens(text: string, start: number, isForm: boolean): readonly Token[] {
    const tokens = this.#cutter.cut(text, start, isForm)
    shapeWords(tokens)
    return foldLists(tokens)
  }

  #tag(text: string): string {
    let tag = this.#tags.get(text)
    if (tag === undefined) {
      tag = maskTag(text)
      if (this.#tags.size < MAX_TAGS) this.#tags.set(text, tag)
    }
    return tag
  }
}

/** Senders invent further ones. */
const MAX_TAGS = 1_000

/** The form's text, with these tokens at its places. */
export function formText({ skeleton }: Form, tokens: readonly string[]): string {
  let text = ""
  let from = 0
  for (const token of tokens) {
    const to = skeleton.indexOf(PLACE, from)
    text += skeleton.slice(from, to) + token
    from = to + 1
  }
  return text + skeleton.slice(from)
}

/** A tag has few words: "Google Chrome[7]:". */
const MAX_TAG_BLANKS = 2

/** Returns the index after `program[pid]:`, `from` where the template has none. */
function tagEnd(text: string, from: number): number {
  let blanks = 0
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === COLON && (at + 1 === text.length || text.charCodeAt(at + 1) <= SPACE)) return at + 1
    if (code <= SPACE) blanks += 1
    if (blanks > MAX_TAG_BLANKS || code === EQUALS) return from
  }
  return from
}

/** A tag without numbers. Control characters stand between the texts of a form; here they are blanks, as they are elsewhere. */
function maskTag(tag: string): string {
  return tag.replace(/<(?:hex|id|duration|size|time|date|uuid|mac)>/g, NUMBER).replace(/[\0-\x1f]/g, " ")
}
