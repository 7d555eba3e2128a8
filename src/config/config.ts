/** The resolved configuration: all defaults are filled in, all paths are absolute, all of it is frozen. */
import type { HostConfig } from "../hosts/host-config.ts"
import type { ListenConfig } from "../listen/listen-config.ts"
import type { LogLevel } from "../log.ts"

export interface Config {
  readonly listen: ListenConfig
  /** Rule sets by name. A host's `rules` name them. */
  readonly ruleSets: ReadonlyMap<string, string>
  /** The rule set whose alarm rules apply to every host that does not turn them off: the shipped `common`. */
  readonly shippedAlarms: string
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
  /** Takes only lines of these classes; undefined: all lines. */
  readonly only?: readonly LineClass[] | undefined
  /** A mail is sent at once, but not within this time of the last one. Undefined: windows close on schedule. */
  readonly pauseMs?: number | undefined
  /** Cron pattern, five fields or six with seconds first. Not used with a pause. */
  readonly schedule: string
  /** IANA zone, e.g. "Europe/Paris". */
  readonly timeZone: string
  readonly recipients: readonly string[]
  /** With %d, %t and %s as placeholders, see report/subject.ts. */
  readonly subject: string
  /** Which windows are worth a mail (deliver/worth-a-mail.ts). */
  readonly send: "news" | "leftovers" | "always"
  /** Cron pattern of the mail that comes at least, where `send` is "news". */
  readonly daily: string
  /** The most rules that a mail suggests, for the most frequent lines. */
  readonly suggestedRules: number
  /** Attaches to a mail a rule file for all lines that no rule knows. */
  readonly attachRules: boolean
  /** Size limit of one mail's text; the mail counts the lines that it leaves out. */
  readonly maxBytes: number
}

/** Lines that a digest may take alone: of the layers cracking and violations, and alarming ones. */
export type LineClass = "cracking" | "violations" | "alarming"

export type StoreConfig =
  | { readonly kind: "sqlite"; readonly file: string }
  | {
      readonly kind: "redis"
      /** With Sentinels, the host is the name by which they know the primary. */
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
      /**
       * "starttls" requires it, "opportunistic" uses it if offered, "implicit" is TLS from the first byte (port 465).
       */
      readonly tls: "starttls" | "opportunistic" | "implicit" | "none"
      readonly from: string
      readonly user: string | undefined
      readonly password: string | undefined
    }
