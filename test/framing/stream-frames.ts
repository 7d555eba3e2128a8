import { StreamFraming } from "../../src/framing/stream-framing.ts"

export interface StreamFrames {
  /** Latin-1 text; "…" stands at the end of a truncated one. */
  readonly frames: readonly string[]
  readonly skippedBytes: number
}

/** Frames of a stream that comes in these chunks. */
export function framesOf(chunks: readonly Buffer[], maxFrameBytes: number): StreamFrames {
  const frames: string[] = []
  const framing = new StreamFraming(maxFrameBytes, (bytes, start, end, truncated) => {
    frames.push(bytes.toString("latin1", start, end) + (truncated ? "…" : ""))
  })
  for (const chunk of chunks) {
    // The transport reuses its buffers: what a chunk held must not be needed after its push.
    const lent = Buffer.from(chunk)
    framing.push(lent)
    lent.fill("!")
  }
  framing.end()
  return { frames, skippedBytes: framing.skippedBytes }
}

/** Cuts a stream into chunks of `size` bytes. */
export function chunksOf(stream: Buffer, size: number): Buffer[] {
  const chunks: Buffer[] = []
  for (let at = 0; at < stream.length; at += size) chunks.push(stream.subarray(at, at + size))
  return chunks
}
