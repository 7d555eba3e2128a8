/**
 * Splits one stream into frames. The beginning of the stream decides its framing (RFC 6587 §3.4).
 *
 * A stream counts as octet counted until a count is missing; if the first byte is no digit from 1 to 9, that is decided
 * at once. From then on it is a stream of lines, even if a later line begins with a number.
 *
 * Frames do not depend on how the stream is cut into chunks. At most one unfinished frame is held. A frame above
 * `maxFrameBytes` is cut there, and its rest is skipped. Never throws: `skippedBytes` counts the bytes that are in no
 * frame.
 */
import type { FrameSink } from "./frame.ts"
import { FrameAssembly } from "./frame-assembly.ts"
import { splitLines } from "./non-transparent.ts"
import { OctetCounting } from "./octet-counting.ts"

const NOTHING = Buffer.alloc(0)

export class StreamFraming {
  readonly #assembly: FrameAssembly
  /** Undefined once the stream is known to consist of lines. */
  #octetCounting: OctetCounting | undefined

  constructor(maxFrameBytes: number, sink: FrameSink) {
    this.#assembly = new FrameAssembly(maxFrameBytes, sink)
    this.#octetCounting = new OctetCounting(maxFrameBytes, this.#assembly)
  }

  /** Bytes dropped: the rest of a frame that was cut, and a count without content. */
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

  /** Emits the frame that the end of the stream cut off. Do not push afterwards. */
  end(): void {
    if (this.#octetCounting !== undefined) this.#octetCounting.end()
    else this.#assembly.endLine(NOTHING, 0, 0)
  }
}
