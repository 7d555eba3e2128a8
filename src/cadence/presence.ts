/**
 * Which senders are there: hosts, and programs of hosts, each with its cadence. Lines of all instances add to one presence.
 *
 * tamis cannot tell a silent host from its own deafness. If it was off, or if no host at all was heard, `resumedMs` is when
 * lines came again: pauses before it are not learned, and silences count from there.
 */
import { MINUTE_MS } from "../units.ts"
import { type Cadence, endsSilence, firstHeard, type Heard, hear } from "./cadence.ts"

export interface Attendance {
  /** When an instance last took part. */
  readonly beatMs: number
  readonly resumedMs: number
}

export interface Presence extends Attendance {
  /** By name (`senderName`); NETWORK stands for all hosts together. */
  readonly senders: ReadonlyMap<string, Cadence>
}

/** The name of all hosts together. */
export const NETWORK = ""

/** Instances take part about once a minute. */
const LONGEST_BEAT_MS = 5 * MINUTE_MS

/** Hosts and programs whose cadence is learned. */
export const MAX_SENDERS = 20_000

/** The name of a program of a host, or of a host itself. Names of hosts have no blanks. */
export function senderName(host: string, program?: string): string {
  return program === undefined ? host : `${host} ${program}`
}

export function splitSender(name: string): { readonly host: string; readonly program: string | undefined } {
  const [, host = name, program] = /^(\S*) (.*)$/s.exec(name) ?? []
  return { host, program }
}

/** The change that lines make: what is to be written. */
export interface PresenceChange {
  readonly attendance: Attendance
  readonly senders: ReadonlyMap<string, Cadence>
}

/**
 * Adds lines to senders. `known` has those of `heard` that are known, and NETWORK. `room` is how many new ones may come.
 * Without lines, it notes that an instance is there.
 */
export function hearAll(
  before: Attendance | undefined,
  known: ReadonlyMap<string, Cadence>,
  heard: ReadonlyMap<string, Heard>,
  nowMs: number,
  room: number,
): PresenceChange {
  const all = spanOf(heard)
  const beatMs = Math.max(before?.beatMs ?? nowMs, nowMs)
  const network = known.get(NETWORK)
  let resumedMs = before?.resumedMs ?? nowMs
  if (before !== undefined && nowMs - before.beatMs > LONGEST_BEAT_MS) resumedMs = nowMs
  if (all !== undefined && network !== undefined && endsSilence(network, all.firstMs)) {
    resumedMs = Math.max(resumedMs, all.firstMs)
  }
  const senders = new Map<string, Cadence>()
  if (all !== undefined)
    senders.set(NETWORK, network === undefined ? firstHeard(all) : hear(network, all, before?.resumedMs ?? 0))
  let left = room
  for (const [name, each] of heard) {
    const cadence = known.get(name)
    if (cadence !== undefined) {
      const after = hear(cadence, each, resumedMs)
      if (after !== cadence) senders.set(name, after)
    } else if (left > 0) {
      left -= 1
      senders.set(name, firstHeard(each))
    }
  }
  return { attendance: { beatMs, resumedMs }, senders }
}

/** From the first to the last line of all; undefined where there are none. */
function spanOf(heard: ReadonlyMap<string, Heard>): Heard | undefined {
  if (heard.size === 0) return undefined
  let [firstMs, lastMs] = [Number.POSITIVE_INFINITY, 0]
  for (const each of heard.values()) {
    firstMs = Math.min(firstMs, each.firstMs)
    lastMs = Math.max(lastMs, each.lastMs)
  }
  return { firstMs, lastMs }
}

/** Joins the times of lines that came in short order. */
export function joinHeard(into: Map<string, Heard>, name: string, { firstMs, lastMs }: Heard): void {
  const known = into.get(name)
  const joined = known && { firstMs: Math.min(known.firstMs, firstMs), lastMs: Math.max(known.lastMs, lastMs) }
  into.set(name, joined ?? { firstMs, lastMs })
}
