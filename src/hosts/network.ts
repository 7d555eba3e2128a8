/**
 * Addresses and CIDR networks as bytes, for `match.address` and `listen.allow`.
 *
 * An IPv4-mapped IPv6 address is IPv4, as in Peer. A network must be written with its first address (`192.0.2.0/24`):
 * host bits are usually a mistake.
 */
import { isIPv4, isIPv6 } from "node:net"

export interface Network {
  /** The first address: 4 bytes or 16. */
  readonly bytes: Uint8Array
  readonly prefixLength: number
}

const MAPPED_PREFIX = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]

/** Parses an address to its 4 or 16 bytes; undefined if it is none. A zone is not part of an address. */
export function parseAddress(text: string): Uint8Array | undefined {
  if (isIPv4(text)) return Uint8Array.from(text.split("."), Number)
  if (!isIPv6(text) || text.includes("%")) return undefined
  const bytes = parseIPv6(text)
  return MAPPED_PREFIX.every((byte, index) => bytes[index] === byte) ? bytes.subarray(12) : bytes
}

/** Parses an address or `address/prefix length` to a network; undefined if it is none or has host bits. */
export function parseNetwork(text: string): Network | undefined {
  const [address = "", prefix, ...rest] = text.split("/")
  const bytes = parseAddress(address)
  if (bytes === undefined || rest.length > 0) return undefined
  const bits = bytes.length * 8
  if (prefix === undefined) return { bytes, prefixLength: bits }
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > bits) return undefined
  const network = { bytes, prefixLength: Number(prefix) }
  return hasHostBits(network) ? undefined : network
}

export function contains(network: Network, address: Uint8Array): boolean {
  return address.length === network.bytes.length && sharedBits(network.bytes, address) >= network.prefixLength
}

function hasHostBits({ bytes, prefixLength }: Network): boolean {
  return bytes.some((byte, index) => (byte & (0xff >> Math.min(8, Math.max(0, prefixLength - index * 8)))) !== 0)
}

/** The number of leading bits that are equal. */
function sharedBits(one: Uint8Array, other: Uint8Array): number {
  for (let index = 0; index < one.length; index += 1) {
    const difference = (one[index] ?? 0) ^ (other[index] ?? 0)
    if (difference !== 0) return index * 8 + Math.clz32(difference) - 24
  }
  return one.length * 8
}

function parseIPv6(text: string): Uint8Array {
  const [head = "", tail] = text.split("::")
  const leading = groupBytes(head)
  const trailing = groupBytes(tail ?? "")
  const bytes = new Uint8Array(16)
  bytes.set(leading)
  bytes.set(trailing, 16 - trailing.length)
  return bytes
}

/** `2001:db8` or `ffff:192.0.2.1` as bytes. */
function groupBytes(groups: string): number[] {
  if (groups === "") return []
  return groups.split(":").flatMap((group) => {
    if (group.includes(".")) return group.split(".").map(Number)
    const value = Number.parseInt(group, 16)
    return [value >> 8, value & 0xff]
  })
}
