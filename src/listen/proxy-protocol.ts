/**
 * The PROXY protocol: a load balancer begins each connection with a header that names the sender.
 *
 *     v1   PROXY TCP4 192.0.2.7 198.51.100.1 56324 5514\r\n                one line, 107 octets at most
 *     v2   0D 0A 0D 0A 00 0D 0A 51 55 49 54 0A | 21 | 11 | 00 0C | addresses, ports, TLVs
 *          signature                             |    |    |_______ length of what follows
 *                                                |    |____________ family and transport
 *                                                |_________________ version 2, command: 0 LOCAL, 1 PROXY
 *
 * The receiver must know beforehand, by the peer's address, whether there is a header (the specification, section 2: it
 * "must not try to guess"). So anything else is an error here, and only connections of peers in listen.proxyProtocol are
 * parsed.
 */
import { SocketAddress } from "node:net"

export type ProxyHeader =
  /** Not all of it is there yet. */
  | { readonly state: "unfinished" }
  /** There is no header, or none of a TCP connection. */
  | { readonly state: "invalid" }
  | {
      readonly state: "complete"
      /** The sender's address in its shortest form; undefined if the connection is the balancer's own: a health check. */
      readonly address: string | undefined
      /** The sender's bytes begin here. */
      readonly end: number
    }

const UNFINISHED: ProxyHeader = { state: "unfinished" }
const INVALID: ProxyHeader = { state: "invalid" }

/** "PROXY UNKNOWN" with two IPv6 addresses and ports, which is the longest. */
const MAX_V1_BYTES = 107

const V1 = Buffer.from("PROXY ")
const V2 = Buffer.from("\r\n\r\n\0\r\nQUIT\n", "latin1")
const V2_FIXED_BYTES = 16

/** TLVs may hold certificates, so this is more than a header needs. A longer header is invalid. */
const MAX_V2_BYTES = 4_096

const IPV4_BYTES = 4
const IPV6_BYTES = 16

/** Reads the beginning of a stream, however little of it there is. Never throws. */
export function parseProxyHeader(bytes: Buffer): ProxyHeader {
  if (beginsWith(bytes, V2)) return bytes.length < V2_FIXED_BYTES ? UNFINISHED : parseV2(bytes)
  if (beginsWith(bytes, V1)) return parseV1(bytes)
  return INVALID
}

/** Tells whether the bytes begin as the signature does, as far as there are bytes. */
function beginsWith(bytes: Buffer, signature: Buffer): boolean {
  const length = Math.min(bytes.length, signature.length)
  return bytes.compare(signature, 0, length, 0, length) === 0
}

function parseV1(bytes: Buffer): ProxyHeader {
  const end = bytes.subarray(0, MAX_V1_BYTES).indexOf("\r\n")
  if (end < 0) return bytes.length < MAX_V1_BYTES ? UNFINISHED : INVALID
  const [, family, source, destination, sourcePort, destinationPort, ...more] = bytes
    .toString("latin1", 0, end)
    .split(" ")
  if (family === "UNKNOWN") return { state: "complete", address: undefined, end: end + 2 }
  if (family !== "TCP4" && family !== "TCP6") return INVALID
  const kind = family === "TCP4" ? "ipv4" : "ipv6"
  const address = shortest(source, kind)
  const isWhole = more.length === 0 && isPort(sourcePort) && isPort(destinationPort)
  if (address === undefined || shortest(destination, kind) === undefined || !isWhole) return INVALID
  return { state: "complete", address, end: end + 2 }
}

function parseV2(bytes: Buffer): ProxyHeader {
  const [versionAndCommand = 0, familyAndTransport = 0] = bytes.subarray(12, 14)
  const end = V2_FIXED_BYTES + bytes.readUInt16BE(14)
  if (versionAndCommand >> 4 !== 2 || end > MAX_V2_BYTES) return INVALID
  if (bytes.length < end) return UNFINISHED
  const command = versionAndCommand & 0x0f
  if (command === 0) return { state: "complete", address: undefined, end }
  if (command !== 1) return INVALID
  // A stream over IPv4 (0x11) or IPv6 (0x21).
  const size = familyAndTransport === 0x11 ? IPV4_BYTES : familyAndTransport === 0x21 ? IPV6_BYTES : 0
  // Two addresses and two ports.
  if (size === 0 || end < V2_FIXED_BYTES + 2 * size + 4) return INVALID
  const source = bytes.subarray(V2_FIXED_BYTES, V2_FIXED_BYTES + size)
  const text = size === IPV4_BYTES ? source.join(".") : source.toString("hex").replace(/....(?=.)/g, "$&:")
  return { state: "complete", address: shortest(text, size === IPV4_BYTES ? "ipv4" : "ipv6"), end }
}

/** Returns the one form of an address. Hosts are looked up and connections are counted by it. */
function shortest(text: string | undefined, family: "ipv4" | "ipv6"): string | undefined {
  // No zone: the balancer's interfaces are not ours.
  if (text === undefined || text.includes("%")) return undefined
  try {
    return new SocketAddress({ address: text, family }).address
  } catch {
    return undefined
  }
}

function isPort(text: string | undefined): boolean {
  return text !== undefined && /^\d{1,5}$/.test(text) && Number(text) <= 65_535
}
