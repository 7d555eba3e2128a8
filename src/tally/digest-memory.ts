/**
 * What a digest remembers of earlier windows: its forms, each with its history, and the accounts of windows that were not worth
 * a mail. A form is a template without its host, with the places open that its family opened.
 *
 * Bounded: the MAX_FORMS forms seen last, and the accounts of the hosts that a window may have.
 */
import type { NamedSilence } from "../cadence/silences.ts"
import type { HostCounters } from "./counters.ts"
import type { Loss } from "./losses.ts"

export interface DigestMemory {
  /** When the first window opened that is in it. */
  readonly sinceMs: number
  /** Windows that are in it. */
  readonly windows: number
  readonly forms: readonly KnownForm[]
  /** Windows since the last mail; undefined where the last one went into a mail. */
  readonly waiting: WaitingAccounts | undefined
  /** When the last mail was made; undefined before the first. */
  readonly mailedAtMs: number | undefined
  /** Hosts and programs that a mail has called silent, and none has called back. */
  readonly silences: readonly NamedSilence[]
}

export interface KnownForm {
  /** The section's title in the mail. */
  readonly section: string
  readonly form: string
  /** The form under which the digest saw it first. The entry's id comes from it, and stays when the form opens a place. */
  readonly firstForm: string
  /** First forms of others that became one with it, MAX_FORMER_FORMS at most: their ids still find it. */
  readonly formerForms: readonly string[]
  readonly firstMs: number
  readonly lastMs: number
  /** In how many windows it was. */
  readonly windows: number
  /** Lines an hour, the last windows weighing most. Windows without it count as 0. */
  readonly hourly: number
  /** The most lines an hour in a window, fading. */
  readonly peak: number
  /** Hosts that had it, MAX_HOSTS at most; EVERY_HOST alone where there were more. */
  readonly hosts: readonly string[]
  /** For logins and changes of rights: who came from where (digest/access.ts), MAX_ACCESSES at most. */
  readonly accesses: readonly string[]
}

/** The accounts of windows in which everything was as usual. They add up in the next mail. */
export interface WaitingAccounts {
  readonly opensAtMs: number
  readonly windows: number
  readonly hosts: ReadonlyMap<string, HostCounters>
  readonly losses: ReadonlyMap<Loss, number>
  readonly newHosts: readonly string[]
  /** Lines as usual, by program. */
  readonly usual: ReadonlyMap<string, number>
}

export const MAX_FORMS = 5_000
export const MAX_HOSTS = 40
export const MAX_ACCESSES = 200
export const MAX_FORMER_FORMS = 8

/** Stands for hosts that are too many to be remembered by name. No host's name holds "*". */
export const EVERY_HOST = "*"

/** The memory of a digest that has none yet. */
export function noMemory(sinceMs: number): DigestMemory {
  return { sinceMs, windows: 0, forms: [], waiting: undefined, mailedAtMs: undefined, silences: [] }
}
