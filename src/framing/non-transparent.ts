/**
 * Non-transparent framing: splits chunks of a stream into frames (RFC 6587 §3.4.2).
 *
 *     <34>Oct 11 22:14:15 web1 su: …  LF        the usual TRAILER; the CR of CR LF goes with it
 *     <34>Oct 11 22:14:15 web1 su: …  NUL       rsyslog's TCP_FrameDelimiter="0", Python's SysLogHandler
 *
 * Either byte ends a frame, whatever the connection used before: neither belongs in the text of a message, and a sender
 * that mixes them loses nothing. There is no empty frame between two terminators. A frame at the end of the stream
 * needs no trailer.
 */
import { LF, NUL } from "../text/ascii.ts"
import type { FrameAssembly } from "./frame-assembly.ts"

/** Whether a byte ends a frame that is not counted. */
export function isTerminator(byte: number): boolean {
  return byte === LF || byte === NUL
}

/** Splits `chunk[from, …)` into frames. `assembly` holds the rest that has no terminator yet. */
export function splitLines(chunk: Buffer, from: number, assembly: FrameAssembly): void {
  let start = from
  // Each search continues where its previous one ended, so that a chunk without NUL is searched for it once.
  let lf = indexOrEnd(chunk, LF, start)
  let nul = indexOrEnd(chunk, NUL, start)
  for (;;) {
    const stop = Math.min(lf, nul)
    if (stop === chunk.length) break
    assembly.endLine(chunk, start, stop)
    start = stop + 1
    if (stop === lf) lf = indexOrEnd(chunk, LF, start)
    else nul = indexOrEnd(chunk, NUL, start)
  }
  assembly.hold(chunk, start, chunk.length)
}

function indexOrEnd(chunk: Buffer, byte: number, from: number): number {
  const index = chunk.indexOf(byte, from)
  return index < 0 ? chunk.length : index
}
