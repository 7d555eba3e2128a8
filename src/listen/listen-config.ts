/** Where messages come in, and how much is taken of them: the resolved `listen` section. */

export interface ListenConfig {
  readonly udp: readonly Endpoint[]
  readonly tcp: readonly Endpoint[]
  readonly maxFrameBytes: number
  readonly maxConnections: number
  readonly maxConnectionsPerPeer: number
  /** 0 never closes an idle connection. */
  readonly idleMs: number
  /** Asked of the kernel for each UDP socket; it may grant less. */
  readonly receiveBufferBytes: number
  /** CIDR networks or addresses whose messages are taken; empty takes all. */
  readonly allowedNetworks: readonly string[]
  /** Load balancers whose TCP connections begin with a PROXY header. */
  readonly balancerNetworks: readonly string[]
}

export interface Endpoint {
  /** An IP address, no name. */
  readonly address: string
  /** 0 lets the kernel pick. */
  readonly port: number
}
