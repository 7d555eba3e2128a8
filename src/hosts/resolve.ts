/**
 * The sender of a message: the peer that sent it and the host name that it claims become a Host, evidence before claim.
 *
 *     peer's address is in an entry's `address` ──> that entry, whatever the message claims …
 *       │                                           … unless the entry is a relay, whose claims are believed:
 *       │                                             names, hostnames and addresses of all entries
 *       └ in none ──> claim matches an entry's `hostname` ──> that entry, the first in the file
 *                       └ no ──> the catch-all entry "*"
 *
 * Of several networks the longest prefix wins, as in a routing table. An entry without `match` uses its name
 * as `hostname`. A plain name is the host's name. An entry named by a glob lends each host its claimed name, but
 * never one that belongs to another entry, so that a stranger cannot put lines in the router's part of the mail.
 * In that case, and without a usable claim, the peer's address is the name.
 *
 * `web1`, `web1.` and `web1.example.org` of one address are one host (short-names.ts). If only one entry is named by a longer
 * form of a claim without a dot, the claim belongs to that entry.
 *
 * The address is also the name once MAX_NAMES_PER_PEER new names have come from it, unless it is a relay's. So invented
 * names take no more room than that, here, in a collector's book, and in the store, where other hosts need it. All peers
 * of an address are one sender: neither another connection nor another transport renews the budget.
 *
 * Hot path: no string is made of a claim that was seen lately. The same host is the same object for as long
 * as it is remembered. The limits below bound the memory, whatever is claimed and by however many peers.
 */
import { isIP } from "node:net"
import { isGlob, matchesGlob } from "./glob.ts"
import type { Host } from "./host.ts"
import type { HostConfig } from "./host-config.ts"
import { contains, type Network, parseAddress, parseNetwork } from "./network.ts"
import type { Peer } from "./peer.ts"
import { Recent } from "./recent.ts"
import { labelOf, ShortNames } from "./short-names.ts"

/** RFC 5424 §6: HOSTNAME. */
export const MAX_HOST_NAME_LENGTH = 255

/** Name of the entry for the hosts that no other entry takes. */
export const CATCH_ALL = "*"

/** Peers whose sender is found by identity; for all others, it is found by their address. */
const MAX_PEERS = 4_096

/**
 * Senders remembered by address, some 3 MB at most. A peer that goes on sending is looked up by address again after at most
 * 2 * MAX_PEERS others. Half of this number is never forgotten, so its sender is still there: no address has two at a time.
 */
export const MAX_SENDERS = 4 * MAX_PEERS

/** Claims remembered with the host that each resolved to, some 3 MB at most. */
const MAX_CLAIMS = 8_192

/** Hosts of entries that are named by globs. A host that was silent for long is another object when it comes again. */
export const MAX_NAMED_HOSTS = 16_384

/**
 * More names than machines behind one proxy, or containers on one host, usually have. A peer that forwards for more hosts is
 * a relay, and must be configured as one.
 */
export const MAX_NAMES_PER_PEER = 100

/** A glob with the plain text that it begins with. Comparing that text turns most invented claims away at once. */
interface Pattern {
  readonly glob: string
  readonly start: string
}

interface HostEntry {
  readonly index: number
  readonly relay: boolean
  readonly name: Pattern
  /** Names that strangers may claim. */
  readonly hostnames: readonly Pattern[]
  /** The one host of an entry with a plain name. */
  readonly host: Host | undefined
}

/** The evidence about peers, before any claim. Peers with equal evidence share one Sender. */
interface Sender {
  readonly address: string
  readonly entry: HostEntry | undefined
  /** Distinguishes equal claims of several senders. */
  seed: number
  /** How many new names came from it. */
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
  /** By identity, so that most messages need no look-up by address. */
  #peers = new Map<Peer, Sender>()
  /** By address. */
  readonly #senders = new Recent<string, Sender>(MAX_SENDERS)
  /** By hash. */
  readonly #claims = new Recent<number, Claim>(MAX_CLAIMS)
  readonly #named = new Recent<string, Host>(MAX_NAMED_HOSTS)
  readonly #shortNames = new ShortNames(MAX_NAMED_HOSTS)
  /** Entries that a plain name with dots names, by the first label of that name; undefined where there are several. */
  readonly #byLabel: ReadonlyMap<string, HostEntry | undefined>
  readonly #onManyNames: (address: string) => void
  #seed = 0

  /**
   * Takes the validated `hosts`, in which exactly one entry is the catch-all. `Host.entry` is an index into them.
   * `onManyNames` is called once for each address whose further names are not taken.
   */
  constructor(hosts: readonly HostConfig[], onManyNames: (address: string) => void = () => {}) {
    this.#onManyNames = onManyNames
    const entries = hosts.map((host, index) => makeEntry(host, index))
    const catchAll = entries.find((entry) => entry.name.glob === CATCH_ALL)
    if (catchAll === undefined) throw new Error('hosts passed validation without the entry "*"')
    this.#catchAll = catchAll
    this.#entries = entries.filter((entry) => entry !== catchAll)
    this.#byLabel = entriesByLabel(this.#entries)
    this.#networks = entries
      .flatMap((entry) => networksOf(hosts[entry.index]?.addresses ?? []).map((network) => ({ network, entry })))
      .sort((one, other) => other.network.prefixLength - one.network.prefixLength)
  }

