/** Splits a batch into the parts of its digests. */
import type { DigestConfig } from "../config/config.ts"
import { chooses, excludes } from "../hosts/host-choice.ts"
import { Recent } from "../hosts/recent.ts"
import type { DigestPart } from "../store/store.ts"
import type { Batch } from "../tally/batch.ts"
import type { HostCounters } from "../tally/counters.ts"
import type { Tally } from "../tally/tally.ts"

/** Hosts whose digests are cached. Bounded, since senders may invent host names. */
const MAX_REMEMBERED_HOSTS = 20_000

export class Routing {
  readonly #digests: readonly DigestConfig[]
  readonly #byHost = new Recent<string, readonly string[]>(MAX_REMEMBERED_HOSTS)

  constructor(digests: readonly DigestConfig[]) {
    this.#digests = digests
  }

  /**
   * The digests that report a host. A host that none names is reported by the first, so that no line is lost to a typo. A host
   * that one excludes, and none names, is the operator's wish: none reports it.
   */
  digestsOf(host: string): readonly string[] {
    const remembered = this.#byHost.get(host)
    if (remembered !== undefined) return remembered
    const naming = this.#digests.filter((digest) => chooses(digest.hosts, host))
    const isWanted = naming.length > 0 || this.#digests.some((digest) => excludes(digest.hosts, host))
    const names = (isWanted ? naming : this.#digests.slice(0, 1)).map((digest) => digest.name)
    this.#byHost.set(host, names)
    return names
  }

  /** Each digest's part of a batch. Losses belong to no host: every digest reports them. */
  split(batch: Pick<Batch, "tallies" | "hosts" | "losses">): ReadonlyMap<string, DigestPart> {
    const parts = new Map<
      string,
      { tallies: Tally[]; hosts: Map<string, HostCounters>; losses: DigestPart["losses"] }
    >()
    const partOf = (digest: string) => {
      let part = parts.get(digest)
      if (part === undefined) {
        part = { tallies: [], hosts: new Map(), losses: batch.losses }
        parts.set(digest, part)
      }
      return part
    }
    if (batch.losses.size > 0) for (const digest of this.#digests) partOf(digest.name)
    for (const tally of batch.tallies) {
      for (const digest of this.digestsOf(tally.host)) partOf(digest).tallies.push(tally)
    }
    for (const [host, counters] of batch.hosts) {
      for (const digest of this.digestsOf(host)) partOf(digest).hosts.set(host, counters)
    }
    return parts
  }
}
