/** The hosts that tamis knows, as the operator sees them, and what in the configuration does not fit them. Pure. */
import { NETWORK, type Presence, splitSender } from "../cadence/presence.ts"
import { expectationOf } from "../cadence/silence.ts"
import { silencesAt } from "../cadence/silences.ts"
import type { Config } from "../config/config.ts"
import { entryOfHost } from "../hosts/entry-of.ts"
import { matchesGlob } from "../hosts/glob.ts"
import { isExclusion } from "../hosts/host-choice.ts"
import { CATCH_ALL } from "../hosts/resolve.ts"
import { compareText } from "../text/compare-text.ts"
import { Routing } from "./routing.ts"

export interface KnownHost {
  readonly name: string
  readonly lastSeenMs: number
  /** The longest pause that is usual after its last line, or that the operator expects; undefined while nobody knows. */
  readonly usualMs: number | undefined
  readonly isSilent: boolean
  readonly digests: readonly string[]
  readonly silentPrograms: readonly string[]
}

export function hostList(
  presence: Presence,
  { hosts, digests }: Pick<Config, "hosts" | "digests">,
  nowMs: number,
): readonly KnownHost[] {
  const routing = new Routing(digests)
  const silenceMs = (host: string) => entryOfHost(hosts, host)?.silenceMs
  const silences = silencesAt(presence, { silenceMs }, nowMs)
  const isAll = silences.some(({ host }) => host === NETWORK)
  const known: KnownHost[] = []
  for (const [sender, cadence] of presence.senders) {
    const { host, program } = splitSender(sender)
    if (sender === NETWORK || program !== undefined) continue
    const own = silences.filter((each) => each.host === host)
    const wanted = silenceMs(host)
    known.push({
      name: host,
      lastSeenMs: cadence.lastMs,
      usualMs: wanted === undefined ? expectationOf(cadence, cadence.lastMs)?.usualMs : wanted || undefined,
      isSilent: isAll || own.some((each) => each.program === undefined),
      digests: routing.digestsOf(host),
      silentPrograms: own.flatMap((each) => each.program ?? []),
    })
  }
  return known.sort((a, b) => compareText(a.name, b.name))
}

/** Sentences about globs that fit no known host, and hosts that no digest takes. None while no host is known. */
export function hostWarnings(
  known: readonly Pick<KnownHost, "name" | "digests">[],
  { hosts, digests }: Pick<Config, "hosts" | "digests">,
): readonly string[] {
  if (known.length === 0) return []
  const fits = (glob: string) => glob === CATCH_ALL || known.some(({ name }) => matchesGlob(glob, name))
  const ofDigests = digests.flatMap(({ name, hosts: globs }) =>
    globs
      .filter((glob) => !fits(isExclusion(glob) ? glob.slice(1) : glob))
      .map((glob) => `digest ${name}: no known host matches ${JSON.stringify(glob)}`),
  )
  const ofHosts = hosts
    .filter(({ name }) => !fits(name))
    .map(({ name }) => `hosts: no known host matches the entry ${JSON.stringify(name)}`)
  const homeless = known
    .filter((host) => host.digests.length === 0)
    .map(({ name }) => `host ${name} is in no digest, because a digest excludes it: no mail has its lines`)
  return [...ofDigests, ...ofHosts, ...homeless]
}
