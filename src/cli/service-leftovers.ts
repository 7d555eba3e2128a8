/** The lines that no rule matches in the windows of a running service, both undelivered and remembered ones. */

import type { Config } from "../config/config.ts"
import { compileJudge } from "../rules/compile.ts"
import { compileHostJudges } from "../rules/host-judges.ts"
import { loadRuleSet } from "../rules/rule-set.ts"
import { FileLine } from "../scan/file-line.ts"
import { loadRuleSets } from "../service/assemble.ts"
import type { BookedLeftovers } from "../suggest/leftover-book.ts"
import { retainedTallies } from "../suggest/mail-leftovers.ts"
import { talliedLeftovers } from "../suggest/tallied-leftovers.ts"
import type { Tally } from "../tally/tally.ts"
import { configuration } from "./configuration.ts"
import { chooseDigests, undeliveredWindows, withStore } from "./open-windows.ts"
import { hostEntry } from "./rule-choice.ts"

export interface ServiceChoice {
  readonly config?: string
  readonly digest?: string
  /** This host's lines only. */
  readonly host?: string
}

/** Reads these lines, without those that the current rules or the rule set in the directory `appendedTo` hide. */
export async function serviceLeftovers(
  choice: ServiceChoice,
  appendedTo: string | undefined,
): Promise<BookedLeftovers> {
  const { config } = configuration(choice.config)
  const digests = chooseDigests(config, choice.digest)
  const isHiddenNow = hiddenByNow(config, appendedTo)
  const ofDigests = await withStore(config, async (store) => {
    const ofEach: (readonly Tally[])[] = []
    for (const { name } of digests) {
      ofEach.push(retainedTallies(await store.remembered(name), await undeliveredWindows(store, name)))
    }
    return ofEach
  })
  // A host may be in several digests: the count of one of them is enough.
  const tallies = new Map<string, Tally>()
  for (const tally of ofDigests.flat()) {
    const known = tallies.get(tally.fingerprint)
    if (choice.host !== undefined && tally.host !== choice.host) continue
    if (known === undefined || known.count < tally.count) tallies.set(tally.fingerprint, tally)
  }
  return talliedLeftovers([...tallies.values()].filter((tally) => !isHiddenNow(tally)))
}

function hiddenByNow(config: Config, appendedTo: string | undefined): (tally: Tally) => boolean {
  const { judges } = compileHostJudges(config.hosts, loadRuleSets(config))
  const sets = appendedTo === undefined ? [] : [loadRuleSet(appendedTo, appendedTo).ruleSet]
  const own = compileJudge(sets, { level: "workstation", variables: new Map(), crackingIgnore: false }).judge
  const line = new FileLine()
  return ({ host, layer, samples }) => {
    // The address that identified the host is not stored; its name in the configuration still finds the entry.
    const ofHost = judges[config.hosts.indexOf(hostEntry(config.hosts, host))]
    return (
      layer === "system" &&
      samples.every((sample) => {
        const bytes = Buffer.from(sample)
        line.set(bytes, 0, bytes.length)
        return [ofHost, own].some((judge) => judge?.judge(line).layer === "ignored")
      })
    )
  }
}
