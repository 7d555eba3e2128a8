import type { Peer, Transport } from "../hosts/peer.ts"
import type { Loss } from "../tally/losses.ts"

/** Where a listener can be reached, as the kernel gave it. */
export interface ListenAddress {
  readonly transport: Transport
  readonly address: string
  readonly port: number
}

/** A socket that turns bytes of the network into frames. It never interprets them. */
export interface Listener {
  readonly bound: ListenAddress
  /** Stops reading stream sockets, so that their senders queue. Datagram senders cannot queue: their sockets go on. */
  pause(): void
  resume(): void
  /** Returns the losses of this listener since the last call: frames cut, peers refused, datagrams that the kernel dropped. */
  takeLosses(): ReadonlyMap<Loss, number>
  /** Accepts nothing new, hands over everything that the kernel holds already, and closes. */
  drain(): Promise<void>
}

/** Takes a frame, `bytes[start, end)`, and its sender. The bytes are valid during the call only. */
export type PeerFrameSink = (peer: Peer, bytes: Buffer, start: number, end: number, truncated: boolean) => void

/** Where the frames of a listener go. */
export interface Downstream {
  readonly sink: PeerFrameSink
  /** Resolves once every frame handed over before the call would survive a crash. A transport that acknowledges waits for it. */
  flush(): Promise<void>
}
