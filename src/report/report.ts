/**
 * A report as data: the content of one mail, before it becomes text.
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
  /** Number of groups, shown or left out. A group in two sections counts once. */
  readonly groups: number
  readonly newHosts: readonly string[]
  readonly accounts: Accounts
  readonly quarantined: readonly Quarantined[]
  /** Rules that would have hidden the most frequent lines. */
  readonly suggestedRules: readonly UnaskedRule[]
  /** The rule file attached to the mail (attached-rules.ts). */
  readonly attachedRules?: string | undefined
  /** The last reload, if it was refused. */
  readonly refusedReload?: RefusedReload | undefined
  /** Rules that stopped matching while similar lines are reported. */
  readonly rottenRules?: readonly RottenRule[]
}

/** A refused reload: the previous rules and configuration stay in force. */
export interface RefusedReload {
  readonly atMs: number
  /** The problems, as `file:line:column: …` if they have a place. */
  readonly problems: readonly string[]
}

export interface Section {
  /** "Security Alerts", "Security Events for su", "System Events". */
  readonly title: string
  readonly layer: Layer
  readonly hosts: readonly HostSection[]
  /** Hosts that the size limit left out entirely. */
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
  /** Groups and lines that the size limit left out. */
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
 * Whether nobody needs to read the report. Rules out of force do not make a mail necessary, since the log names them as
 * well; neither do losses without news, such as closed idle connections. Both are in the mail if there is one.
 */
export function isQuiet({ groups, newHosts, accounts }: Report): boolean {
  const harmless = accounts.losses.entries().every(([loss, count]) => count === 0 || !LOSSES[loss].isNews)
  return groups === 0 && newHosts.length === 0 && harmless
}

/** Number of hosts with reported lines. */
export function reportingHosts({ accounts }: Report): number {
  return accounts.hosts.values().reduce((sum, { reported }) => sum + Number(reported > 0), 0)
}
