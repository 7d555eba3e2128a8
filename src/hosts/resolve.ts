/**
 * Who a message is from: the peer that sent it and the hostname it claims become a Host, evidence before claim.
 *
 *     peer's address is in an entry's `address` ──> that entry, whatever the message claims …
 *       │                                           … unless the entry is a relay, whose claims are believed:
 *       │                                             names, hostnames and addresses of all entries
 *       └ in none ──> claim matches an entry's `hostname` ──> that entry, the first in the file
 *                       └ no ──> the catch-all entry "*"
 *
 * Of several networks the longest prefix wins, as in a routing table. An entry without `match` uses its name
 * as `hostname`. A plain name is the host's name. An entry named by a glob lends each host its claimed name, but
 * never one that belongs to another entry, so that a stranger cannot put lines in the router's part of the mail;
 * then, and when there is no usable claim, the peer's address is the name. And so it is when a peer that is no relay has
 * brought MAX_NAMES_PER_PEER names that nobody had claimed before: who invents names takes up no more room than that,
 * here, in a collector's book, and in the store, where other hosts need it.
 *
 * Hot path: no string is made of a claim that was seen lately. The same host is the same object for as long
 * as it is remembered. Whatever is claimed and by however many peers, no more is held than the limits below.
 */
import { isIP } from "node:net"
import { isGlob, matchesGlob } from "./glob.ts"
import type { Host } from "./host.ts"
import type { HostConfig } from "./host-config.ts"
import { contains, type Network, parseAddress, parseNetwork } from "./network.ts"
import type { Peer } from "./peer.ts"
import { Recent } from "./recent.ts"

/** RFC 5424 §6: HOSTNAME. */
export const MAX_HOST_NAME_LENGTH = 255

/** Name of the entry that takes every host that no other takes. */
export const CATCH_ALL = "*"

/** Peers remembered with what their address says. */
export const MAX_PEERS = 4_096

/** Claims remembered with what they resolved to, some 3 MB at most. */
const MAX_CLAIMS = 8_192

/** Hosts of entries that are named by globs. One that was not heard of for long is another object when it comes again. */
export const MAX_NAMED_HOSTS = 16_384

/**
 * More names than machines share one address, behind a proxy or on a host of containers. A peer that forwards for
 * more is a relay, and has to be configured as one.
 */
export const MAX_NAMES_PER_PEER = 100

/** A glob with the plain text that it begins with, which turns most claims away at once when claims are invented. */
interface Pattern {
  readonly glob: string
  readonly start: string
}

interface HostEntry {
  readonly index: number
  readonly relay: boolean
  readonly name: Pattern
  /** What strangers may claim. */
  readonly hostnames: readonly Pattern[]
  /** The one host of an entry with a plain name. */
  readonly host: Host | undefined
}

/** What a peer's address says, before any claim. */
interface Sender {
  readonly address: string
  readonly entry: HostEntry | undefined
  /** Keeps equal claims of several senders apart. */
  readonly seed: number
  /** How many names it brought that were not known. */
  names: number
}

interface Claim {
  readonly sender: Sender
  readonly bytes: Uint8Array
  readonly host: Host
}

export class HostResolver {
  /** In the order of the file, without the catch-all. */
  readonly #entries: readonly HostEntry[]
  readonly #catchAll: HostEntry
  /** Longest prefix first. */
  readonly #networks: readonly { readonly network: Network; readonly entry: HostEntry }[]
  readonly #senders = new Recent<Peer, Sender>(MAX_PEERS)
  /** By hash. */
  readonly #claims = new Recent<number, Claim>(MAX_CLAIMS)
  readonly #named = new Recent<string, Host>(MAX_NAMED_HOSTS)
  readonly #onManyNames: (address: string) => void
  #seed = 0

  /**
   * Takes the validated `hosts`, in which exactly one entry is the catch-all. `Host.entry` is an index into them.
   * `onManyNames` hears of a peer whose further names are not taken, once.
   */
  constructor(hosts: readonly HostConfig[], onManyNames: (address: string) => void = () => {}) {
    this.#onManyNames = onManyNames
    const entries = hosts.map((host, index) => makeEntry(host, index))
    const catchAll = entries.find((entry) => entry.name.glob === CATCH_ALL)
    if (catchAll === undefined) throw new Error('hosts passed validation without the entry "*"')
    this.#catchAll = catchAll
    this.#entries = entries.filter((entry) => entry !== catchAll)
    this.#networks = entries
      .flatMap((entry) => networksOf(hosts[entry.index]?.addresses ?? []).map((network) => ({ network, entry })))
      .sort((one, other) => other.network.prefixLength - one.network.prefixLength)
  }

  /** Returns the host for `bytes[claimStart, claimEnd)` from this peer; an empty range says that nothing is claimed. */
  resolve(peer: Peer, bytes: Buffer, claimStart: number, claimEnd: number): Host {
    const sender = this.#senders.get(peer) ?? this.#meet(peer)
    if (sender.entry?.host !== undefined && !sender.entry.relay) return sender.entry.host

    const end = Math.min(claimEnd, claimStart + MAX_HOST_NAME_LENGTH)
    const key = hash(sender.seed, bytes, claimStart, end)
    const known = this.#claims.get(key)
    if (known !== undefined && known.sender === sender && sameBytes(known.bytes, bytes, claimStart, end)) {
      return known.host
    }
    const host = this.#judge(sender, readClaim(bytes, claimStart, end))
    this.#claims.set(key, { sender, bytes: Uint8Array.prototype.slice.call(bytes, claimStart, end), host })
    return host
  }

