/** How bytes come to a listener. Listener addresses and the status call them by these names. */
export type Transport = "udp" | "tcp"

/**
 * The sender of bytes: evidence, unlike the host name in a message, which is a claim.
 *
 * Each connection of a stream transport has a Peer of its own. UDP has one Peer for each address, as long as the listener
 * remembers it. So two Peers may be of one machine; the resolver finds that out by their evidence.
 */
export interface Peer {
  /** IPv4 or IPv6 in its shortest form; an IPv4-mapped IPv6 address appears as IPv4. No zone. */
  readonly address: string
  readonly transport: Transport
}
