/**
 * Decides which kept lines a store forgets: those that are too old, and what does not fit.
 *
 * Room is shared as water fills vessels: each host gets as much as it has, up to a level that is the same for all; within a
 * host, so does each group. A flood of one host or one group takes nothing from the others. A group that must shrink keeps
 * its first lines, its rare ones, its newest one, and of the others a sample over its whole time. Pure.
 */
import { KEPT_GROUP_BYTES, keptBytes } from "./kept-line.ts"

/** What is known of a group without reading its lines. */
export interface KeptSums {
  readonly fingerprint: string
  readonly host: string
  readonly lines: number
  /** As `keptBytes` counts them. */
  readonly bytes: number
  readonly firstMs: number
  readonly lastMs: number
}

/** After it was full, the store gets down to this part of its size: it need not shrink again with the next line. */
const REFILL = 0.9

/** A group keeps so much, or goes as a whole: half a line helps nobody. */
const LEAST_BYTES = 2_048

/** Lines from a group's beginning that stay. */
const FIRST_LINES = 3

/** Returns by fingerprint how many bytes of lines a group may keep, for those that have more. */
export function sharesOf(groups: readonly KeptSums[], maxBytes: number): ReadonlyMap<string, number> {
  const shares = new Map<string, number>()
  if (sum(groups.map(bytesOf)) <= maxBytes) return shares
  const byHost = [...Map.groupBy(groups, ({ host }) => host).values()]
  const hostLevel = levelOf(
    byHost.map((own) => sum(own.map(bytesOf))),
    maxBytes * REFILL,
  )
  for (const own of byHost) {
    if (sum(own.map(bytesOf)) <= hostLevel) continue
    const level = Math.max(levelOf(own.map(bytesOf), hostLevel), LEAST_BYTES)
    let room = hostLevel
    // The groups that spoke last stay, where not even the least of each fits.
    for (const group of own.toSorted((one, other) => other.lastMs - one.lastMs)) {
      const wanted = Math.min(bytesOf(group), level)
      const share = wanted <= room ? wanted : 0
      room -= share
      if (share < bytesOf(group)) shares.set(group.fingerprint, Math.max(share - KEPT_GROUP_BYTES, 0))
    }
  }
  return shares
}

function bytesOf({ bytes }: KeptSums): number {
  return bytes + KEPT_GROUP_BYTES
}

/** The level up to which vessels are filled by `room`; infinite where all fit. */
function levelOf(amounts: readonly number[], room: number): number {
  let left = room
  const sorted = amounts.toSorted((one, other) => one - other)
  for (const [index, amount] of sorted.entries()) {
    const level = left / (sorted.length - index)
    if (amount > level) return level
    left -= amount
  }
  return Number.POSITIVE_INFINITY
}

interface Line {
  readonly id: string
  readonly receivedAtMs: number
  readonly line: string
  readonly isRare: boolean
}

/** Of a group's lines, the oldest first, returns the ids of those to be forgotten. */
export function linesToForget(lines: readonly Line[], beforeMs: number, maxBytes: number): readonly string[] {
  const young = lines.filter(({ receivedAtMs }) => receivedAtMs >= beforeMs)
  const kept = new Set<Line>()
  let room = maxBytes
  const keep = (line: Line | undefined): void => {
    if (line === undefined || kept.has(line) || keptBytes(line.line) > room) return
    room -= keptBytes(line.line)
    kept.add(line)
  }
  if (sum(young.map(({ line }) => keptBytes(line))) <= maxBytes) for (const line of young) kept.add(line)
  else {
    for (const line of young.slice(0, FIRST_LINES)) keep(line)
    keep(young.at(-1))
    // Rare lines take half of the room: a sender may invent values.
    const half = room / 2
    for (const line of young.toReversed()) if (line.isRare && room > half) keep(line)
    const others = young.filter((line) => !kept.has(line))
    const meanBytes = sum(others.map(({ line }) => keptBytes(line))) / Math.max(others.length, 1)
    const count = Math.floor(room / Math.max(meanBytes, 1))
    for (let at = 1; at <= count; at += 1) keep(others[Math.ceil((at * others.length) / (count + 1)) - 1])
  }
  return lines.filter((line) => !kept.has(line)).map(({ id }) => id)
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
