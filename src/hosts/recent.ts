/**
 * A map that holds at most `limit` entries and forgets those that were not asked for lately.
 *
 * Two generations: what is looked up or added is in the younger; when that has half the limit, the older is dropped
 * and the younger becomes it. So a flood of new keys cannot push out what is in use, and nothing is ever deleted
 * one by one, for which V8's maps leave gaps that the next walk from the start has to cross.
 */
export class Recent<K, V> {
  readonly #generation: number
  #younger = new Map<K, V>()
  #older = new Map<K, V>()

  constructor(limit: number) {
    this.#generation = Math.ceil(limit / 2)
  }

  get(key: K): V | undefined {
    const value = this.#younger.get(key)
    if (value !== undefined) return value
    const older = this.#older.get(key)
    if (older !== undefined) this.set(key, older)
    return older
  }

  set(key: K, value: V): void {
    if (this.#younger.size >= this.#generation) {
      this.#older = this.#younger
      this.#younger = new Map()
    }
    this.#younger.set(key, value)
  }
}
