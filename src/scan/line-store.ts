/** Lines of a log, kept unchanged in blocks of memory: 300,000 lines must not become 300,000 objects. */
import { LF } from "../text/ascii.ts"

export interface DatedLine {
  /** With its line feed. */
  readonly bytes: Uint8Array
  readonly atMs: number
}

/** Blocks grow from the first size to the last: some sections have one line, others a whole log. */
const FIRST_BLOCK_BYTES = 4 * 1024
const MAX_BLOCK_BYTES = 1024 * 1024

export class LineStore {
  readonly #isDated: boolean
  readonly #full: Uint8Array[] = []
  /** The single lines, if they are to be sorted; else empty. */
  readonly dated: DatedLine[] = []
  #block = Buffer.allocUnsafeSlow(FIRST_BLOCK_BYTES)
  #length = 0

  /** `isDated` keeps each line's time. */
  constructor(isDated: boolean) {
    this.#isDated = isDated
  }

  /** Copies the line. */
  add(line: Buffer, atMs: number): void {
    const needed = line.length + 1
    if (this.#length + needed > this.#block.length) this.#beginBlock(needed)
    const start = this.#length
    const end = start + needed
    line.copy(this.#block, start)
    this.#block[end - 1] = LF
    this.#length = end
    if (this.#isDated) this.dated.push({ bytes: this.#block.subarray(start, end), atMs })
  }

  /** All lines in order, each with its line feed. */
  get blocks(): readonly Uint8Array[] {
    return [...this.#full, this.#block.subarray(0, this.#length)]
  }

  #beginBlock(needed: number): void {
    this.#full.push(this.#block.subarray(0, this.#length))
    this.#block = Buffer.allocUnsafeSlow(Math.max(Math.min(2 * this.#block.length, MAX_BLOCK_BYTES), needed))
    this.#length = 0
  }
}
