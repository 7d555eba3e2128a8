/**
 * The peers of a datagram socket: an address as the kernel writes it becomes its `Peer`, or undefined if it is not admitted.
 *
 * The directory remembers both answers, since each datagram asks for one. A forged source address costs its sender
 * nothing, so the memory is bounded: the address learnt first is forgotten first.
 */

import type { Peer } from "../hosts/peer.ts"
import type { Admission } from "./admission.ts"

// More senders than any one network segment has; a peer takes about 200 bytes.
const MAX_PEERS = 10_000

const IPV4_MAPPED = "::ffff:"

export class PeerDirectory {
  readonly #admission: Admission
  readonly #peers = new Map<string, Peer | "refused">()

  constructor(admission: Admission) {
    this.#admission = admission
  }

  find(kernelAddress: string): Peer | undefined {
    const known = this.#peers.get(kernelAddress) ?? this.#learn(kernelAddress)
    return known === "refused" ? undefined : known
  }

  #learn(kernelAddress: string): Peer | "refused" {
    const address = peerAddress(kernelAddress)
    const peer: Peer | "refused" = this.#admission(address) ? { address, transport: "udp" } : "refused"
    if (this.#peers.size >= MAX_PEERS) {
      for (const oldest of this.#peers.keys()) {
        this.#peers.delete(oldest)
        break
      }
    }
    this.#peers.set(kernelAddress, peer)
    return peer
  }
}

/** Strips the zone, and writes an IPv4-mapped IPv6 address as IPv4 (RFC 4291 §2.5.5.2). */
export function peerAddress(kernelAddress: string): string {
  const zone = kernelAddress.indexOf("%")
  const address = zone < 0 ? kernelAddress : kernelAddress.slice(0, zone)
  return address.startsWith(IPV4_MAPPED) && address.includes(".") ? address.slice(IPV4_MAPPED.length) : address
}
