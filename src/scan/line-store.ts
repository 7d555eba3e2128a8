/** Lines of a log, kept as they are in blocks of memory: a third of a million leave no third of a million objects. */

export interface DatedLine {
  /** With its line feed. */
  readonly bytes: Uint8Array
  readonly atMs: number
}

const LF = 0x0a

/** Blocks grow up to this: there are sections of one line, and sections of a whole log. */
const FIRST_BLOCK_BYTES = 4 * 1024
const MAX_BLOCK_BYTES = 1024 * 1024

export class LineStore {
  readonly #isDated: boolean
  readonly #full: Uint8Array[] = []
  /** The lines one by one, where they are to be sorted; else empty. */
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

  /** All lines one behind the other, each with its line feed. */
  get blocks(): readonly Uint8Array[] {
    return [...this.#full, this.#block.subarray(0, this.#length)]
  }

  #beginBlock(needed: number): void {
    this.#full.push(this.#block.subarray(0, this.#length))
    this.#block = Buffer.allocUnsafeSlow(Math.max(Math.min(2 * this.#block.length, MAX_BLOCK_BYTES), needed))
    this.#length = 0
  }
}
