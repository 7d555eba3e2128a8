/** One entry of the configuration's `hosts`: the messages that belong to its hosts, and how their lines are judged. */
import type { Level } from "../rules/rule.ts"

export interface HostConfig {
  /** A name, or a glob: each host that it matches keeps its claimed name. "*" is the catch-all. */
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
  /** Whether the shipped alarm rules and grave severities make its lines alarms. */
  readonly alarms: boolean
  /** The longest pause that the operator expects, 0 for never silent; undefined where the host's cadence decides. */
  readonly silenceMs?: number | undefined
}
