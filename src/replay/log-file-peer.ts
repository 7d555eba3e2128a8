/**
 * The sender of the lines of a log file: a relay, since a file holds lines of many hosts and its reader believes their names.
 *
 * Lines that name no host are from the machine itself.
 */
import type { Judgement } from "../collector/pipeline.ts"
import type { HostConfig } from "../hosts/host-config.ts"
import type { Peer } from "../hosts/peer.ts"
import { CATCH_ALL, HostResolver } from "../hosts/resolve.ts"
import { compileHostJudges, type HostJudges } from "../rules/host-judges.ts"
import type { RuleSet } from "../rules/rule.ts"

/** "This host on this network" (RFC 1122 §3.2.1.3): no datagram comes from there. */
export const LOG_FILE: Peer = { address: "0.0.0.0", transport: "tcp" }

/** Compiles the judgement on lines of log files: each host's own, as `serve` has it, and the catch-all's for lines without a host. */
export function judgementOnLogFiles(
  hosts: readonly HostConfig[],
  ruleSets: ReadonlyMap<string, RuleSet>,
): Judgement & HostJudges {
  const catchAll = hosts.find(({ name }) => name === CATCH_ALL)
  if (catchAll === undefined) throw new Error('a configuration has the entry "*"')
  const logFile = { ...catchAll, name: "localhost", addresses: [LOG_FILE.address], hostnames: [], relay: true }
  const entries = [...hosts, logFile]
  return { resolver: new HostResolver(entries), ...compileHostJudges(entries, ruleSets) }
}
