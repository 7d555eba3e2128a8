/** Splits a batch into the parts of its digests. */
import type { DigestConfig, LineClass } from "../config/config.ts"
import { matchesGlob } from "../hosts/glob.ts"
import { Recent } from "../hosts/recent.ts"
import type { DigestPart } from "../store/store.ts"
import type { Batch } from "../tally/batch.ts"
import { type HostCounters, mergeCounters, noCounters } from "../tally/counters.ts"
import type { Tally } from "../tally/tally.ts"

/** Hosts whose digests are cached. Bounded, since senders may invent host names. */
const MAX_REMEMBERED_HOSTS = 20_000

/** A part while it grows. */
interface Growing {
  readonly tallies: Tally[]
  readonly hosts: Map<string, HostCounters>
  readonly losses: DigestPart["losses"]
}

export class Routing {
  /** Digests of all lines. */
  readonly #digests: readonly DigestConfig[]
  /** Digests of some classes of lines. */
  readonly #partial: readonly DigestConfig[]
  readonly #byHost = new Recent<string, readonly string[]>(MAX_REMEMBERED_HOSTS)

  constructor(digests: readonly DigestConfig[]) {
    this.#digests = digests.filter(({ only }) => only === undefined)
    this.#partial = digests.filter(({ only }) => only !== undefined)
  }

  /** The digests that report all lines of a host. A host that none names is reported by the first, so that no line is lost to a typo. */
  digestsOf(host: string): readonly string[] {
    const remembered = this.#byHost.get(host)
    if (remembered !== undefined) return remembered
    const naming = this.#digests.filter((digest) => digest.hosts.some((glob) => matchesGlob(glob, host)))
    const names = (naming.length > 0 ? naming : this.#digests.slice(0, 1)).map((digest) => digest.name)
    this.#byHost.set(host, names)
    return names
  }

  /**
   * Each digest's part of a batch. Losses belong to no host: every digest of all lines reports them. The other digests count
   * only the lines that they take.
   */
  split(batch: Pick<Batch, "tallies" | "hosts" | "losses">): ReadonlyMap<string, DigestPart> {
    const parts = new Map<string, Growing>()
    const partOf = (digest: string, losses = batch.losses): Growing => {
      let part = parts.get(digest)
      if (part === undefined) {
        part = { tallies: [], hosts: new Map(), losses }
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
    for (const digest of this.#partial) {
      for (const tally of batch.tallies) {
        if (takes(digest, tally)) addAlone(partOf(digest.name, new Map()), tally)
      }
    }
    return parts
  }
}

function takes({ hosts, only = [] }: DigestConfig, tally: Tally): boolean {
  return only.some((each) => isOf(each, tally)) && hosts.some((glob) => matchesGlob(glob, tally.host))
}

function isOf(each: LineClass, { layer, alarm }: Tally): boolean {
  return each === "alarming" ? alarm !== undefined : each === layer
}

/** Adds a tally, with counters as if its host had sent no other line. */
function addAlone({ tallies, hosts }: Growing, tally: Tally): void {
  const { host, count, firstMs, lastMs } = tally
  tallies.push(tally)
  const counters = { ...noCounters(firstMs, lastMs), received: count, reported: count }
  const before = hosts.get(host)
  if (before === undefined) hosts.set(host, counters)
  else mergeCounters(before, counters)
}
