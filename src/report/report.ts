/**
 * A report as data: the content of one mail, before it becomes text.
 */

import type { DigestEntry } from "../digest/entry.ts"
import { CLASSES, classOf, type EntryClass } from "../digest/order.ts"
import type { RottenRule } from "../rot/rotten-rules.ts"
import type { Quarantined } from "../rules/rule.ts"
import type { UnaskedRule } from "../suggest/unasked.ts"
import type { HostCounters } from "../tally/counters.ts"
import { LOSSES, type Loss } from "../tally/losses.ts"
import type { WrongClock } from "./wrong-clocks.ts"

export interface Report {
  readonly digest: string
  /** What the digest takes, where it does not take all lines. Then the accounts count only these lines. */
  readonly only?: readonly OnlyClass[] | undefined
  /** The time between two mails, where it held these lines back. */
  readonly heldBackMs?: number | undefined
  /** Half-open span that the report covers: its windows, and those since the last mail. */
  readonly opensAtMs: number
  readonly closesAtMs: number
  /** Windows of which the entries are; several when some could not be delivered in time. */
  readonly windows: number
  /** Windows before these that were not worth a mail. Their accounts are in `accounts`. */
  readonly quietWindows: number
  /** Whether the digest knows earlier windows, so that it can tell what is new; `none` for log files, which have none. */
  readonly history: "known" | "begins" | "none"
  /** All entries, in the order of the mail. */
  readonly entries: readonly DigestEntry[]
  /** Lines as usual by program, in these windows and the quiet ones before. */
  readonly usual: ReadonlyMap<string, number>
  readonly newHosts: readonly string[]
  readonly wrongClocks: readonly WrongClock[]
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

/** Classes of lines that a digest may take alone. */
export type OnlyClass = "cracking" | "violations" | "alarming"

/** A refused reload: the previous rules and configuration stay in force. */
export interface RefusedReload {
  readonly atMs: number
  /** The problems, as `file:line:column: …` if they have a place. */
  readonly problems: readonly string[]
}

/** Promise 1: per host and in all, received = ignored + reported + rejected. */
export interface Accounts {
  readonly total: HostCounters
  readonly hosts: ReadonlyMap<string, HostCounters>
  readonly losses: ReadonlyMap<Loss, number>
}

/** The entries of each part of the mail. */
export function entriesByClass(entries: readonly DigestEntry[]): ReadonlyMap<EntryClass, readonly DigestEntry[]> {
  const byClass = Map.groupBy(entries, classOf)
  return new Map(CLASSES.flatMap((each) => (byClass.has(each) ? [[each, byClass.get(each)!] as const] : [])))
}

/** Whether something was lost that somebody should know. A closed idle connection is not worth a mail of its own. */
export function hasLosses({ accounts }: Report): boolean {
  return accounts.losses.entries().some(([loss, count]) => count > 0 && LOSSES[loss].isNews)
}

/**
 * Whether a line is left over, or something else is to be said. Rules out of force do not make a mail necessary, since the
 * log names them as well; they are in the mail if there is one.
 */
export function isQuiet(report: Report): boolean {
  return report.entries.length === 0 && report.newHosts.length === 0 && !hasLosses(report)
}

/** The gravest news in a report: the value of the header X-Tamis-News. */
export function newsOf(report: Report): "alarming" | "new" | "more" | "usual" {
  const kinds = new Set(report.entries.map(classOf))
  if (kinds.has("alerts") || kinds.has("alarming")) return "alarming"
  if (kinds.has("events") || kinds.has("new") || report.newHosts.length > 0 || hasLosses(report)) return "new"
  return kinds.has("more") ? "more" : "usual"
}
