/** The resolved configuration: every default filled in, every path absolute, frozen. */
import type { Level } from "../rules/rule.ts"

export interface Config {
  readonly listen: ListenConfig
  /** Rule sets by name. A host's `rules` name them. */
  readonly ruleSets: ReadonlyMap<string, string>
  readonly hosts: readonly HostConfig[]
  readonly digests: readonly DigestConfig[]
  readonly store: StoreConfig
  readonly delivery: DeliveryConfig
  /** A writable directory: SQLite file, status socket, batches that a shutdown could not store. */
  readonly stateDirectory: string
  readonly logLevel: "error" | "warn" | "info" | "debug"
}

export interface Endpoint {
  /** An IP address, no name. */
  readonly address: string
  /** 0 lets the kernel pick. */
  readonly port: number
}

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

export interface HostConfig {
  /** A name, or a glob whose matches each keep their own claimed name ("*" is the catch-all). */
  readonly name: string
  /** Evidence: addresses or CIDR networks of the peer. */
  readonly addresses: readonly string[]
  /** Claims: globs over the hostname in the message. */
  readonly hostnames: readonly string[]
  /** The peer forwards other hosts' messages: its claims are believed. */
  readonly relay: boolean
  readonly rules: readonly string[]
  readonly level: Level
  readonly variables: ReadonlyMap<string, string>
  /** logcheck's SUPPORT_CRACKING_IGNORE. */
  readonly crackingIgnore: boolean
}

export interface DigestConfig {
  readonly name: string
  /** Globs over host names; a host may be in several digests. */
  readonly hosts: readonly string[]
  /** Cron pattern, five fields or six with seconds first. */
  readonly schedule: string
  /** IANA zone, e.g. "Europe/Paris". */
  readonly timeZone: string
  readonly recipients: readonly string[]
  /** With %d for the digest's name and %t for the highest section's title. */
  readonly subject: string
  /** Sends a mail for a window in which nothing is to be reported, too. */
  readonly allQuiet: boolean
  /** Rules that a mail suggests at most, for what came most often. */
  readonly suggestedRules: number
  /** Attaches a rule file for all that no rule knows to a mail. */
  readonly attachRules: boolean
  /** Size limit of one mail's text; what is left out is totalled. */
  readonly maxBytes: number
}

export type StoreConfig =
  | { readonly kind: "sqlite"; readonly file: string }
  | {
      readonly kind: "redis"
      /** With Sentinels, its host is the name by which they know the primary. */
      readonly url: string
      readonly password: string | undefined
      readonly keyPrefix: string
      readonly sentinel: { readonly nodes: readonly RedisNode[]; readonly password: string | undefined } | undefined
      /** Further nodes of a cluster, beside the one in `url`. */
      readonly cluster: { readonly nodes: readonly RedisNode[] } | undefined
    }

export interface RedisNode {
  readonly host: string
  readonly port: number
}

export type DeliveryConfig =
  | { readonly kind: "stdout" }
  | {
      readonly kind: "smtp"
      readonly host: string
      readonly port: number
      /** "starttls" insists on it, "opportunistic" uses it when offered, "implicit" is TLS from the first byte (465). */
      readonly tls: "starttls" | "opportunistic" | "implicit" | "none"
      readonly from: string
      readonly user: string | undefined
      readonly password: string | undefined
    }
