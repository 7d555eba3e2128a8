/** The hosts of a digest: which it takes, and what the operator expects of them. */
import type { Expectations } from "../cadence/silences.ts"
import type { Config } from "../config/config.ts"
import { entryOfHost } from "../hosts/entry-of.ts"
import { Routing } from "./routing.ts"

export interface HostsOfDigest extends Expectations {
  readonly takes: (host: string) => boolean
}

export function hostsOfDigest({ hosts, digests }: Pick<Config, "hosts" | "digests">, digest: string): HostsOfDigest {
  const routing = new Routing(digests)
  return {
    takes: (host) => routing.digestsOf(host).includes(digest),
    silenceMs: (host) => entryOfHost(hosts, host)?.silenceMs,
  }
}
