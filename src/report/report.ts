/**
 * A report as data: what one mail says, before it is text.
 */

import type { RottenRule } from "../rot/rotten-rules.ts"
import type { Layer, Quarantined } from "../rules/rule.ts"
import type { UnaskedRule } from "../suggest/unasked.ts"
import type { HostCounters } from "../tally/counters.ts"
import { LOSSES, type Loss } from "../tally/losses.ts"
import type { Tally } from "../tally/tally.ts"

export interface Report {
  readonly digest: string
  /** Half-open span that the report covers; several windows when some piled up. */
  readonly opensAtMs: number
  readonly closesAtMs: number
  readonly windows: number
  /** In the order of the mail: Security Alerts, Security Events…, System Events. */
  readonly sections: readonly Section[]
  /** How many there are, shown or left out. One that stands in two sections counts once. */
  readonly groups: number
  readonly newHosts: readonly string[]
  readonly accounts: Accounts
  readonly quarantined: readonly Quarantined[]
  /** Rules that would have hidden what came most often. */
  readonly suggestedRules: readonly UnaskedRule[]
  /** A rule file that comes with the mail (attached-rules.ts). */
  readonly attachedRules?: string | undefined
  /** The last reload, where it was refused. */
  readonly refusedReload?: RefusedReload | undefined
  /** Rules that hit no more, while lines like theirs are reported. */
  readonly rottenRules?: readonly RottenRule[]
}

/** A reload that could not be: rules and configuration from before it are in force. */
export interface RefusedReload {
  readonly atMs: number
  /** What is wrong, `file:line:column: …` where it has a place. */
  readonly problems: readonly string[]
}

export interface Section {
  /** "Security Alerts", "Security Events for su", "System Events". */
  readonly title: string
  readonly layer: Layer
  readonly hosts: readonly HostSection[]
  /** Hosts of which the size limit left out everything. */
  readonly omitted: Omission
}

export interface Omission {
  readonly hosts: number
  readonly groups: number
  readonly lines: number
}

export interface HostSection {
  readonly host: string
  readonly groups: readonly Tally[]
  /** What the size limit left out, in groups and in lines. */
  readonly omittedGroups: number
  readonly omittedLines: number
}

/** Promise 1: per host and in all, received = ignored + reported + rejected. */
export interface Accounts {
  readonly total: HostCounters
  readonly hosts: ReadonlyMap<string, HostCounters>
  readonly losses: ReadonlyMap<Loss, number>
}

/**
 * Whether nobody needs to read it. Rules that are out of force are said in every mail but are worth none of their
 * own, since the log says so too; an idle connection that was closed is worth a mention only.
 */
export function isQuiet({ groups, newHosts, accounts }: Report): boolean {
  const harmless = accounts.losses.entries().every(([loss, count]) => count === 0 || !LOSSES[loss].isNews)
  return groups === 0 && newHosts.length === 0 && harmless
}

/** How many hosts there is something to read about. */
export function reportingHosts({ accounts }: Report): number {
  return accounts.hosts.values().reduce((sum, { reported }) => sum + Number(reported > 0), 0)
}
