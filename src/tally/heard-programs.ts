/**
 * When programs were heard, whatever the rules made of their lines: a job that ran well is usually ignored, and is missed first.
 *
 * Hot path: a known program costs a hash of its name, and no string. Bounded: MAX_PROGRAMS for a host, MAX_HOSTS, the first ones
 * of a day, since senders may invent names.
 */
import type { Heard } from "../cadence/cadence.ts"
import { senderName } from "../cadence/presence.ts"
import type { Message } from "../syslog/message.ts"
import { programName } from "../syslog/text.ts"
import { DAY_MS, MINUTE_MS } from "../units.ts"

const MAX_PROGRAMS = 30
const MAX_HOSTS = 1_000

/** As many bytes of a name as programName reads. */
const MAX_NAME_BYTES = 48

export interface HeardProgram {
  readonly sender: string
  /** Of the lines that were not taken yet: 0 where there are none. */
  firstMs: number
  lastMs: number
}

/** Programs by host and name. */
export class ProgramTable {
  #hosts = new Map<string, Map<number, HeardProgram>>()

  /** The program of a message; undefined if it names none, or if there are too many. A collision of hashes joins two. */
  find(host: string, message: Message): HeardProgram | undefined {
    const { bytes, appNameStart } = message
    const end = Math.min(message.appNameEnd, appNameStart + MAX_NAME_BYTES)
    if (appNameStart >= end) return undefined
    let hash = 0x811c9dc5
    for (let at = appNameStart; at < end; at += 1) hash = Math.imul(hash ^ bytes[at]!, 0x01000193)
    const key = (hash ^ (hash >>> 30)) & 0x3fff_ffff
    return this.#hosts.get(host)?.get(key) ?? this.#add(host, key, message)
  }

  clear(): void {
    this.#hosts = new Map()
  }

  *all(): Generator<HeardProgram> {
    for (const programs of this.#hosts.values()) yield* programs.values()
  }

  #add(host: string, key: number, message: Message): HeardProgram | undefined {
    let programs = this.#hosts.get(host)
    if (programs === undefined) {
      if (this.#hosts.size >= MAX_HOSTS) return undefined
      programs = new Map()
      this.#hosts.set(host, programs)
    }
    if (programs.size >= MAX_PROGRAMS) return undefined
    const program = { sender: senderName(host, programName(message)), firstMs: 0, lastMs: 0 }
    programs.set(key, program)
    return program
  }
}

/** The programs that a collector has heard, for its batches. */
export class HeardPrograms {
  readonly #table = new ProgramTable()
  #takenAtMs = 0
  #day = 0

  hear(host: string, message: Message, nowMs: number): void {
    const program = this.#table.find(host, message)
    if (program === undefined) return
    if (program.firstMs === 0) program.firstMs = nowMs
    program.lastMs = nowMs
  }

  /** Returns the programs since the last time; undefined if there were none, or if it is too early. */
  take(nowMs: number, isLast: boolean): ReadonlyMap<string, Heard> | undefined {
    const isEarly = nowMs >= this.#takenAtMs && nowMs - this.#takenAtMs < MINUTE_MS
    if (isEarly && !isLast) return undefined
    this.#takenAtMs = nowMs
    const heard = new Map<string, Heard>()
    for (const program of this.#table.all()) {
      if (program.firstMs === 0) continue
      heard.set(program.sender, { firstMs: program.firstMs, lastMs: program.lastMs })
      program.firstMs = 0
    }
    const day = Math.floor(nowMs / DAY_MS)
    if (day !== this.#day) this.#table.clear()
    this.#day = day
    return heard.size === 0 ? undefined : heard
  }
}
