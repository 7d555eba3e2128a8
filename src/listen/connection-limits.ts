/** Counts connections, in all and from each address, against their limits. Listeners that share one share its limits. */
export class ConnectionLimits {
  readonly #maxConnections: number
  readonly #maxConnectionsPerPeer: number
  readonly #byAddress = new Map<string, number>()
  #total = 0

  constructor(maxConnections: number, maxConnectionsPerPeer: number) {
    this.#maxConnections = maxConnections
    this.#maxConnectionsPerPeer = maxConnectionsPerPeer
  }

  /**
   * Counts one more connection from `address`, or returns false if a limit is reached. A connection whose sender is not known
   * yet has no address, and counts among all connections only.
   */
  enter(address: string | undefined): boolean {
    if (address === undefined) {
      if (this.#total >= this.#maxConnections) return false
      this.#total++
      return true
    }
    const fromPeer = this.#byAddress.get(address) ?? 0
    if (this.#total >= this.#maxConnections || fromPeer >= this.#maxConnectionsPerPeer) return false
    this.#total++
    this.#byAddress.set(address, fromPeer + 1)
    return true
  }

  leave(address: string | undefined): void {
    this.#total--
    if (address === undefined) return
    const fromPeer = this.#byAddress.get(address) ?? 0
    if (fromPeer > 1) this.#byAddress.set(address, fromPeer - 1)
    else this.#byAddress.delete(address)
  }
}
