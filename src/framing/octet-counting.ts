/**
 * Octet counting: chunks of a stream in, frames out (RFC 6587 §3.4.1).
 *
 *     47 <34>1 2026-10-11T22:14:15Z web1 su - - - …
 *     |  |____ MSG-LEN octets, LF and NUL included
 *     |_______ decimal, no leading zero, then exactly one space
 *
 *               digits SP                       all octets here
 *     header ---------------> body (remaining) ----------------> header
 *        |
 *        | no count, in a stream that has shown <PRI> behind a count: the count before was wrong
 *        v
 *      lost ---- LF, NUL, or "digits SP <" ---> header, body: what lay before it is a frame, too
 *
 * In a stream that has not shown it, a missing count refutes octet counting as such: these are lines
 * that begin with a number. `push` says so, and nothing that was read is lost.
 */
import type { FrameAssembly } from "./frame-assembly.ts"
import { isTerminator } from "./non-transparent.ts"

// Ten million octets. Of eight digits are the shortest dates (20261123), of ten the seconds since 1970:
// nobody counts so far, and who believed it would wait for days.
const MAX_MSG_LEN_DIGITS = 7

const CR = 0x0d
const SP = 0x20
const ZERO = 0x30
const LT = 0x3c

const NOTHING = Buffer.alloc(0)

export class OctetCounting {
  readonly #assembly: FrameAssembly
  readonly #maxFrameBytes: number
  /** Octets of the body still to come; 0 says that a header is next, or that we are lost. */
  #remaining = 0
  #lost = false
  /** A count has been followed by "<": this is no stream of lines. */
  #proven = false
  /** The run of digits read so far, as a number and as a length; one digit more than the limit says "too long". */
  #count = 0
  #digits = 0
  /** While lost: the run of digits is followed by a blank. */
  #blank = false

  constructor(maxFrameBytes: number, assembly: FrameAssembly) {
    this.#maxFrameBytes = maxFrameBytes
    this.#assembly = assembly
  }

  /**
   * Splits `chunk` into frames. Returns an offset only where octet counting is refuted: from there on the
   * stream has to be read as lines, and the assembly may hold the beginning of the first.
   */
  push(chunk: Buffer): number | undefined {
    let at = 0
    while (at < chunk.length) {
      if (this.#remaining > 0) at = this.#readBody(chunk, at)
      else if (this.#lost) at = this.#findHeader(chunk, at)
      else {
        at = this.#readHeader(chunk, at)
        if (this.#lost && !this.#proven) return at
      }
    }
    return undefined
  }

  /** Hands over what the stream's end cut short; a count without anything behind it is given up. */
  end(): void {
    if (this.#remaining > 0) this.#assembly.endFrame(NOTHING, 0, 0, true)
    else if (this.#lost || !this.#proven) this.#assembly.endLine(NOTHING, 0, 0)
    else this.#assembly.giveUp()
  }

  #readBody(chunk: Buffer, start: number): number {
    if (!this.#proven && this.#assembly.isEmpty) this.#proven = chunk[start] === LT
    const end = start + this.#remaining
    if (end > chunk.length) {
      this.#assembly.hold(chunk, start, chunk.length)
      this.#remaining = end - chunk.length
      return chunk.length
    }
    this.#assembly.endFrame(chunk, start, end, false)
    this.#remaining = 0
    return end
  }

  #readHeader(chunk: Buffer, from: number): number {
    let start = from
    // Some senders add a trailer that they did not count.
    if (this.#digits === 0) while (start < chunk.length && isStray(chunk[start]!)) start++

    let at = start
    while (at < chunk.length && this.#takeDigit(chunk[at]!)) at++
    if (at === chunk.length) {
      this.#assembly.hold(chunk, start, at)
      return at
    }
    if (this.#digits > 0 && this.#digits <= MAX_MSG_LEN_DIGITS && chunk[at] === SP) {
      this.#assembly.drop()
      this.#beginBody()
      return at + 1
    }
    this.#assembly.hold(chunk, start, at)
    this.#lost = true
    return at
  }

  /** Reads on to the next place where frames can be told apart again. */
  #findHeader(chunk: Buffer, start: number): number {
    for (let at = start; at < chunk.length; at++) {
      const byte = chunk[at]!
      if (isTerminator(byte)) {
        this.#assembly.endLine(chunk, start, at)
        this.#forgetDigits()
        this.#lost = false
        return at + 1
      }
      if (byte === LT && this.#blank && this.#count <= this.#maxFrameBytes) {
        const headerBytes = this.#digits + 1
        const held = Math.max(0, headerBytes - (at - start))
        this.#assembly.takeBack(held)
        this.#assembly.endFrame(chunk, start, at - headerBytes + held, false)
        this.#beginBody()
        this.#lost = false
        return at
      }
      this.#followHeader(byte)
    }
    this.#assembly.hold(chunk, start, chunk.length)
    return chunk.length
  }

  #followHeader(byte: number): void {
    if (byte === SP && this.#digits > 0 && this.#digits <= MAX_MSG_LEN_DIGITS && !this.#blank) {
      this.#blank = true
      return
    }
    if (this.#blank) this.#forgetDigits()
    if (!this.#takeDigit(byte)) this.#forgetDigits()
  }

  /** Adds a digit to the run; a zero cannot begin one. */
  #takeDigit(byte: number): boolean {
    const digit = byte - ZERO
    if (digit < 0 || digit > 9 || (digit === 0 && this.#digits === 0)) return false
    if (this.#digits <= MAX_MSG_LEN_DIGITS) {
      this.#count = this.#count * 10 + digit
      this.#digits++
    }
    return true
  }

  #beginBody(): void {
    this.#remaining = this.#count
    this.#forgetDigits()
  }

  #forgetDigits(): void {
    this.#count = 0
    this.#digits = 0
    this.#blank = false
  }
}

/** Between two counted frames, what a sender of lines would have put there is passed over. */
function isStray(byte: number): boolean {
  return byte === CR || isTerminator(byte)
}
