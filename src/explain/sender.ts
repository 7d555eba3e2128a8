/** The host that a message is from, with the reason: the resolver's answer and its evidence. */

import type { Host } from "../hosts/host.ts"
import type { HostConfig } from "../hosts/host-config.ts"
import { contains, parseAddress, parseNetwork } from "../hosts/network.ts"
import { CATCH_ALL, type HostResolver } from "../hosts/resolve.ts"
import type { Message } from "../syslog/message.ts"

export interface ExplainedHost {
  readonly name: string
  /** The entry of the configuration that matches. */
  readonly entry: string
  /** Index of that entry. */
  readonly index: number
  readonly because: string
}

/** Resolves the sender. Without an address, no entry matches by address. */
export function explainSender(
  resolver: HostResolver,
  hosts: readonly HostConfig[],
  message: Message,
  address: string | undefined,
): ExplainedHost {
  const { bytes, hostnameStart, hostnameEnd } = message
  const claim = bytes.toString("latin1", hostnameStart, hostnameEnd)
  const host = resolver.resolve({ address: address ?? "", transport: "tcp" }, bytes, hostnameStart, hostnameEnd)
  const entry = hosts[host.entry]
  if (entry === undefined) throw new Error(`no host entry ${host.entry}`)
  return {
    name: host.name,
    entry: entry.name,
    index: host.entry,
    because: reason(hosts, host, claim, address),
  }
}

function reason(hosts: readonly HostConfig[], host: Host, claim: string, address: string | undefined): string {
  const bytes = address === undefined ? undefined : parseAddress(address)
  const covers = ({ addresses }: HostConfig) =>
    bytes !== undefined &&
    addresses.some((text) => {
      const network = parseNetwork(text)
      return network !== undefined && contains(network, bytes)
    })
  const entry = hosts[host.entry]
  const known = hosts.find(covers)
  if (entry !== undefined && covers(entry)) return `by its address ${address}`
  if (known?.relay === true) return `by the name ${claim} in the message from the relay ${known.name}`
  if (entry?.name === CATCH_ALL) return "because no other entry matches"
  return `by the name ${claim} in the message`
}