  #meet(peer: Peer): Sender {
    const entry = this.#entryAt(peer.address)
    this.#seed = (this.#seed + 1) | 0
    const sender: Sender = { address: peer.address, entry, seed: this.#seed, names: 0 }
    this.#senders.set(peer, sender)
    return sender
  }

  /** `claim` is empty when it is missing or says nothing. */
  #judge(sender: Sender, claim: string): Host {
    const { entry } = sender
    if (entry === undefined) return this.#hostOf(this.#claimedByStranger(claim), sender, claim)
    if (!entry.relay || claim === "") return this.#hostOf(entry, sender, claim)
    return this.#hostOf(this.#claimedByRelay(claim), sender, claim)
  }

  #claimedByStranger(claim: string): HostEntry {
    return this.#entries.find(({ hostnames }) => hostnames.some((pattern) => matches(pattern, claim))) ?? this.#catchAll
  }

  #claimedByRelay(claim: string): HostEntry {
    return this.#entryAt(claim) ?? this.#ownerOf(claim)
  }

  #entryAt(address: string): HostEntry | undefined {
    if (this.#networks.length === 0) return undefined
    const bytes = parseAddress(address)
    return bytes && this.#networks.find(({ network }) => contains(network, bytes))?.entry
  }

  /** The entry whose hosts may bear this name: the one that is called so, else the first that names or takes such hosts. */
  #ownerOf(name: string): HostEntry {
    return (
      this.#entries.find((entry) => entry.host !== undefined && matches(entry.name, name)) ??
      this.#entries.find(
        (entry) => matches(entry.name, name) || entry.hostnames.some((pattern) => matches(pattern, name)),
      ) ??
      this.#catchAll
    )
  }

  #hostOf(entry: HostEntry, sender: Sender, claim: string): Host {
    if (entry.host !== undefined) return entry.host
    if (!this.#mayBear(entry, sender, claim)) return this.#hostNamed(entry, sender.address)
    const known = this.#named.get(nameKey(entry, claim))
    return known ?? this.#hostNamed(entry, this.#mayBring(sender) ? claim : sender.address)
  }

  #mayBear(entry: HostEntry, sender: Sender, claim: string): boolean {
    if (claim === "") return false
    // An address is what hosts without a usable claim are called: only a relay may say another one than its own.
    if (isIP(claim) !== 0) return sender.entry?.relay === true
    return this.#ownerOf(claim) === entry
  }

  /** Tells whether one more name may come from this sender, and counts it. */
  #mayBring(sender: Sender): boolean {
    if (sender.entry?.relay === true) return true
    if (sender.names > MAX_NAMES_PER_PEER) return false
    sender.names += 1
    if (sender.names <= MAX_NAMES_PER_PEER) return true
    this.#onManyNames(sender.address)
    return false
  }

  #hostNamed(entry: HostEntry, name: string): Host {
    const key = nameKey(entry, name)
    const known = this.#named.get(key)
    if (known !== undefined) return known
    const host: Host = { name, entry: entry.index }
    this.#named.set(key, host)
    return host
  }
}

function nameKey(entry: HostEntry, name: string): string {
  return `${entry.index} ${name}`
}

function makeEntry(host: HostConfig, index: number): HostEntry {
  return {
    index,
    relay: host.relay,
    name: makePattern(host.name),
    hostnames: claimable(host).map(makePattern),
    host: isGlob(host.name) ? undefined : { name: host.name, entry: index },
  }
}

/** The patterns under which strangers may claim to be of this entry. */
function claimable(host: HostConfig): readonly string[] {
  return host.hostnames.length === 0 && host.addresses.length === 0 ? [host.name] : host.hostnames
}

function networksOf(addresses: readonly string[]): Network[] {
  return addresses.map((address) => {
    const network = parseNetwork(address)
    if (network === undefined) throw new Error(`${address} passed validation and is no network`)
    return network
  })
}

function makePattern(glob: string): Pattern {
  return { glob, start: glob.split(/[*?[]/, 1).join("").toLowerCase() }
}

/** `claim` is lower-case; an empty one matches nothing. */
function matches(pattern: Pattern, claim: string): boolean {
  return claim !== "" && claim.startsWith(pattern.start) && matchesGlob(pattern.glob, claim)
}

/** Makes a claim printable and lower-case, since host names have no case; empty when it says nothing. */
function readClaim(bytes: Buffer, start: number, end: number): string {
  const claim = bytes
    .toString("latin1", start, end)
    .replace(/[^\x21-\x7e]/g, "_")
    .toLowerCase()
  return saysNothing(claim) ? "" : claim
}

/** "-" is RFC 5424's way to claim nothing; the others are what a machine is called that was never given a name. */
export function saysNothing(claim: string): boolean {
  return claim === "-" || claim === "(none)" || claim === "localhost" || claim.startsWith("localhost.")
}

/** FNV-1a, cut to what V8 holds without allocating. A collision costs a slow look-up, not more. */
function hash(seed: number, bytes: Buffer, start: number, end: number): number {
  let value = 0x811c9dc5 ^ seed
  for (let index = start; index < end; index += 1) value = Math.imul(value ^ (bytes[index] ?? 0), 0x01000193)
  return (value ^ (value >>> 30)) & 0x3fff_ffff
}

function sameBytes(known: Uint8Array, bytes: Buffer, start: number, end: number): boolean {
  if (known.length !== end - start) return false
  for (let index = 0; index < known.length; index += 1) if (known[index] !== bytes[start + index]) return false
  return true
}
