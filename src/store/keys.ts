/**
 * The keys of the Redis store, all of them.
 *
 *     key, after the prefix         type   contents                                          lives
 *     {digest}:state                hash   life      random, made with the first window      with the digest
 *                                          open, opensAtMs, lines: the open window
 *                                          delivery, sealedTo, owner, leaseUntilMs           while something is sealed
 *                                          attempts, retryAtMs                               until the next settle
 *     {digest}:applied              hash   collector -> "sequence atMs"                      the last 1,000
 *     {digest}:hosts                hash   host -> sums since the store began                with the digest
 *     {digest}:closed               zset   "id opensAtMs closesAtMs", scored by id           each until settled
 *     {digest}:memory               text   what the digest remembers, JSON                   with the digest
 *     {digest}:past                 hash   id -> what is remembered of a window, JSON        two weeks, 336 at most
 *     {digest}:past-closed          zset   id, scored by closesAtMs                          the same
 *     {digest}:deliveries           hash   id -> entry of the log of deliveries, JSON        the last 500
 *     {digest}:deliveries-order     zset   id, scored 1, 2, 3, …                             the same
 *     {digest}:mail-texts           hash   id -> text of the mail                            the last 50, 4 MiB
 *     {digest}:open:per-host        hash   host -> groups in the open window                 until it closes
 *     {digest}:<window>:groups      hash   fingerprint -> what is constant in a tally        until settled
 *     {digest}:<window>:sums        hash   fingerprint -> "count firstMs lastMs samples",    until settled
 *                                          severities:<fingerprint> -> "err=2 info=10"
 *                                          values:<fingerprint> -> values of its places, JSON
 *     {digest}:<window>:samples     hash   fingerprint -> samples, JSON strings by line      until settled
 *     {digest}:<window>:hosts       hash   host -> sums of the window                        until settled
 *     {digest}:<window>:losses      hash   loss -> count                                     until settled
 *     {digest}:<window>:new-hosts   list   hosts seen for the first time ever                until settled
 *
 *     {=rules}:applied              hash   collector -> "sequence atMs"                      the last 1,000
 *     {=rules}:records              hash   rule key -> "hits firstMs lastMs gapMs days"      until forgotten
 *     {=rules}:samples              hash   rule key -> a line that it decided on             until forgotten
 *     {=rules}:programs             hash   program -> lastMs                                 until forgotten
 *     {=rules}:day:<0..39>          hash   day, lines, rule keys -> sums of that day         until its number comes again
 *
 * <window> is `open`, and becomes the window's id by RENAME when it closes, so that every script knows all its keys
 * beforehand. The digest's name is the hash tag: all keys of one digest are in one slot of a Redis Cluster.
 * Sums of a host are named numbers: "received=8 ignored=7 reported=1 … firstMs=… lastMs=…". Another layout takes other names.
 */

import type { WindowId } from "../tally/window.ts"
import type { Day } from "./rule-history.ts"

export interface DigestKeys {
  readonly state: string
  readonly applied: string
  readonly hosts: string
  readonly closed: string
  readonly perHost: string
  readonly memory: string
  readonly past: string
  readonly pastClosed: string
  readonly deliveries: string
  readonly deliveriesOrder: string
  readonly mailTexts: string
  /** Groups, sums, samples, hosts, losses and new hosts of one window, in this order. */
  window(window: WindowId | "open"): readonly string[]
}

export interface RuleKeys {
  readonly applied: string
  readonly records: string
  readonly samples: string
  readonly programs: string
  /** Days share DAY_KEYS keys in turn, so that a day's key is known in advance. */
  day(day: Day): string
}

/** More than DAYS_KEPT. */
export const DAY_KEYS = 40

/** The history of rules. No digest's name holds "=". */
export function ruleHistoryKeys(prefix: string): RuleKeys {
  const key = (name: string) => `${prefix}{=rules}:${name}`
  return {
    applied: key("applied"),
    records: key("records"),
    samples: key("samples"),
    programs: key("programs"),
    day: (day) => key(`day:${day % DAY_KEYS}`),
  }
}

export function digestKeys(prefix: string, digest: string): DigestKeys {
  // A hash tag ends at the first brace: one in the name would send the keys to different slots.
  const tag = digest.replace(/[%{}]/g, encodeURIComponent)
  const key = (name: string) => `${prefix}{${tag}}:${name}`
  return {
    state: key("state"),
    applied: key("applied"),
    hosts: key("hosts"),
    closed: key("closed"),
    perHost: key("open:per-host"),
    memory: key("memory"),
    past: key("past"),
    pastClosed: key("past-closed"),
    deliveries: key("deliveries"),
    deliveriesOrder: key("deliveries-order"),
    mailTexts: key("mail-texts"),
    window: (window) =>
      ["groups", "sums", "samples", "hosts", "losses", "new-hosts"].map((name) => key(`${window}:${name}`)),
  }
}
