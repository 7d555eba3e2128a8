/**
 * One host's tallies by template, found without a string being made of it: by a hash, and then by every character.
 *
 * Whoever knows the hash can send templates that share one. They never share a tally for it, and a line is
 * compared with MAX_SHARING of them at most: there is no room for more under one hash.
 */
import type { Tally } from "./tally.ts"
import type { Template } from "./template.ts"

/** By chance, one host's templates do not even make two. */
export const MAX_SHARING = 4

interface Slot {
  /** What the template does not tell: layer and sections. */
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
