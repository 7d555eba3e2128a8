/** Whose messages are taken: addresses and CIDR networks, already validated by the configuration. */
import { BlockList, isIPv6 } from "node:net"

export type Admission = (address: string) => boolean

/** Returns the judgement over peer addresses as `PeerDirectory` writes them. No networks at all admit everybody. */
export function admission(networks: readonly string[]): Admission {
  if (networks.length === 0) return () => true
  const list = new BlockList()
  for (const network of networks) {
    const [address, prefix] = network.split("/")
    if (prefix === undefined) list.addAddress(address!, familyOf(address!))
    else list.addSubnet(address!, Number(prefix), familyOf(address!))
  }
  return (address) => list.check(address, familyOf(address))
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIPv6(address) ? "ipv6" : "ipv4"
}
