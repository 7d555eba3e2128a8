/** When windows close and mails go out: the reporter by a clock that is moved by hand, with a store on the disk. */
import assert from "node:assert/strict"
import { mkdirSync } from "node:fs"
import { configuration } from "../../../src/cli/configuration.ts"
import { Outbox } from "../../../src/deliver/outbox.ts"
import { openStore } from "../../../src/service/assemble.ts"
import { makeReport } from "../../../src/service/make-report.ts"
import { Reporter } from "../../../src/service/reporter.ts"
import { unstoredBatches } from "../../../src/store/unstored.ts"
import type { Pile } from "../../../src/tally/pile.ts"
import { DAY_MS, HOUR_MS, SECOND_MS } from "../../../src/units.ts"
import { makeTally, makeWindow } from "../../report/make.ts"
import { within } from "../../support/eventually.ts"
import { ManualClock } from "../../support/manual-clock.ts"
import { UNANNOUNCED } from "../../support/unannounced.ts"
import type { Trial } from "./effect.ts"
import { SILENT } from "./served.ts"

/** Of the first digest: when the window that opens at `from` closes. A day passes, in which it closes once. */
export async function closesAfter(trial: Trial, from: string): Promise<string> {
  const { store, digest, pass } = await report(trial, from)
  await pass(DAY_MS)
  const overview = await store.overview(digest)
  // The next window opens where the one before it closes.
  return new Date(overview?.open.opensAtMs ?? 0).toISOString()
}

/** Of the first digest, whose windows close every hour: the end of the last window that was mailed in a day. */
export async function mailedAfter(trial: Trial, from: string): Promise<string> {
  const { store, digest, pass } = await report(trial, from)
  for (let hour = 0; hour < 24; hour += 1) await pass(HOUR_MS)
  const memory = await store.memory(digest)
  return new Date(memory?.mailedAtMs ?? 0).toISOString()
}

/** Of the first digest, which is sent at once: how long after its first mail a further line makes the second one. */
export async function secondMailAfter(trial: Trial, from: string): Promise<number> {
  const { store, digest, pass } = await report(trial, from)
  const window = async () => (await store.overview(digest))?.open ?? assert.fail("no window")
  const untilClosed = async (sequence: number) => {
    const { id } = await window()
    const line = makeTally({
      host: "web1",
      alarm: "disk",
      firstMs: Date.parse(from),
      samples: [`web1 app: ${sequence}`],
    })
    await store.add(digest, { collector: "c", sequence }, makeWindow({ tallies: [line] }), 0)
    while ((await window()).id === id) await pass(5 * SECOND_MS)
    return (await window()).opensAtMs
  }
  const firstMs = await untilClosed(1)
  return (await untilClosed(2)) - firstMs
}

/** Starts a reporter at `from`. `pass` lets time pass, and resolves when everything is done that is due. */
async function report(trial: Trial, from: string) {
  const { config } = configuration(trial.file)
  const { stateDirectory, digests } = config
  const digest = digests[0] ?? assert.fail("no digest")
  mkdirSync(stateDirectory, { recursive: true })
  const clock = new ManualClock(Date.parse(from))
  const store = openStore(config.store)
  const rules = { quarantined: [], ruleSets: new Map(), refusedReload: undefined, findRot: async () => [] }
  const settings = () => ({
    digest,
    courier: { domain: "example.org", deliver: async () => ({ answer: "250 OK", refused: [] }) },
    makeReport: (pile: Pile, nowMs: number) => makeReport(pile, { ...rules, digest }, store, nowMs),
  })
  const reporter = new Reporter({
    store,
    digests,
    makeOutbox: () => new Outbox({ announcer: UNANNOUNCED, store, owner: "one", settings, log: SILENT }),
    unstored: unstoredBatches(stateDirectory),
    tidy: async () => {},
    flushCollectors: async () => {},
    log: SILENT,
    clock,
  })
  trial.after(() => reporter.stop(Promise.resolve(), AbortSignal.abort()))
  await reporter.start()
  // Each digest has one loop for the windows and one for the mails.
  const resting = () => within("the reporter to have nothing to do", clock.asleep(2 * digests.length))
  await resting()
  const pass = async (ms: number) => {
    clock.advance(ms)
    await resting()
  }
  return { store, digest: digest.name, pass }
}
