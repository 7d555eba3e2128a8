/**
 * A line becomes its template: what varies between lines that a person calls the same gives way to `<ip>`, `<n>`, `<time>`…
 *
 *     Jun 21 16:47:48 web1 sshd[4711]: Invalid user ada from 203.0.113.7 port 40122
 *                     web1 sshd[<n>]: Invalid user ada from <ip> port <n>
 *
 * Words stay, and so do numbers that are part of a name: sda1, eth0.100, GigabitEthernet0/1, e1000e, dm-0, OpenSSH_9.2p1,
 * HTTP/1.1. The header's time is dropped, in its classic and its ISO form; the hostname after it stays whatever
 * it looks like. A pure function of the line, so that every instance gets the same groups, and linear in its length.
 * A template is its own template, as long as its hostname does not look like a number.
 */
import { COLON, COMMA, EQUALS, LEFT_BRACKET, LEFT_PARENTHESIS, LETTER_T, MINUS, PLUS, SPACE } from "../text/ascii.ts"
import { type Codes, kindAt, PADDING } from "./character.ts"
import { timestampEnd, writtenTimeEnd } from "./times.ts"
import { partsAt } from "./variable-parts.ts"

/** Longer templates are cut there, and end in "…". */
export const MAX_TEMPLATE_LENGTH = 1_000

const ELLIPSIS = 0x2026
const REPLACEMENT = 0xfffd

export function template(line: string): string {
  return new Template(line.length).of(line).toString()
}

/**
 * The template of one line at a time, without a string being made of it: most lines have one that is known.
 *
 * `hash` is a number for a table of templates. Senders can make any two collide, so `equals` has the last word.
 */
export class Template {
  hash = 0
  readonly #room: number
  readonly #line: Codes
  /** One code more than a template has tells that it is cut; a mask may go beyond that. */
  readonly #codes: Codes = new Uint16Array(MAX_TEMPLATE_LENGTH + PADDING)
  /** The same memory, for the hash to take two codes at once. */
  readonly #pairs = new Uint32Array(this.#codes.buffer)
  #length = 0

  /** Has `room` for a line of usual length; for a longer one, room is made and not kept. */
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

  /** The same of a line that is all ASCII and no longer than the room. */
  ofAscii(line: Uint8Array): this {
    const { length } = line
    const codes = this.#line
    for (let i = 0; i < length; i += 1) codes[PADDING + i] = line[i]!
    return this.#ofCodes(codes, PADDING + length)
  }

  #ofCodes(line: Codes, lineEnd: number): this {
    for (let i = 0; i < PADDING; i += 1) line[lineEnd + i] = 0
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

  /** Takes the line that stands between PADDING and `lineEnd`. */
  #mask(line: Codes, lineEnd: number): void {
    this.#length = 0
    let copied = headerTimeEnd(line, PADDING)
    let at = copied === PADDING ? PADDING : hostnameEnd(line, copied, lineEnd)
    while (at < lineEnd && this.#length + at - copied <= MAX_TEMPLATE_LENGTH) {
      let end = at
      let kinds = 0
      for (let kind = kindAt(line, at); kind !== 0; kind = kindAt(line, end)) {
        kinds |= kind
        end += 1
      }
      let next = end === at ? at + 1 : end
      const parts = partsAt(line, at, end, kinds)
      for (let i = 0; i < parts.length; i += 1) {
        const { endOf, mask } = parts[i]!
        const partEnd = endOf(line, at, end, kinds)
        if (partEnd === -1) continue
        next = partEnd
        if (mask !== undefined) {
          this.#append(line, copied, maskStart(line, at, copied))
          this.#append(mask, 0, mask.length)
          copied = next
        }
        break
      }
      at = next
    }
    this.#append(line, copied, at)
  }

  /** Appends what there is room for. */
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

/** Where a mask begins: it takes the number's sign with it, and the blanks that line numbers up. */
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
      return true
    default:
      return false
  }
}

/** Returns the index after the header's time and its blank; `at` where there is none. */
function headerTimeEnd(line: Codes, at: number): number {
  const end = line[at + 10] === LETTER_T ? timestampEnd(line, at) : writtenTimeEnd(line, at, at + 3)
  return end !== -1 && line[end] === SPACE ? end + 1 : at
}

function hostnameEnd(line: Codes, at: number, lineEnd: number): number {
  let end = at
  while (end < lineEnd && line[end] !== SPACE) end += 1
  return end
}
