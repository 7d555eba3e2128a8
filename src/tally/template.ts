/**
 * Makes the template of a line: replaces the parts that vary between similar lines by `<ip>`, `<n>`, `<time>`…
 *
 *     Jun 21 16:47:48 web1 sshd[4711]: Invalid user ada from 203.0.113.7 port 40122
 *                     web1 sshd[<n>]: Invalid user ada from <ip> port <n>
 *
 * Words stay, and so do numbers that are part of a name: sda1, eth0.100, GigabitEthernet0/1, e1000e, dm-0,
 * OpenSSH_9.2p1, HTTP/1.1. So do codes, which say what happened: exit code 23, status=503. The header's time is dropped,
 * in its classic and its ISO form. The host name after it always stays. The template is a pure function of the line, so
 * that every instance gets the same groups, and takes linear time. The template of a template is itself, unless its host
 * name looks like a number.
 */
import {
  COLON,
  COMMA,
  EQUALS,
  LEFT_BRACKET,
  LEFT_PARENTHESIS,
  MINUS,
  PLUS,
  RIGHT_BRACKET,
  SPACE,
  UNDERSCORE,
} from "../text/ascii.ts"
import { type Codes, DIGIT, kindAt, PADDING, textOf } from "./character.ts"
import { isBeginning, partsAt } from "./part-table.ts"
import { headerTimeEnd } from "./times.ts"

/** Longer templates are cut there, and end in "…". */
export const MAX_TEMPLATE_LENGTH = 1_000

/** Places whose values are sampled: readers are shown a few, and each costs memory. */
export const MAX_PLACES = 5

const ELLIPSIS = 0x2026
const REPLACEMENT = 0xfffd

export function template(line: string): string {
  return new Template(line.length).of(line).toString()
}

/**
 * The template of one line at a time, without making a string: most lines have a known template.
 *
 * `hash` is for a table of templates. Senders can make hashes collide, so `equals` decides.
 */
export class Template {
  hash = 0
  readonly #room: number
  readonly #line: Codes
  /** One code more than the maximum shows that the template is cut; a mask may go beyond that. */
  readonly #codes: Codes = new Uint16Array(MAX_TEMPLATE_LENGTH + PADDING)
  /** The same memory, for the hash to take two codes at once. */
  readonly #pairs = new Uint32Array(this.#codes.buffer)
  #length = 0
  /** Masked places of the line whose values are worth a look: no times, and not the PID in the tag. */
  placeCount = 0
  #source: Codes = this.#codes
  readonly #placeMasks: Codes[] = []
  /** Start and end of each place in `#source`. */
  readonly #placeBounds = new Int32Array(2 * MAX_PLACES)

  /** Keeps a buffer with `room` for lines of usual length. A longer line gets a temporary buffer. */
  constructor(room: number) {
    this.#room = room
    this.#line = new Uint16Array(room + 2 * PADDING)
  }

  /** Makes this the template of `line`. */
  of(line: string): this {
    const { length } = line
    const codes = length <= this.#room ? this.#line : new Uint16Array(length + 2 * PADDING)
    for (let i = 0; i < length; i += 1) codes[PADDING + i] = line.charCodeAt(i)
    return this.#ofCodes(codes, PADDING + length)
  }

  /** Like `of`, for a line that is all ASCII and fits into the room. */
  ofAscii(line: Uint8Array): this {
    const { length } = line
    const codes = this.#line
    codes.set(line, PADDING)
    return this.#ofCodes(codes, PADDING + length)
  }

