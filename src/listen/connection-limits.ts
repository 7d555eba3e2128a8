/** How many connections there are, in all and from one address. Listeners that share one of these share its limits. */
export class ConnectionLimits {
  readonly #maxConnections: number
  readonly #maxConnectionsPerPeer: number
  readonly #byAddress = new Map<string, number>()
  #total = 0

  constructor(maxConnections: number, maxConnectionsPerPeer: number) {
    this.#maxConnections = maxConnections
    this.#maxConnectionsPerPeer = maxConnectionsPerPeer
  }

  /** Counts one more connection from `address`, or says that there is no place for it. Without one it is nobody's yet. */
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
