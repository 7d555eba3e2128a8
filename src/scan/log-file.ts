/**
 * The lines of a log file as bytes: plain or gzipped, a path or standard input.
 *
 * Lines end at LF; the last line needs none. Nothing is decoded, so a line may have invalid UTF-8.
 */
import { readSync } from "node:fs"
import { type FileHandle, open } from "node:fs/promises"
import type { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import { createGunzip } from "node:zlib"
import { LF } from "../text/ascii.ts"

/** Called for each line without its LF; the bytes are valid during the call only. */
export type LineSink = (bytes: Buffer, start: number, end: number) => void

/** Bytes per read: large enough that system calls cost little, small enough for the processor's cache. */
const CHUNK_BYTES = 1 << 20

/** gzip's first two bytes (RFC 1952 §2.3.1). */
const GZIP_MAGIC = 0x1f8b

export interface ReadSpan {
  /** Offset of the first byte to read. A gzipped file does not grow: it is read whole, or not at all if this is its end. */
  readonly fromByte: number
  /** Whether to read a last line without LF, or to leave it for the next scan: its writer may not have finished it. */
  readonly unfinished: "read" | "leave"
}

/** Reads a file from an offset; resolves with the offset after the last line read. */
export async function readLogFile(
  file: FileHandle,
  { fromByte, unfinished }: ReadSpan,
  sink: LineSink,
): Promise<number> {
  const status = await file.stat()
  if (!status.isFile()) {
    // A pipe, as in `tamis scan <(journalctl …)`, has no offsets.
    await readStream(file.createReadStream({ autoClose: false }), sink)
    return 0
  }
  if (isGzip(file)) {
    if (fromByte === status.size) return status.size
    const gunzip = createGunzip()
    await Promise.all([
      pipeline(file.createReadStream({ start: 0, autoClose: false }), gunzip),
      readStream(gunzip, sink),
    ])
    return status.size
  }
  const splitter = new LineSplitter(sink)
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
  let position = fromByte
  for (;;) {
    const bytesRead = readSync(file.fd, chunk, 0, CHUNK_BYTES, position)
    if (bytesRead === 0) break
    position += bytesRead
    splitter.push(chunk.subarray(0, bytesRead))
  }
  if (unfinished === "leave") return position - splitter.pendingBytes
  splitter.end()
  return position
}

/** Whether a file is gzipped, judged by its first bytes and not by its name. */
function isGzip({ fd }: FileHandle): boolean {
  const head = Buffer.alloc(2)
  return readSync(fd, head, 0, 2, 0) === 2 && head.readUInt16BE(0) === GZIP_MAGIC
}

/** Reads a stream of log lines to its end. */
export async function readStream(stream: Readable | NodeJS.ReadableStream, sink: LineSink): Promise<void> {
  const splitter = new LineSplitter(sink)
  for await (const chunk of stream) splitter.push(Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk))
  splitter.end()
}

export function openLogFile(path: string): Promise<FileHandle> {
  return open(path, "r")
}

class LineSplitter {
  readonly #sink: LineSink
  /** The unfinished line, in pieces. */
  readonly #pieces: Buffer[] = []

  constructor(sink: LineSink) {
    this.#sink = sink
  }

  get pendingBytes(): number {
    return this.#pieces.reduce((sum, piece) => sum + piece.length, 0)
  }

  push(chunk: Buffer): void {
    let start = 0
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, start)) {
      if (this.#pieces.length === 0) this.#sink(chunk, start, end)
      else this.#finish(chunk.subarray(start, end))
      start = end + 1
    }
    // The reader reuses the chunk's memory: copy the rest.
    if (start < chunk.length) this.#pieces.push(Buffer.from(chunk.subarray(start)))
  }

  end(): void {
    if (this.#pieces.length > 0) this.#finish(Buffer.alloc(0))
  }

  #finish(last: Buffer): void {
    const line = Buffer.concat([...this.#pieces, last])
    // Emptied, not replaced: V8 takes a new empty array for one of small integers, and would recompile the loop for every chunk.
    this.#pieces.length = 0
    this.#sink(line, 0, line.length)
  }
}
