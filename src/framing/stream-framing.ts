/**
 * Framing of one stream: chunks in, frames out, told apart by what the stream begins with (RFC 6587 §3.4).
 *
 * Every stream is taken for octet counted until something stands where a count ought to be; a first
 * byte that is no digit from 1 to 9 settles it at once. A stream of lines stays one: a later line may
 * well begin with a number.
 *
 * Frames do not depend on how the stream was cut into chunks. Holds the bytes of at most one unfinished
 * frame; a frame above `maxFrameBytes` is cut there and its rest skipped. Never throws: whatever
 * arrives is read as frames, and what cannot be is counted in `skippedBytes`.
 */
import type { FrameSink } from "./frame.ts"
import { FrameAssembly } from "./frame-assembly.ts"
import { splitLines } from "./non-transparent.ts"
import { OctetCounting } from "./octet-counting.ts"

const NOTHING = Buffer.alloc(0)

export class StreamFraming {
  readonly #assembly: FrameAssembly
  /** Until refuted. */
  #octetCounting: OctetCounting | undefined

  constructor(maxFrameBytes: number, sink: FrameSink) {
    this.#assembly = new FrameAssembly(maxFrameBytes, sink)
    this.#octetCounting = new OctetCounting(maxFrameBytes, this.#assembly)
  }

  /** Bytes given up: the rest of a frame that was cut, and a count that nothing followed. */
  get skippedBytes(): number {
    return this.#assembly.skippedBytes
  }

  push(chunk: Buffer): void {
    let linesFrom: number | undefined = 0
    if (this.#octetCounting !== undefined) {
      linesFrom = this.#octetCounting.push(chunk)
      if (linesFrom === undefined) return
      this.#octetCounting = undefined
    }
    splitLines(chunk, linesFrom, this.#assembly)
  }

  /** Hands over the frame that the end of the stream cut short. Nothing may be pushed afterwards. */
  end(): void {
    if (this.#octetCounting !== undefined) this.#octetCounting.end()
    else this.#assembly.endLine(NOTHING, 0, 0)
  }
}
