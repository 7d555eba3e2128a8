/** What is new about an entry, against what its digest remembers. */
import type { DigestMemory, KnownForm } from "../tally/digest-memory.ts"
import { EVERY_HOST } from "../tally/digest-memory.ts"
import type { News } from "./entry.ts"

export interface Judged {
  readonly news: News
  /** Hosts that never had a form which is known. */
  readonly newOn: readonly string[]
}

export interface Candidate {
  readonly topic: string | undefined
  readonly hosts: readonly string[]
  /** Lines an hour. */
  readonly hourly: number
  readonly count: number
  /** Empty where the lines are no logins. */
  readonly accesses: readonly string[]
}

/** Fewer lines are not "more than usual", however rare the form is: once instead of never is not a flood. */
const LEAST_FOR_MORE = 10

/** Against the fading peak, and against the mean. Quiet forms triple by chance. */
const MORE_THAN_PEAK = 3
const MORE_THAN_MEAN = 5

/** Windows that a digest must know before a count can be unusual. */
const LEAST_WINDOWS = 3

export function judgeNews(candidate: Candidate, known: KnownForm | undefined, memory: DigestMemory): Judged {
  const newOn = known === undefined ? [] : unknownHosts(candidate.hosts, known)
  if (candidate.topic !== undefined) return { news: "alarming", newOn }
  if (known === undefined || newOn.length > 0) return { news: "new", newOn }
  if (candidate.accesses.some((access) => !known.accesses.includes(access))) return { news: "new", newOn }
  return { news: isMore(candidate, known, memory) ? "more" : "usual", newOn }
}

/** A form of this many hosts is one of the network: a further host that has it is no news. */
const HOSTS_OF_NETWORK = 3

function unknownHosts(hosts: readonly string[], known: KnownForm): readonly string[] {
  if (known.hosts.includes(EVERY_HOST) || known.hosts.length >= HOSTS_OF_NETWORK) return []
  const names = new Set(known.hosts)
  return hosts.filter((host) => !names.has(host))
}

function isMore({ count, hourly }: Candidate, known: KnownForm, { windows }: DigestMemory): boolean {
  if (windows < LEAST_WINDOWS || count < LEAST_FOR_MORE) return false
  return hourly > MORE_THAN_PEAK * known.peak && hourly > MORE_THAN_MEAN * known.hourly
}
