/**
 * A map that holds at most `limit` entries and forgets those that were not used recently.
 *
 * It has two generations. An entry that is added or looked up is in the younger one. When that has half the limit, it
 * becomes the older one, and the previous older one is dropped. So a flood of new keys cannot push out entries in use,
 * and entries are never deleted one by one: V8's maps keep gaps for deleted entries, which slow down later iterations.
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
