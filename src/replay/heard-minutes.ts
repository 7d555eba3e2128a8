/**
 * The minutes in which hosts and programs of old logs spoke, and the presence that tamis would have learned from them. Lines may
 * come in any order.
 */
import type { Cadence, Heard } from "../cadence/cadence.ts"
import { type Attendance, hearAll, MAX_SENDERS, NETWORK, type Presence } from "../cadence/presence.ts"
import type { Message } from "../syslog/message.ts"
import { ProgramTable } from "../tally/heard-programs.ts"
import { DAY_MS, MINUTE_MS } from "../units.ts"

export class HeardMinutes {
  /** By sender: the time of the first line in each minute, in the order of the lines. */
  readonly #times = new Map<string, number[]>()
  readonly #programs = new ProgramTable()

  hear(host: string, message: Message, atMs: number): void {
    this.#note(host, atMs)
    const program = this.#programs.find(host, message)
    if (program !== undefined) this.#note(program.sender, atMs)
  }

  #note(sender: string, atMs: number): void {
    let times = this.#times.get(sender)
    if (times === undefined) {
      if (this.#times.size >= MAX_SENDERS) return
      times = []
      this.#times.set(sender, times)
    }
    const last = times.at(-1) ?? 0
    if (Math.floor(last / MINUTE_MS) !== Math.floor(atMs / MINUTE_MS)) times.push(atMs)
  }

  /** All minutes in order, each with its senders. */
  minutes(): readonly (readonly [minute: number, heard: ReadonlyMap<string, Heard>])[] {
    const byMinute = new Map<number, Map<string, Heard>>()
    for (const [sender, times] of this.#times) {
      for (const atMs of times) {
        const minute = Math.floor(atMs / MINUTE_MS)
        let heard = byMinute.get(minute)
        if (heard === undefined) {
          heard = new Map()
          byMinute.set(minute, heard)
        }
        heard.set(sender, { firstMs: atMs, lastMs: atMs })
      }
    }
    return [...byMinute].sort(([a], [b]) => a - b)
  }
}

/** Presence as time goes on. tamis counts as there all the time. */
export class ReplayedPresence {
  readonly #minutes: ReturnType<HeardMinutes["minutes"]>
  readonly #senders = new Map<string, Cadence>()
  #attendance: Attendance | undefined
  #next = 0

  constructor(minutes: ReturnType<HeardMinutes["minutes"]>) {
    this.#minutes = minutes
  }

  /** The last instant of which the logs tell, up to `nowMs`: nobody is silent because a log ends. */
  knownUntil(nowMs: number): number {
    const [minute] = this.#minutes.at(-1) ?? [0]
    return Math.min(nowMs, (minute + 1) * MINUTE_MS)
  }

  /** The presence at `nowMs`, which never goes back. */
  at(nowMs: number): Presence {
    for (; this.#next < this.#minutes.length; this.#next += 1) {
      const [minute, heard] = this.#minutes[this.#next]!
      const atMs = minute * MINUTE_MS
      if (atMs >= nowMs) break
      const { resumedMs } = this.#attendance ?? { resumedMs: atMs - DAY_MS }
      const known = new Map<string, Cadence>()
      for (const sender of [NETWORK, ...heard.keys()]) {
        const cadence = this.#senders.get(sender)
        if (cadence !== undefined) known.set(sender, cadence)
      }
      const change = hearAll({ beatMs: atMs, resumedMs }, known, heard, atMs, MAX_SENDERS - this.#senders.size)
      this.#attendance = change.attendance
      for (const [sender, cadence] of change.senders) this.#senders.set(sender, cadence)
    }
    return { ...(this.#attendance ?? { beatMs: nowMs, resumedMs: nowMs }), senders: this.#senders }
  }
}
