/**
 * Octet counting: splits chunks of a stream into frames (RFC 6587 §3.4.1).
 *
 *     47 <34>1 2026-10-11T22:14:15Z web1 su - - - …
 *     |  |____ MSG-LEN octets, LF and NUL included
 *     |_______ decimal, no leading zero, then exactly one space
 *
 *               digits SP                       all octets here
 *     header ---------------> body (remaining) ----------------> header
 *        |
 *        | no count, in a stream that has had <PRI> after a count: the previous count was wrong
 *        v
 *      lost ---- LF, NUL, or "digits SP <" ---> header, body: the bytes before it are a frame as well
 *
 * In a stream without <PRI> after a count so far, a missing count means that the stream is not octet counted: its lines
 * begin with a number. `push` reports this, and no byte is lost.
 */
import { CR, LESS, SPACE, ZERO } from "../text/ascii.ts"
import type { FrameAssembly } from "./frame-assembly.ts"
import { isTerminator } from "./non-transparent.ts"

// Ten million octets. The shortest dates have eight digits (20261123), the seconds since 1970 have ten. No message is
// that long, and waiting for that many octets would take days.
const MAX_MSG_LEN_DIGITS = 7

const NOTHING = Buffer.alloc(0)

export class OctetCounting {
  readonly #assembly: FrameAssembly
  readonly #maxFrameBytes: number
  /** Octets of the body still to come; 0 if a header is next, or if the position is lost. */
  #remaining = 0
  #lost = false
  /** A "<" has followed a count, so this is no stream of lines. */
  #proven = false
  /** The digits read so far, as a number and as a length; one digit more than the limit means "too long". */
  #count = 0
  #digits = 0
  /** While lost: whether a blank follows the digits. */
  #blank = false

  constructor(maxFrameBytes: number, assembly: FrameAssembly) {
    this.#maxFrameBytes = maxFrameBytes
    this.#assembly = assembly
  }

  /**
   * Splits `chunk` into frames. Returns an offset only if the stream is not octet counted. From there on, the caller
   * must read it as lines; the assembly may hold the beginning of the first line.
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

  /** Emits the frame that the stream's end cut off. A count without content is dropped. */
  end(): void {
    if (this.#remaining > 0) this.#assembly.endFrame(NOTHING, 0, 0, true)
    else if (this.#lost || !this.#proven) this.#assembly.endLine(NOTHING, 0, 0)
    else this.#assembly.giveUp()
  }

  #readBody(chunk: Buffer, start: number): number {
    if (!this.#proven && this.#assembly.isEmpty) this.#proven = chunk[start] === LESS
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
    // Some senders add a trailer that they do not count.
    if (this.#digits === 0) while (start < chunk.length && isStray(chunk[start]!)) start++

    let at = start
    while (at < chunk.length && this.#takeDigit(chunk[at]!)) at++
    if (at === chunk.length) {
      this.#assembly.hold(chunk, start, at)
      return at
    }
    if (this.#digits > 0 && this.#digits <= MAX_MSG_LEN_DIGITS && chunk[at] === SPACE) {
      this.#assembly.drop()
      this.#beginBody()
      return at + 1
    }
    this.#assembly.hold(chunk, start, at)
    this.#lost = true
    return at
  }

  /** Reads on to the next place where a frame certainly begins. */
  #findHeader(chunk: Buffer, start: number): number {
    for (let at = start; at < chunk.length; at++) {
      const byte = chunk[at]!
      if (isTerminator(byte)) {
        this.#assembly.endLine(chunk, start, at)
        this.#forgetDigits()
        this.#lost = false
        return at + 1
      }
      if (byte === LESS && this.#blank && this.#count <= this.#maxFrameBytes) {
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
    if (byte === SPACE && this.#digits > 0 && this.#digits <= MAX_MSG_LEN_DIGITS && !this.#blank) {
      this.#blank = true
      return
    }
    if (this.#blank) this.#forgetDigits()
    if (!this.#takeDigit(byte)) this.#forgetDigits()
  }

  /** Adds a digit to the count, which cannot begin with a zero. */
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

/** Whether to skip the byte between two counted frames: terminators of lines have no meaning there. */
function isStray(byte: number): boolean {
  return byte === CR || isTerminator(byte)
}
