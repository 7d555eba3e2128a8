import type { Loss } from "../tally/losses.ts"

/** Counts losses until somebody takes them. */
export class LossCount {
  #losses = new Map<Loss, number>()

  add(loss: Loss, count: number): void {
    if (count > 0) this.#losses.set(loss, (this.#losses.get(loss) ?? 0) + count)
  }

  take(): ReadonlyMap<Loss, number> {
    const taken = this.#losses
    this.#losses = new Map()
    return taken
  }
}
