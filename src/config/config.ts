/** The resolved configuration: every default filled in, every path absolute, frozen. */
import type { HostConfig } from "../hosts/host-config.ts"
import type { ListenConfig } from "../listen/listen-config.ts"
import type { LogLevel } from "../log.ts"

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
  readonly logLevel: LogLevel
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
