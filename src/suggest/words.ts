/**
 * Splits a text into words, and masks parts that look variable: addresses, numbers, times.
 *
 *     from 203.0.113.7 port 50022 ssh2          from | <ip> | port | <n> | ssh2
 *     user=root rhost=203.0.113.7               user=root | rhost=<ip>
 *
 * The masks are those of the tally's templates. A word ends at a blank, unless the blank is part of a date or another mask.
 */
import { type Codes, isDigit, kindAt, PADDING } from "../tally/character.ts"
import { partsAt } from "../tally/part-table.ts"

/** A piece of a word: letters and digits, one other character, or something with a mask. */
export interface Part {
  readonly text: string
  /** `<ip>`, `<n>`, …; undefined for literal text. */
  readonly mask: string | undefined
}

export interface Word {
  readonly text: string
  /** The text with masks in place of variable parts. */
  readonly shape: string
  readonly parts: readonly Part[]
  /** `user=` of `user=root`, `()` of `(root)`; empty if the word has none. */
  readonly key: string
  /** Whether it has two adjacent letters in literal text. */
  readonly isWordy: boolean
}

/** Cache of words: a program repeats the same ones in every line. */
export type KnownWords = Map<string, Word>

/** Further words become part of the last one, blanks included: long requests are not compared to their end. */
export const MAX_WORDS = 60

/** Letters and digits, or one other character. Everything beyond ASCII is a letter, as in the tally's masks. */
const PLAIN_PARTS = /[A-Za-z0-9_\u0080-\uffff]+|[^A-Za-z0-9_\u0080-\uffff]/g

/** Seconds since the start of the kernel, at the beginning of its lines, padded with blanks. */
export const UPTIME_MASK = "<uptime>"
const UPTIME = /^\[( *[0-9]+\.[0-9]+)\]/

/** Splits a text. Two blanks in a row have an empty word between them, so that joining the words makes the text again. */
export function wordsOf(text: string, known: KnownWords = new Map()): readonly Word[] {
  const words: Word[] = []
  let parts: Part[] = []
  const [stamp = "", uptime] = UPTIME.exec(text) ?? []
  if (uptime !== undefined) {
    parts.push({ text: "[", mask: undefined }, { text: uptime, mask: UPTIME_MASK }, { text: "]", mask: undefined })
  }
  for (const piece of pieces(text.slice(stamp.length))) {
    if (piece.mask !== undefined) {
      parts.push(piece)
      continue
    }
    for (const [index, plain] of piece.text.split(" ").entries()) {
      if (index > 0) {
        if (words.length === MAX_WORDS) parts.push({ text: " ", mask: undefined })
        else {
          words.push(word(parts, known))
          parts = []
        }
      }
      for (const [part] of plain.matchAll(PLAIN_PARTS)) parts.push({ text: part, mask: undefined })
    }
  }
  return [...words, word(parts, known)]
}

function word(parts: readonly Part[], known: KnownWords): Word {
  const text = parts.map((part) => part.text).join("")
  const shape = parts.map((part) => part.mask ?? part.text).join("")
  const key = `${shape}\0${text}`
  const before = known.get(key)
  if (before !== undefined) return before
  const isWordy = parts.some((part) => part.mask === undefined && /\p{L}{2}/u.test(part.text))
  const made = { text, shape, parts, key: keyOf(text), isWordy }
  known.set(key, made)
  return made
}

function keyOf(text: string): string {
  const [name] = /^[\p{L}_][\p{L}\p{N}_.-]*(?:=|:(?!:))(?=.)/u.exec(text) ?? []
  return name ?? /^[([<"'].+[)\]>"'][:,;]?$/.exec(text)?.[0].replace(/(?<=^.).*(?=[)\]>"'][:,;]?$)/, "") ?? ""
}

/** Masked parts and the literal text between them. */
function pieces(text: string): readonly Part[] {
  const codes: Codes = new Uint16Array(text.length + 2 * PADDING)
  for (let i = 0; i < text.length; i += 1) codes[PADDING + i] = text.charCodeAt(i)
  const end = PADDING + text.length
  const found: Part[] = []
  let copied = PADDING
  let at = PADDING
  const take = (to: number, mask: string | undefined) => {
    if (to > copied) found.push({ text: text.slice(copied - PADDING, to - PADDING), mask })
    copied = to
  }
  while (at < end) {
    let wordEnd = at
    let kinds = 0
    for (let kind = kindAt(codes, at); kind !== 0; kind = kindAt(codes, wordEnd)) {
      kinds |= kind
      wordEnd += 1
    }
    let next = Math.max(wordEnd, at + 1)
    for (const { endOf, mask, keeps } of partsAt(codes, at, wordEnd, kinds, isDigit(codes, at))) {
      const partEnd = endOf === undefined ? wordEnd : endOf(codes, at, wordEnd, kinds)
      if (partEnd === -1) continue
      next = partEnd
      if (mask !== undefined) {
        take(at + keeps, undefined)
        take(next, String.fromCharCode(...mask))
      }
      break
    }
    at = next
  }
  take(end, undefined)
  return found
}
