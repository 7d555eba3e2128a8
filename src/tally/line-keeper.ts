/**
 * Chooses in a collector which lines are kept: of a group the first ones in full, then a sample that thins out, and each line
 * with a value that the group had not had.
 *
 *     exit code 0   kept: the first FULL_LINES, then line 63, 79, 99, 124, …
 *     exit code 23  kept, although it is line 5,000
 *
 * The choice starts again with every period. In a period a host may keep as much as HOST_BYTES and all hosts POOL_BYTES; a
 * little of each host needs no pool, so that no host hides another. No string is made for a line that is not kept.
 */
import { OTHER_HOSTS } from "./coarsen.ts"
import { KEPT_LINE_BYTES, type KeptLine, type KeptLines } from "./kept-line.ts"
import type { Tally } from "./tally.ts"
import type { TalliedLine } from "./tally-book.ts"
import { MAX_VALUE_LENGTH } from "./values.ts"

export const PERIOD_MS = 600_000

/** Of each group, in a period. */
export const FULL_LINES = 50

/** From one line of the sample to the next. A million lines have about 50. */
const SAMPLE_FACTOR = 1.25

/** Values of a place that make a line rare. Places with more are ports and addresses. */
const RARE_VALUES = 12

/** Lines of a group before a new value is rare: its first lines have only new ones. */
const COMMON_LINES = 10

/** In a period, by host and for all of them. 4 MiB are 25,000 lines of usual length. */
export const HOST_BYTES = 262_144
export const POOL_BYTES = 4_194_304
/** Of each host, whatever the others did to the pool. */
export const RESERVED_BYTES = 4_096

/** Hosts with an account of their own in a period, as in a batch. */
const MAX_HOSTS = 2_000

/** A longer line is cut. */
const MAX_BYTES = 1_024

/** The masked places of the line that is counted. */
export interface MaskedPlaces {
  readonly placeCount: number
  valueAt(place: number): string
}

interface GroupState {
  /** Lines that came. */
  offered: number
  nextSample: number
  /** By place. */
  readonly values: string[][]
}

export class LineKeeper {
  /** Of the period; undefined before its first line. */
  #startMs: number | undefined
  #latestMs = 0
  #pooledBytes = 0
  readonly #bytesOf = new Map<string, number>()
  readonly #groups = new Map<string, GroupState>()
  #kept = new Map<string, KeptLine[]>()

  /**
   * Takes a line that `tally` has counted, and keeps its text if it is worth it. `unseen` are its places where one has a value
   * that is new in this batch.
   */
  offer(
    { fingerprint, host }: Tally,
    unseen: MaskedPlaces | undefined,
    line: TalliedLine,
    textOf: (line: TalliedLine) => string,
    receivedAtMs: number,
  ): void {
    this.#startMs ??= receivedAtMs
    this.#latestMs = receivedAtMs
    const known = this.#groups.get(fingerprint)
    const state = known ?? { offered: 0, nextSample: FULL_LINES * SAMPLE_FACTOR, values: [] }
    state.offered += 1
    const { offered } = state
    const isRare = unseen !== undefined && hasRareValue(state, unseen) && offered > COMMON_LINES
    if (offered > FULL_LINES && !isRare && offered < state.nextSample) return
    if (!this.#takesRoom(host, Math.min(line.bytes.length, MAX_BYTES) + KEPT_LINE_BYTES)) return
    // Only groups with kept lines are remembered: the pool bounds them.
    if (known === undefined) this.#groups.set(fingerprint, state)
    if (offered >= state.nextSample) state.nextSample = offered * SAMPLE_FACTOR
    const keptLine = { receivedAtMs, line: textOf(line), isRare }
    const lines = this.#kept.get(fingerprint)
    if (lines === undefined) this.#kept.set(fingerprint, [keptLine])
    else lines.push(keptLine)
  }

  /** Returns the lines kept since the last time. */
  take(): readonly KeptLines[] {
    const kept = Array.from(this.#kept, ([fingerprint, lines]) => ({ fingerprint, lines }))
    this.#kept = new Map()
    const sinceMs = this.#latestMs - (this.#startMs ?? this.#latestMs)
    // The clock may have been set back.
    if (sinceMs >= PERIOD_MS || sinceMs < 0) this.#end()
    return kept
  }

  #end(): void {
    this.#startMs = undefined
    this.#pooledBytes = 0
    this.#bytesOf.clear()
    this.#groups.clear()
  }

  #takesRoom(name: string, bytes: number): boolean {
    const host = this.#bytesOf.has(name) || this.#bytesOf.size < MAX_HOSTS ? name : OTHER_HOSTS
    const own = this.#bytesOf.get(host) ?? 0
    if (own + bytes > RESERVED_BYTES) {
      if (own + bytes > HOST_BYTES || this.#pooledBytes + bytes > POOL_BYTES) return false
      this.#pooledBytes += bytes
    }
    this.#bytesOf.set(host, own + bytes)
    return true
  }
}

/** Whether a place has a value that it had not had in this period. Places with many values are left alone. */
function hasRareValue({ values }: GroupState, places: MaskedPlaces): boolean {
  let isRare = false
  for (let place = 0; place < places.placeCount; place += 1) {
    values[place] ??= []
    const seen = values[place]!
    if (seen.length >= RARE_VALUES) continue
    const value = places.valueAt(place)
    if (seen.includes(value) || value.length > MAX_VALUE_LENGTH) continue
    seen.push(value)
    isRare = true
  }
  return isRare
}
