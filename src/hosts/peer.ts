/** Who sent us bytes: evidence, unlike the hostname in a message, which is a claim. */
export interface Peer {
  /** IPv4 or IPv6 in its shortest form; an IPv4-mapped IPv6 address appears as IPv4. No zone. */
  readonly address: string
  readonly transport: "udp" | "tcp"
}