  #ofCodes(line: Codes, lineEnd: number): this {
    line.fill(0, lineEnd, lineEnd + PADDING)
    this.#mask(line, lineEnd)
    this.#finish()
    return this
  }

  equals(text: string): boolean {
    const length = this.#length
    if (text.length !== length) return false
    const codes = this.#codes
    for (let i = 0; i < length; i += 1) if (text.charCodeAt(i) !== codes[i]) return false
    return true
  }

  toString(): string {
    return String.fromCharCode(...this.#codes.subarray(0, this.#length))
  }

  /** Masks the line between PADDING and `lineEnd`. */
  #mask(line: Codes, lineEnd: number): void {
    this.#length = 0
    this.#source = line
    this.placeCount = 0
    let copied = headerEnd(line, PADDING)
    let at = copied === PADDING ? PADDING : hostnameEnd(line, copied, lineEnd)
    while (at < lineEnd && this.#length + at - copied <= MAX_TEMPLATE_LENGTH) {
      let end = at
      let kinds = 0
      const firstKind = kindAt(line, at)
      for (let kind = firstKind; kind !== 0; kind = kindAt(line, end)) {
        kinds |= kind
        end += 1
      }
      if (kinds === 0 && !isBeginning(line, at)) {
        at += 1
        continue
      }
      const parts = partsAt(line, at, end, kinds, firstKind === DIGIT)
      let next = end === at ? at + 1 : end
      for (let i = 0; i < parts.length; i += 1) {
        const part = parts[i]!
        const { endOf } = part
        const partEnd = endOf === undefined ? end : endOf(line, at, end, kinds)
        if (partEnd === -1) continue
        next = partEnd
        if (part.mask !== undefined) {
          const { mask, keeps, isSampled } = part
          const start = keeps > 0 ? at + keeps : maskStart(line, at, copied)
          this.#append(line, copied, start)
          this.#append(mask, 0, mask.length)
          if (isSampled && !isTagPid(line, at, next))
            this.#place(mask, line[at - 1] === MINUS && start < at ? at - 1 : at + keeps, next)
          copied = next
        }
        break
      }
      at = next
    }
    this.#append(line, copied, at)
  }

  /** Keeps in mind where in the line a mask stood. */
  #place(mask: Codes, start: number, end: number): void {
    if (this.placeCount === MAX_PLACES) return
    this.#placeMasks[this.placeCount] = mask
    this.#placeBounds[2 * this.placeCount] = start
    this.#placeBounds[2 * this.placeCount + 1] = end
    this.placeCount += 1
  }

  /** The mask of a place, "<ip>". */
  maskOf(place: number): string {
    const mask = this.#placeMasks[place]!
    return textOf(mask, 0, mask.length)
  }

  /** The text that a place had in the line. */
  valueAt(place: number): string {
    return textOf(this.#source, this.#placeBounds[2 * place]!, this.#placeBounds[2 * place + 1]!)
  }

  /** Appends as much as fits. */
  #append(from: Codes, start: number, end: number): void {
    const codes = this.#codes
    let length = this.#length
    const last = Math.min(end, start + codes.length - length)
    for (let i = start; i < last; i += 1) {
      codes[length] = from[i]!
      length += 1
    }
    this.#length = length
  }

  #finish(): void {
    const codes = this.#codes
    if (this.#length > MAX_TEMPLATE_LENGTH) {
      const isCutInTwo = (codes[MAX_TEMPLATE_LENGTH - 1]! & 0xfc00) === 0xd800
      if (isCutInTwo) codes[MAX_TEMPLATE_LENGTH - 1] = REPLACEMENT
      codes[MAX_TEMPLATE_LENGTH] = ELLIPSIS
      this.#length = MAX_TEMPLATE_LENGTH + 1
    }
    codes[this.#length] = 0
    const pairs = this.#pairs
    const pairCount = (this.#length + 1) >> 1
    let hash = this.#length
    for (let i = 0; i < pairCount; i += 1) {
      hash = Math.imul(hash ^ pairs[i]!, 0x9e3779b1)
      hash ^= hash >>> 15
    }
    this.hash = hash
  }
}

/** Returns where a mask begins: it includes a number's sign, and the blanks that align numbers. */
function maskStart(line: Codes, at: number, copied: number): number {
  let start = at
  const isSigned = line[at - 1] === MINUS || line[at - 1] === PLUS
  if (isSigned && at - 1 > copied && standsBeforeSign(line[at - 2]!)) start -= 1
  while (
    start - 1 > copied &&
    line[start - 1] === SPACE &&
    (line[start - 2] === SPACE || line[start - 2] === LEFT_BRACKET)
  )
    start -= 1
  return start
}

function standsBeforeSign(code: number): boolean {
  switch (code) {
    case SPACE:
    case EQUALS:
    case LEFT_PARENTHESIS:
    case LEFT_BRACKET:
    case COLON:
    case COMMA:
    case UNDERSCORE:
      return true
    default:
      return false
  }
}

/** Whether the number from `at` to `end` is the PID in a tag: `sshd[4711]:`. */
function isTagPid(line: Codes, at: number, end: number): boolean {
  return line[at - 1] === LEFT_BRACKET && line[end] === RIGHT_BRACKET && line[end + 1] === COLON
}

/** Returns the index after the header's time and its blank; `at` if there is none. */
function headerEnd(line: Codes, at: number): number {
  const end = headerTimeEnd(line, at)
  return end !== -1 && line[end] === SPACE ? end + 1 : at
}

function hostnameEnd(line: Codes, at: number, lineEnd: number): number {
  let end = at
  while (end < lineEnd && line[end] !== SPACE) end += 1
  return end
}
