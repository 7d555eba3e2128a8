/**
 * A report as data: what one mail says, before it is text.
 */

import type { Quarantined } from "../rules/rule.ts"
import type { HostCounters, Loss } from "../tally/batch.ts"
import type { Tally } from "../tally/tally.ts"

export interface Report {
  readonly digest: string
  /** Half-open span that the report covers; several windows when some piled up. */
  readonly opensAtMs: number
  readonly closesAtMs: number
  readonly windows: number
  /** In the order of the mail: Security Alerts, Security Events…, System Events. */
  readonly sections: readonly Section[]
  readonly newHosts: readonly string[]
  readonly accounts: Accounts
  readonly quarantined: readonly Quarantined[]
}

export interface Section {
  /** "Security Alerts", "Security Events for su", "System Events". */
  readonly title: string
  readonly hosts: readonly HostSection[]
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
