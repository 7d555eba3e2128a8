import type { Peer } from "../hosts/peer.ts"
import type { Loss } from "../tally/loss.ts"

/** Where a listener can be reached, as the kernel gave it. */
export interface ListenAddress {
  readonly transport: "udp" | "tcp"
  readonly address: string
  readonly port: number
}

/** A socket that turns bytes of the network into frames. It never interprets them. */
export interface Listener {
  readonly bound: ListenAddress
  /** Stops reading stream sockets, so that their senders queue; datagram sockets cannot and go on. */
  pause(): void
  resume(): void
  /**
   * What this listener lost since the last call, and zeroes it: frames cut, peers refused, datagrams
   * that the kernel dropped.
   */
  takeLosses(): ReadonlyMap<Loss, number>
  /** Accepts nothing new, hands over everything the kernel holds already, and closes. */
  drain(): Promise<void>
}

/** A frame together with who sent it. One `Peer` object stands for all frames of one address and transport. */
export type PeerFrameSink = (peer: Peer, bytes: Buffer, start: number, end: number, truncated: boolean) => void
