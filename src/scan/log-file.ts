/**
 * The lines of a log file as bytes: plain or gzipped, a path or standard input.
 *
 * Lines end at LF; the last one needs none. Nothing is decoded: a line with invalid UTF-8 is a line.
 */
import { readSync } from "node:fs"
import { type FileHandle, open } from "node:fs/promises"
import type { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import { createGunzip } from "node:zlib"

/** Called for each line without its LF; the bytes are valid during the call only. */
export type LineSink = (bytes: Buffer, start: number, end: number) => void

/** Read at once: large enough that the system calls do not show, small enough to stay in the cache. */
const CHUNK_BYTES = 1 << 20

/** gzip's first two bytes (RFC 1952 §2.3.1). */
const GZIP_MAGIC = 0x1f8b

export interface ReadSpan {
  /** Offset of the first byte that counts. Gzipped files are read whole, unless it is their end: they do not grow. */
  readonly fromByte: number
  /** Whether a last line without LF is a line, or is left for the next scan: its writer may not be done with it. */
  readonly unfinished: "read" | "leave"
}

/** Reads a file from an offset; resolves with the offset behind the last line that was read. */
export async function readLogFile(
  file: FileHandle,
  { fromByte, unfinished }: ReadSpan,
  sink: LineSink,
): Promise<number> {
  const status = await file.stat()
  if (!status.isFile()) {
    // A pipe, as of `tamis scan <(journalctl …)`: it has no places to read at.
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

/** Says whether a file is gzipped, by its first bytes and not by its name. */
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
    for (let end = chunk.indexOf(0x0a); end !== -1; end = chunk.indexOf(0x0a, start)) {
      if (this.#pieces.length === 0) this.#sink(chunk, start, end)
      else this.#finish(chunk.subarray(start, end))
      start = end + 1
    }
    // The chunk's memory is the reader's: what must last is copied.
    if (start < chunk.length) this.#pieces.push(Buffer.from(chunk.subarray(start)))
  }

  end(): void {
    if (this.#pieces.length > 0) this.#finish(Buffer.alloc(0))
  }

  #finish(last: Buffer): void {
    const line = Buffer.concat([...this.#pieces, last])
    // Emptied, not replaced: a new array is one of small integers to V8, which would compile the loop again for every chunk.
    this.#pieces.length = 0
    this.#sink(line, 0, line.length)
  }
}
