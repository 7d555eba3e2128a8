/**
 * One host's tallies by template. A tally is found without making a string: by a hash, then by comparing every
 * character.
 *
 * A sender can choose templates with the same hash. They still get different tallies, and a line is compared with at
 * most MAX_SHARING of them, because no more are stored under one hash.
 */
import type { Tally } from "./tally.ts"
import type { Template } from "./template.ts"

/** By chance, not even two templates of one host share a hash. */
export const MAX_SHARING = 4

interface Slot {
  /** Layer, sections and alarm, which are not part of the template. */
  readonly place: string
  readonly tally: Tally
  readonly next: Slot | undefined
}

export class TemplateTable {
  readonly #slots = new Map<number, Slot>()

  find(hash: number, place: string, template: Template): Tally | undefined {
    let slot = this.#slots.get(hash)
    while (slot !== undefined) {
      if (slot.place === place && template.equals(slot.tally.template)) return slot.tally
      slot = slot.next
    }
    return undefined
  }

  hasRoom(hash: number): boolean {
    let sharing = 0
    for (let slot = this.#slots.get(hash); slot !== undefined; slot = slot.next) sharing += 1
    return sharing < MAX_SHARING
  }

  /** Adds a tally that `find` did not find. */
  add(hash: number, place: string, tally: Tally): void {
    this.#slots.set(hash, { place, tally, next: this.#slots.get(hash) })
  }
}
