/**
 * Assembles frames from chunks, and gives them to the sink.
 *
 * A frame inside one chunk is not copied; only a frame across chunks is. At most one unfinished frame is held, and at
 * most `maxFrameBytes` of it. Further bytes are counted and dropped.
 */
import { CR } from "../text/ascii.ts"
import type { FrameSink } from "./frame.ts"

// Most frames fit into this (RFC 5424 §6.1: 480 octets must be accepted, 2048 should be), and an idle connection keeps
// no more memory.
const KEPT_BYTES = 2048

const NOTHING = Buffer.alloc(0)

export class FrameAssembly {
  readonly #maxFrameBytes: number
  readonly #sink: FrameSink
  /** The held bytes are #bytes[0, #length). */
  #bytes = NOTHING
  #length = 0
  /** Bytes of the held frame beyond the limit, which are not kept. */
  #excess = 0
  /** The last byte held, kept or not. */
  #last = 0

  /** Bytes dropped so far: beyond the limit, or without meaning. */
  skippedBytes = 0

  constructor(maxFrameBytes: number, sink: FrameSink) {
    this.#maxFrameBytes = maxFrameBytes
    this.#sink = sink
  }

  get isEmpty(): boolean {
    return this.#length === 0
  }

  /** Keeps `chunk[start, end)` as the next piece of the unfinished frame. */
  hold(chunk: Buffer, start: number, end: number): void {
    if (start === end) return
    const kept = Math.min(end - start, this.#maxFrameBytes - this.#length)
    if (kept > 0) {
      this.#reserve(this.#length + kept)
      chunk.copy(this.#bytes, this.#length, start, start + kept)
      this.#length += kept
    }
    this.#excess += end - start - kept
    this.#last = chunk[end - 1]!
  }

  /** Removes the last `count` bytes held. */
  takeBack(count: number): void {
    const fromExcess = Math.min(count, this.#excess)
    this.#excess -= fromExcess
    this.#length -= count - fromExcess
  }

  /** Drops a held piece that is framing, not content. */
  drop(): void {
    this.#length = 0
    this.#excess = 0
    if (this.#bytes.length > KEPT_BYTES) this.#bytes = NOTHING
  }

  /** Drops a held piece that has no meaning, and counts its bytes. */
  giveUp(): void {
    this.skippedBytes += this.#length + this.#excess
    this.drop()
  }

  /** Ends the frame with `chunk[start, end)`. `unfinished` means that fewer bytes came than were announced. */
  endFrame(chunk: Buffer, start: number, end: number, unfinished: boolean): void {
    if (this.isEmpty) {
      this.#emit(chunk, start, end - start, unfinished)
    } else {
      this.hold(chunk, start, end)
      this.#emit(this.#bytes, 0, this.#length + this.#excess, unfinished)
      this.drop()
    }
  }

  /** Ends a line with `chunk[start, end)`, without its terminator. A CR at the end is not part of the line. */
  endLine(chunk: Buffer, start: number, end: number): void {
    if (this.isEmpty) {
      const hasCr = end > start && chunk[end - 1] === CR
      this.#emit(chunk, start, end - start - (hasCr ? 1 : 0), false)
    } else {
      this.hold(chunk, start, end)
      this.#emit(this.#bytes, 0, this.#length + this.#excess - (this.#last === CR ? 1 : 0), false)
      this.drop()
    }
  }

  #emit(bytes: Buffer, start: number, size: number, unfinished: boolean): void {
    if (size === 0) return
    const excess = size - this.#maxFrameBytes
    if (excess > 0) {
      this.skippedBytes += excess
      this.#sink(bytes, start, start + this.#maxFrameBytes, true)
    } else {
      this.#sink(bytes, start, start + size, unfinished)
    }
  }

  /**
   * Doubles the capacity, so that each byte of a frame is copied a bounded number of times, even if it comes byte by
   * byte.
   */
  #reserve(size: number): void {
    if (size <= this.#bytes.length) return
    const capacity = Math.min(
      Math.max(size, 2 * this.#bytes.length, KEPT_BYTES),
      Math.max(this.#maxFrameBytes, KEPT_BYTES),
    )
    const grown = Buffer.allocUnsafeSlow(capacity)
    this.#bytes.copy(grown, 0, 0, this.#length)
    this.#bytes = grown
  }
}
