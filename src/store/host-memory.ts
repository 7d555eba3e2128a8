/** What a digest remembers of a host, under another name or not at all. Pure. */
import { type HostCounters, mergeCounters } from "../tally/counters.ts"
import type { DigestMemory, WaitingAccounts } from "../tally/digest-memory.ts"
import { compareText } from "../text/compare-text.ts"

/**
 * Gives a host another name in a memory, or forgets it where `to` is undefined. Its waiting accounts stay: they belong to lines
 * that no mail has counted yet. Returns the same memory where the host is not in it.
 */
export function renameInMemory(memory: DigestMemory, host: string, to: string | undefined): DigestMemory {
  const { forms, silences, waiting } = memory
  const names = (hosts: readonly string[]) => renamed(hosts, host, to)
  const isIn =
    forms.some((form) => form.hosts.includes(host)) ||
    silences.some((each) => each.host === host) ||
    waiting?.hosts.has(host) === true ||
    waiting?.newHosts.includes(host) === true
  if (!isIn) return memory
  return {
    ...memory,
    forms: forms.map((form) => ({ ...form, hosts: names(form.hosts) })),
    silences: silences.flatMap((each) => {
      if (each.host !== host) return [each]
      return to === undefined ? [] : [{ ...each, host: to }]
    }),
    waiting: waiting && { ...waiting, newHosts: names(waiting.newHosts), hosts: renamedAccounts(waiting, host, to) },
  }
}

function renamed(hosts: readonly string[], host: string, to: string | undefined): readonly string[] {
  if (!hosts.includes(host)) return hosts
  const others = hosts.filter((each) => each !== host)
  return to === undefined ? others : [...new Set([...others, to])].sort(compareText)
}

function renamedAccounts({ hosts }: WaitingAccounts, host: string, to: string | undefined) {
  const own = hosts.get(host)
  if (own === undefined || to === undefined) return hosts
  const accounts = new Map<string, HostCounters>([...hosts].filter(([name]) => name !== host))
  const there = accounts.get(to)
  const joined = { ...own }
  if (there !== undefined) mergeCounters(joined, there)
  return accounts.set(to, joined)
}
