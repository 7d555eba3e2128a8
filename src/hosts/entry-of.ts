/** The entry of the configuration for a host that is known by its name alone. */
import { matchesGlob } from "./glob.ts"
import type { HostConfig } from "./host-config.ts"
import { CATCH_ALL } from "./resolve.ts"

/** The entry with this name, else the first that matches a host of this name, else the catch-all. */
export function entryOfHost(hosts: readonly HostConfig[], name: string): HostConfig | undefined {
  const takes = (host: HostConfig) => [host.name, ...host.hostnames].some((glob) => matchesGlob(glob, name))
  return (
    hosts.find((host) => host.name === name) ??
    hosts.find((host) => host.name !== CATCH_ALL && takes(host)) ??
    hosts.find((host) => host.name === CATCH_ALL)
  )
}
