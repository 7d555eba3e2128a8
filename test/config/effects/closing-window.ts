/** When a window closes: the reporter by a clock that is moved by hand, with a store on the disk. */
import assert from "node:assert/strict"
import { mkdirSync } from "node:fs"
import { configuration } from "../../../src/cli/configuration.ts"
import { Outbox } from "../../../src/deliver/outbox.ts"
import { makeCourier, openStore } from "../../../src/service/assemble.ts"
import { makeReport } from "../../../src/service/make-report.ts"
import { Reporter } from "../../../src/service/reporter.ts"
import { unstoredBatches } from "../../../src/store/unstored.ts"
import type { Pile } from "../../../src/tally/pile.ts"
import { DAY_MS } from "../../../src/units.ts"
import { within } from "../../support/eventually.ts"
import { ManualClock } from "../../support/manual-clock.ts"
import type { Trial } from "./effect.ts"
import { SILENT } from "./served.ts"

/** Of the first digest: when the window that opens at `from` closes. A day passes, in which it closes once. */
export async function closesAfter(trial: Trial, from: string): Promise<string> {
  const { config } = configuration(trial.file)
  const { stateDirectory, digests, delivery } = config
  const digest = digests[0] ?? assert.fail("no digest")
  mkdirSync(stateDirectory, { recursive: true })
  const clock = new ManualClock(Date.parse(from))
  const store = openStore(config.store)
  const rules = { quarantined: [], ruleSets: new Map(), refusedReload: undefined, findRot: async () => [] }
  const settings = () => ({
    digest,
    courier: makeCourier(delivery),
    makeReport: (pile: Pile, nowMs: number) => makeReport(pile, { ...rules, digest }, store, nowMs),
  })
  const reporter = new Reporter({
    store,
    digests,
    makeOutbox: () => new Outbox({ store, owner: "one", settings, log: SILENT }),
    unstored: unstoredBatches(stateDirectory),
    tidy: async () => {},
    flushCollectors: async () => {},
    log: SILENT,
    clock,
  })
  trial.after(() => reporter.stop(Promise.resolve(), AbortSignal.abort()))
  await reporter.start()
  // One loop for the windows, one for the mails.
  const resting = () => within("the reporter to have nothing to do", clock.asleep(2))
  await resting()
  clock.advance(DAY_MS)
  await resting()
  const overview = await store.overview(digest.name)
  // The next window opens where the one before it closes.
  return new Date(overview?.open.opensAtMs ?? 0).toISOString()
}