  /** Returns the host for `bytes[claimStart, claimEnd)` from this peer; an empty range means that nothing is claimed. */
  resolve(peer: Peer, bytes: Buffer, claimStart: number, claimEnd: number): Host {
    const sender = this.#peers.get(peer) ?? this.#recognize(peer)
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

  #recognize(peer: Peer): Sender {
    const sender = this.#senders.get(peer.address) ?? this.#meet(peer.address)
    if (this.#peers.size >= MAX_PEERS) this.#peers = new Map()
    this.#peers.set(peer, sender)
    return sender
  }

  #meet(address: string): Sender {
    this.#seed = (this.#seed + 1) | 0
    const sender: Sender = { address, entry: this.#entryAt(address), seed: this.#seed, names: 0 }
    this.#senders.set(address, sender)
    return sender
  }

  /** `claim` is empty if it is missing or identifies no host. */
  #judge(sender: Sender, claim: string): Host {
    const { entry } = sender
    if (entry === undefined) return this.#hostOf(this.#claimedByStranger(claim), sender, claim)
    if (!entry.relay || claim === "") return this.#hostOf(entry, sender, claim)
    return this.#hostOf(this.#claimedByRelay(claim), sender, claim)
  }

  #claimedByStranger(claim: string): HostEntry {
    const longer = this.#byLabel.get(claim)
    return (
      this.#entries.find(({ hostnames }) => hostnames.some((pattern) => takesClaim(pattern, claim))) ??
      (longer !== undefined && longer.hostnames.length > 0 ? longer : this.#catchAll)
    )
  }

  #claimedByRelay(claim: string): HostEntry {
    return this.#entryAt(claim) ?? this.#ownerOf(claim)
  }

  #entryAt(address: string): HostEntry | undefined {
    if (this.#networks.length === 0) return undefined
    const bytes = parseAddress(address)
    return bytes && this.#networks.find(({ network }) => contains(network, bytes))?.entry
  }

  /** Returns the entry whose hosts may bear this name: the entry of that name, else the first that names or takes such hosts. */
  #ownerOf(name: string): HostEntry {
    return (
      this.#entries.find((entry) => entry.host !== undefined && takesClaim(entry.name, name)) ??
      this.#entries.find(
        (entry) => takesClaim(entry.name, name) || entry.hostnames.some((pattern) => takesClaim(pattern, name)),
      ) ??
      this.#byLabel.get(name) ??
      this.#catchAll
    )
  }

  #hostOf(entry: HostEntry, sender: Sender, claim: string): Host {
    if (entry.host !== undefined) return entry.host
    if (!this.#mayBear(entry, sender, claim)) return this.#hostNamed(entry, sender.address)
    const { name, isAmbiguous } = this.#shortNames.nameOf(sender.address, entry.index, claim)
    // From now on the short form is a host of its own: what it was resolved to before must not be remembered.
    if (isAmbiguous) this.#seed = sender.seed = (this.#seed + 1) | 0
    const known = this.#named.get(nameKey(entry, name))
    return known ?? this.#hostNamed(entry, this.#mayBring(sender) ? name : sender.address)
  }

  #mayBear(entry: HostEntry, sender: Sender, claim: string): boolean {
    if (claim === "") return false
    // Hosts without a usable claim bear their address as a name. Only a relay may claim another address than its own.
    if (isIP(claim) !== 0) return sender.entry?.relay === true
    return this.#ownerOf(claim) === entry
  }

  /** Tells whether one more new name may come from this sender, and counts it. */
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

function entriesByLabel(entries: readonly HostEntry[]): ReadonlyMap<string, HostEntry | undefined> {
  const plain = entries.flatMap((entry) => {
    const names = [...(entry.host === undefined ? [] : [entry.name]), ...entry.hostnames].map(({ glob }) => glob)
    const labels = names.filter((name) => !isGlob(name)).flatMap((name) => labelOf(name.toLowerCase()) ?? [])
    return [...new Set(labels)].map((label) => ({ label, entry }))
  })
  const byLabel = Map.groupBy(plain, ({ label }) => label)
  return new Map(
    [...byLabel].map(([label, [first, ...others]]) => [label, others.length > 0 ? undefined : first?.entry]),
  )
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

/** Returns the patterns under which strangers may claim to be of this entry. */
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
function takesClaim(pattern: Pattern, claim: string): boolean {
  return claim !== "" && claim.startsWith(pattern.start) && matchesGlob(pattern.glob, claim)
}

/** Makes a claim a name: empty if it identifies no host. */
function readClaim(bytes: Buffer, start: number, end: number): string {
  const claim = readHostName(bytes.toString("latin1", start, end))
  return saysNothing(claim) ? "" : claim
}

/** Makes a name printable and lower-case, since host names have no case, and without the dot of the root (RFC 1034 §3.1). */
export function readHostName(text: string): string {
  return text
    .replace(/[^\x21-\x7e]/g, "_")
    .toLowerCase()
    .replace(/\.+$/, "")
}

/** "-" is RFC 5424's way to claim nothing. A machine without a name of its own claims one of the others. */
export function saysNothing(claim: string): boolean {
  return claim === "-" || claim === "(none)" || claim === "localhost" || claim.startsWith("localhost.")
}

/** FNV-1a, cut to the integers that V8 stores without allocating. A collision only costs a slow look-up. */
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
