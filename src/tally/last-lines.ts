/**
 * The last line of each host with its verdict, since `last message repeated 5 times` stands for it.
 *
 * An ordinary line costs a look-up and a few numbers; one that is reported is copied into memory that is used again. A host
 * is forgotten when too many others came.
 */
import type { Verdict } from "../rules/verdict.ts"
import type { TalliedLine } from "./tally-book.ts"

/** Some 2 MB of lines at most. */
const MAX_HOSTS = 2_000

/** Longer lines are not remembered. */
const MAX_LINE_BYTES = 1_024

/** BSD's syslogd says so after 30 s, 120 s and then every 600 s. */
const MAX_AGE_MS = 15 * 60_000

const EMPTY = Buffer.alloc(0)

export class LastLine implements TalliedLine {
  bytes: Buffer = EMPTY
  ascii = true
  program = ""
  severity: number | undefined
  /** Undefined: the line is not known. */
  verdict: Verdict | undefined
  #memory: Buffer = EMPTY
  #sender = ""
  #atMs = 0

  /** Remembers a line that is ignored. Its text is of no use. */
  ignored(sender: string, verdict: Verdict, atMs: number): void {
    this.verdict = verdict
    this.#sender = sender
    this.#atMs = atMs
  }

  reported(
    sender: string,
    verdict: Verdict,
    program: string,
    line: TalliedLine,
    atMs: number,
    severity: number | undefined,
  ): void {
    const { length } = line.bytes
    this.ignored(sender, verdict, atMs)
    if (length > MAX_LINE_BYTES) {
      this.verdict = undefined
      return
    }
    if (this.#memory.length < length) this.#memory = Buffer.allocUnsafeSlow(Math.min(2 * length, MAX_LINE_BYTES))
    line.bytes.copy(this.#memory)
    this.bytes = this.#memory.subarray(0, length)
    this.ascii = line.ascii
    this.program = program
    this.severity = severity
  }

  /** Returns the verdict on the line if it came from this sender a short time ago. */
  verdictFor(sender: string, atMs: number): Verdict | undefined {
    if (this.#sender !== sender || Math.abs(atMs - this.#atMs) > MAX_AGE_MS) return undefined
    return this.verdict
  }

  /** The sender may repeat it once more. */
  repeated(atMs: number): void {
    this.#atMs = atMs
  }
}

/** `Key` tells hosts apart. */
export class LastLines<Key> {
  #byHost = new Map<Key, LastLine>()

  of(host: Key): LastLine {
    const known = this.#byHost.get(host)
    if (known !== undefined) return known
    if (this.#byHost.size >= MAX_HOSTS) this.#byHost = new Map()
    const made = new LastLine()
    this.#byHost.set(host, made)
    return made
  }

  /** Other rules are in force. */
  forget(): void {
    this.#byHost = new Map()
  }
}
