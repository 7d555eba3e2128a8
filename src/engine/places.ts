/** The places that a matcher of back-references has visited on a line: tables of numbers that grow with its steps. */

/** Marks a group that is not opened yet, or not closed yet. */
export const UNSET = -1

/** The number of the combination in which no group has content. */
export const NOTHING_CAPTURED = 0

const FIRST_ENTRIES = 256

/** The contents of groups, as from and to. Each combination is kept once and identified by its number. */
export class Captures {
  /** The length of a combination: from and to of each slot. */
  readonly #width: number
  #rows: Int32Array
  #count = 0
  /** A hash table with open addressing: a combination's number + 1, or 0. */
  #table = new Int32Array(2 * FIRST_ENTRIES)
  readonly #scratch: Int32Array

  constructor(slots: number) {
    this.#width = 2 * slots
    this.#rows = new Int32Array(this.#width * FIRST_ENTRIES)
    this.#scratch = new Int32Array(this.#width).fill(UNSET)
    this.#number()
  }

  from(held: number, slot: number): number {
    return this.#rows[held * this.#width + 2 * slot]!
  }

  to(held: number, slot: number): number {
    return this.#rows[held * this.#width + 2 * slot + 1]!
  }

  open(held: number, slot: number, position: number): number {
    this.#copy(held)
    this.#scratch[2 * slot] = position
    this.#scratch[2 * slot + 1] = UNSET
    return this.#number()
  }

  close(held: number, slot: number, position: number): number {
    this.#copy(held)
    this.#scratch[2 * slot + 1] = position
    return this.#number()
  }

  /** Clears all slots except those, given as bits. */
  only(held: number, slots: number): number {
    let forgets = false
    for (let at = 0; at < this.#width; at += 2) {
      if ((slots & (1 << (at >> 1))) === 0 && this.#rows[held * this.#width + at] !== UNSET) forgets = true
    }
    if (!forgets) return held
    this.#copy(held)
    for (let at = 0; at < this.#width; at += 2) {
      if ((slots & (1 << (at >> 1))) === 0) this.#scratch.fill(UNSET, at, at + 2)
    }
    return this.#number()
  }

  #copy(held: number): void {
    for (let at = 0; at < this.#width; at += 1) this.#scratch[at] = this.#rows[held * this.#width + at]!
  }

  /** Returns the number of the combination in `#scratch`. */
  #number(): number {
    let entry = this.#hash() & (this.#table.length - 1)
    for (;;) {
      const number = this.#table[entry]! - 1
      if (number < 0) break
      if (this.#isScratch(number)) return number
      entry = (entry + 1) & (this.#table.length - 1)
    }
    const number = this.#count
    this.#count += 1
    if (this.#count * this.#width > this.#rows.length) this.#rows = grown(this.#rows)
    this.#rows.set(this.#scratch, number * this.#width)
    this.#table[entry] = number + 1
    if (2 * this.#count > this.#table.length) this.#rehash()
    return number
  }

  #hash(): number {
    let hash = 0
    for (const value of this.#scratch) hash = Math.imul(hash ^ value, 0x9e3779b1) ^ (hash >>> 15)
    return hash ^ (hash >>> 16)
  }

  #isScratch(number: number): boolean {
    for (let at = 0; at < this.#width; at += 1) {
      if (this.#rows[number * this.#width + at] !== this.#scratch[at]) return false
    }
    return true
  }

  #rehash(): void {
    this.#table = new Int32Array(2 * this.#table.length)
    const last = this.#scratch.slice()
    for (let number = 0; number < this.#count; number += 1) {
      this.#copy(number)
      let entry = this.#hash() & (this.#table.length - 1)
      while (this.#table[entry] !== 0) entry = (entry + 1) & (this.#table.length - 1)
      this.#table[entry] = number + 1
    }
    this.#scratch.set(last)
  }
}

function grown(rows: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * rows.length)
  larger.set(rows)
  return larger
}

/** A set of numbers from 0 to 2^53. */
export class PlaceSet {
  /** A hash table with open addressing: a place + 1, or 0. */
  #table = new Float64Array(2 * FIRST_ENTRIES)
  #count = 0

  /** Returns false if the set has the place already. */
  add(place: number): boolean {
    if (!this.#insert(place + 1)) return false
    this.#count += 1
    if (2 * this.#count > this.#table.length) {
      const before = this.#table
      this.#table = new Float64Array(2 * before.length)
      for (const value of before) if (value !== 0) this.#insert(value)
    }
    return true
  }

  #insert(value: number): boolean {
    const mask = this.#table.length - 1
    const low = value | 0
    const high = (value / 0x1_0000_0000) | 0
    const hash = Math.imul(low ^ Math.imul(high, 0x85ebca6b), 0x9e3779b1)
    let entry = (hash ^ (hash >>> 15)) & mask
    for (;;) {
      const there = this.#table[entry]!
      if (there === value) return false
      if (there === 0) break
      entry = (entry + 1) & mask
    }
    this.#table[entry] = value
    return true
  }
}
