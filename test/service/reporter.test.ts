import assert from "node:assert/strict"
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, type TestContext, test } from "node:test"
import type { DigestConfig } from "../../src/config/config.ts"
import { type Courier, DeliveryError, type Mail, type Outgoing, type Receipt } from "../../src/deliver/mail.ts"
import { Outbox } from "../../src/deliver/outbox.ts"
import { OperatorError } from "../../src/errors.ts"
import { makeReport } from "../../src/service/make-report.ts"
import { Reporter } from "../../src/service/reporter.ts"
import { sqliteStore } from "../../src/store/sqlite.ts"
import { unstoredBatches } from "../../src/store/unstored.ts"
import type { Batch } from "../../src/tally/batch.ts"
import type { Pile } from "../../src/tally/pile.ts"
import { makeTally, makeWindow } from "../report/make.ts"
import { InterruptibleStore } from "../support/interruptible-store.ts"
import { ManualClock } from "../support/manual-clock.ts"
import { UNANNOUNCED } from "../support/unannounced.ts"

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const NOON = Date.parse("2026-11-23T12:00:00Z")

const LAN: DigestConfig = {
  name: "lan",
  hosts: ["*"],
  schedule: "0 * * * *",
  timeZone: "UTC",
  recipients: ["marie@example.org"],
  subject: "%d",
  send: "always",
  daily: "0 7 * * *",
  suggestedRules: 0,
  attachRules: false,
  maxBytes: 65_536,
}

interface Settings {
  readonly digests?: readonly DigestConfig[]
  readonly atMs?: number
  readonly directory?: string
  readonly flush?: () => Promise<void>
  readonly deliver?: Courier["deliver"]
  /** The store is away from the beginning. */
  readonly away?: true
}

/** A reporter on a real SQLite store behind a switch, with a clock moved by hand, and a courier that keeps the mails. */
class Scene {
  readonly directory: string
  readonly clock: ManualClock
  readonly store: InterruptibleStore
  readonly reporter: Reporter
  readonly log: string[] = []
  readonly mails: Mail[] = []
  readonly tidied: number[] = []
  digests: readonly DigestConfig[]

  constructor(settings: Settings) {
    const {
      digests = [LAN],
      atMs = NOON + MINUTE,
      directory = mkdtempSync(join(tmpdir(), "tamis-reporter-")),
    } = settings
    this.directory = directory
    this.clock = new ManualClock(atMs)
    this.store = new InterruptibleStore(
      sqliteStore({ file: join(directory, "tamis.db") }),
      settings.away === true ? "all" : [],
    )
    const write = (_: unknown, sentence: string) => void this.log.push(sentence)
    const log = { error: write, warn: write, info: write, debug: write }
    const courier: Courier = {
      domain: "example.org",
      deliver: async (outgoing, signal) => {
        this.mails.push(outgoing.mail)
        return (await settings.deliver?.(outgoing, signal)) ?? { answer: "250 OK", refused: [] }
      },
    }
    this.digests = digests
    const makeOutbox = (name: string) => {
      const settings = () => {
        const digest = this.digests.find((each) => each.name === name) ?? assert.fail(`no digest ${name}`)
        const parts = {
          digest,
          quarantined: [],
          ruleSets: new Map(),
          refusedReload: undefined,
          findRot: async () => [],
        }
        return {
          digest,
          courier,
          makeReport: (pile: Pile, nowMs: number) => makeReport(pile, parts, this.store, nowMs),
        }
      }
      return new Outbox({ announcer: UNANNOUNCED, store: this.store, owner: "one", settings, log })
    }
    this.reporter = new Reporter({
      store: this.store,
      digests,
      makeOutbox,
      unstored: unstoredBatches(directory),
      tidy: async (nowMs) => void this.tidied.push(nowMs),
      flushCollectors: settings.flush ?? (() => Promise.resolve()),
      log,
      clock: this.clock,
    })
  }

  /** Starts the reporter; resolves when its loops have nothing to do. */
  async start(): Promise<void> {
    await this.reporter.start()
    await this.resting()
  }

  async resting(): Promise<void> {
    await this.clock.asleep(2 * this.digests.length)
  }

  /** A reload changes the digests; resolves when that is done. */
  async reportBy(digests: readonly DigestConfig[]): Promise<void> {
    this.digests = digests
    this.reporter.reportBy(digests)
    await this.resting()
  }

  async pass(ms: number): Promise<void> {
    this.clock.advance(ms)
    await this.resting()
  }

  /** In steps, as time passes: each wakes whoever is due, and lets him finish. */
  async passInSteps(ms: number, stepMs: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += stepMs) await this.pass(stepMs)
  }

  async stop(deadline: AbortSignal = AbortSignal.abort()): Promise<void> {
    await this.reporter.stop(Promise.resolve(), deadline)
  }

  async windowOpensAt(digest = "lan"): Promise<string> {
    return new Date((await this.store.openWindow(digest, this.clock.now())).opensAtMs).toISOString()
  }

  async received(digest: string, host: string): Promise<number | undefined> {
    return (await this.store.overview(digest))?.hosts.get(host)?.received
  }

  get unstored(): number {
    return readdirSync(this.directory).filter((name) => name.startsWith("unstored-")).length
  }
}

/** A scene that has started, and is cleared away after the test. */
async function scene(t: TestContext, settings: Settings = {}): Promise<Scene> {
  const made = unstarted(t, settings)
  await made.start()
  return made
}

function unstarted(t: TestContext, settings: Settings = {}): Scene {
  const made = new Scene(settings)
  t.after(async () => {
    await made.stop()
    rmSync(made.directory, { recursive: true, force: true })
  })
  return made
}

/** A batch of as many different lines. */
function batch(sequence: number, lines: number, host = "web1"): Batch {
  const { tallies, hosts, losses } = makeWindow({
    opensAtMs: NOON,
    tallies: Array.from({ length: lines }, (_, n) =>
      makeTally({ host, samples: [`${host} app: line ${sequence}.${n}`] }),
    ),
  })
  return { collector: "c", sequence, tallies, hosts, losses }
}

function text({ mails }: Scene, index: number): string {
  return mails[index]?.text ?? ""
}

describe("batches", () => {
  test("an accepted batch is in the store", async (t) => {
    const at = await scene(t)
    await at.reporter.accept(batch(1, 3))
    assert.equal(await at.received("lan", "web1"), 3)
  })

  test("each digest gets the batches of its hosts", async (t) => {
    const digests = [
      { ...LAN, name: "web", hosts: ["web*"] },
      { ...LAN, name: "all", hosts: ["*"] },
    ]
    const at = await scene(t, { digests })
    await at.reporter.accept(batch(1, 3, "web1"))
    await at.reporter.accept(batch(2, 2, "db1"))
    assert.deepEqual([await at.received("web", "web1"), await at.received("web", "db1")], [3, undefined])
    assert.deepEqual([await at.received("all", "web1"), await at.received("all", "db1")], [3, 2])
  })

  test("while the store is away a batch is repeated with growing pauses, and the log says so once", async (t) => {
    const at = await scene(t)
    at.store.away = ["add"]
    const accepted = at.reporter.accept(batch(1, 3))
    const pauses: number[] = []
    for (let attempt = 1; attempt <= 7; attempt += 1) {
      await at.clock.asleep(3)
      assert.equal(at.store.calls.get("add"), attempt)
      pauses.push(at.clock.nextWakeMs)
      at.clock.advance(at.clock.nextWakeMs)
    }
    assert.deepEqual(pauses, [100, 200, 400, 800, 1_600, 3_200, 5_000])
    await at.clock.asleep(3)
    assert.deepEqual(
      at.reporter.troubles.map(({ what, reason }) => [what, reason]),
      [["the store is away; lines are counted in memory", "nobody answers"]],
    )
    at.store.away = []
    at.clock.advance(at.clock.nextWakeMs)
    at.clock.advance(at.clock.nextWakeMs)
    await accepted
    await at.resting()
    assert.deepEqual(at.reporter.troubles, [])
    assert.equal(await at.received("lan", "web1"), 3)
    assert.deepEqual(at.log, ["The store is away; lines are counted in memory until it is back.", "The store is back."])
  })

  test("a batch that failed between two digests is in the first digest once", async (t) => {
    const digests = [
      { ...LAN, name: "one" },
      { ...LAN, name: "two" },
    ]
    const at = await scene(t, { digests })
    const store = at.store
    const add = store.add
    // The connection breaks after the first digest has its part.
    store.add = async (...args) => {
      await add(...args)
      store.away = ["add"]
    }
    const accepted = at.reporter.accept(batch(1, 3))
    await at.clock.asleep(5)
    store.add = add
    store.away = []
    at.clock.advance(100)
    await accepted
    assert.deepEqual([await at.received("one", "web1"), await at.received("two", "web1")], [3, 3])
  })

  test("batches that the last shutdown left on the disk are stored first", async (t) => {
    const at = unstarted(t)
    const unstored = unstoredBatches(at.directory)
    await unstored.save(batch(1, 3))
    await unstored.save(batch(2, 4))
    await at.start()
    assert.equal(await at.received("lan", "web1"), 7)
    assert.equal(at.unstored, 0)
  })
})

describe("windows", () => {
  test("a window closes at its time, not a millisecond sooner, and its mail goes out", async (t) => {
    const at = await scene(t)
    await at.reporter.accept(batch(1, 3))
    await at.passInSteps(59 * MINUTE - 30 * SECOND, 30 * SECOND)
    await at.pass(30 * SECOND - 1)
    assert.equal(await at.windowOpensAt(), "2026-11-23T12:01:00.000Z")
    await at.pass(1)
    assert.equal(await at.windowOpensAt(), "2026-11-23T13:00:00.000Z")
    assert.equal(at.mails.length, 1)
    assert.match(text(at, 0), /12:01 to 13:00/)
  })

  test("after a window has closed, tidy is called", async (t) => {
    const at = await scene(t)
    await at.passInSteps(HOUR, 10 * SECOND)
    assert.deepEqual(at.tidied, [NOON + HOUR])
  })

  test("a timer that fires early closes no window, and the next one does", async (t) => {
    const at = await scene(t, { atMs: NOON + HOUR - 10 * SECOND })
    at.clock.jump(-1)
    await at.pass(10 * SECOND)
    assert.equal(await at.windowOpensAt(), "2026-11-23T12:59:50.000Z")
    await at.pass(1)
    assert.equal(await at.windowOpensAt(), "2026-11-23T13:00:00.000Z")
  })

  test("lines received before a window's end are in that window, even if they are not stored yet", async (t) => {
    const at: Scene = await scene(t, { flush: () => at.reporter.accept(batch(1, 3)), atMs: NOON + HOUR - SECOND })
    await at.pass(SECOND)
    assert.match(text(at, 0), /3 lines from 1 host/)
  })

  test("a collector that does not answer delays a window by two seconds", async (t) => {
    const at = await scene(t, { flush: () => new Promise(() => {}), atMs: NOON + HOUR - SECOND })
    await at.pass(SECOND)
    await at.pass(2 * SECOND - 1)
    assert.equal(at.mails.length, 0)
    await at.pass(1)
    assert.equal(at.mails.length, 1)
  })

  test("after the machine slept for a day there is one window, which ends at the last scheduled time", async (t) => {
    const at = await scene(t)
    await at.reporter.accept(batch(1, 3))
    at.clock.jump(DAY + 10 * MINUTE)
    await at.pass(30 * SECOND)
    assert.equal(await at.windowOpensAt(), "2026-11-24T12:00:00.000Z")
    assert.equal(at.mails.length, 1)
  })

  test("a clock set back closes no window twice, and loses no line", async (t) => {
    const at = await scene(t, { atMs: NOON + HOUR - SECOND })
    await at.reporter.accept(batch(1, 3))
    await at.pass(SECOND)
    at.clock.jump(-HOUR)
    await at.reporter.accept(batch(2, 4))
    await at.passInSteps(HOUR, 30 * SECOND)
    assert.equal(at.mails.length, 1, "13:00 comes a second time")
    await at.passInSteps(HOUR, 30 * SECOND)
    assert.equal(await at.windowOpensAt(), "2026-11-23T14:00:00.000Z")
    assert.equal(at.mails.length, 2)
    assert.match(text(at, 0), /3 lines from 1 host/)
    assert.match(text(at, 1), /4 lines from 1 host/)
  })

  test("a schedule without a further date leaves the window open, and no loop spins", async (t) => {
    const at = await scene(t, { digests: [{ ...LAN, schedule: "0 0 30 2 *" }] })
    await at.passInSteps(HOUR, 15 * SECOND)
    assert.equal(at.store.calls.get("openWindow"), 1 + HOUR / (30 * SECOND))
    assert.equal(at.mails.length, 0)
  })

  test("a window closes late if the store was away, with its scheduled end, and the log says so once", async (t) => {
    const at = await scene(t, { atMs: NOON + HOUR - SECOND })
    await at.reporter.accept(batch(1, 3))
    at.store.away = "all"
    await at.passInSteps(5 * MINUTE, SECOND)
    assert.deepEqual(
      at.reporter.troubles.map(({ what }) => what),
      ["cannot open or close windows of digest lan", "cannot process the outbox of digest lan"],
    )
    at.store.away = []
    await at.passInSteps(30 * SECOND, SECOND)
    assert.deepEqual(at.reporter.troubles, [])
    assert.equal(await at.windowOpensAt(), "2026-11-23T13:00:00.000Z")
    assert.match(text(at, 0), /12:59 to 13:00/)
    assert.deepEqual(at.log.toSorted(), [
      "Closed a window.",
      "Could not open or close a window; tamis tries again.",
      "Could not process the outbox; tamis tries again.",
      "Delivered a digest.",
      "The outbox is processed again.",
      "Windows open and close again.",
    ])
  })

  test("a refused mail goes out again after its pause", async (t) => {
    let refusals = 1
    const deliver = async () => {
      if (refusals-- > 0) throw new DeliveryError("451 later", true)
      return { answer: "250 OK", refused: [] }
    }
    const at = await scene(t, { deliver, atMs: NOON + HOUR - SECOND })
    await at.pass(SECOND)
    assert.equal((await at.store.overview("lan"))?.undelivered.length, 1)
    await at.passInSteps(45 * SECOND, 15 * SECOND)
    assert.equal(at.mails.length, 1)
    await at.pass(15 * SECOND)
    assert.equal(at.mails.length, 2)
    assert.equal((await at.store.overview("lan"))?.undelivered.length, 0)
  })
})

describe("a digest that is sent at once", () => {
  const ALARMS: DigestConfig = { ...LAN, name: "lan", only: ["alarming"], pauseMs: 15 * MINUTE }
  const alarms = (sequence: number, count: number): Batch => {
    const alarm = {
      host: "web1",
      alarm: "disk",
      count,
      firstMs: NOON + MINUTE,
      samples: ["web1 disk: sector 7 is slow"],
    }
    return { collector: "c", sequence, ...makeWindow({ tallies: [makeTally(alarm)] }) }
  }

  test("the first line makes a mail within 30 s, and later lines wait for the pause to end", async (t) => {
    const at = await scene(t, { digests: [ALARMS] })
    await at.passInSteps(HOUR, 15 * SECOND)
    assert.equal(at.mails.length, 0)
    await at.reporter.accept(alarms(1, 3))
    await at.passInSteps(8 * SECOND, SECOND)
    await at.reporter.accept(alarms(2, 4))
    await at.passInSteps(12 * SECOND, SECOND)
    assert.equal(at.mails.length, 1)
    assert.match(text(at, 0), /^This digest has only alarming lines: 7 lines on 1 host: 1 alarming\./m)
    assert.doesNotMatch(text(at, 0), /Accounts|New hosts|received/)

    for (let sequence = 3; sequence < 103; sequence += 1) await at.reporter.accept(alarms(sequence, 2_000))
    await at.passInSteps(14 * MINUTE, 15 * SECOND)
    assert.equal(at.mails.length, 1)
    await at.passInSteps(MINUTE, 5 * SECOND)
    assert.equal(at.mails.length, 2)
    assert.match(
      text(at, 1).replaceAll("\n", " "),
      /200,000 lines on 1 host: 1 alarming\. All other lines are in other digests\. tamis held back these 200,000 lines: this digest sends at most one mail in 15 minutes\./,
    )
    await at.passInSteps(HOUR, 15 * SECOND)
    assert.equal(at.mails.length, 2)
  })

  test("while a mail waits for the mail server, further lines gather for the next one", async (t) => {
    let refusals = 1
    const deliver = async () => {
      if (refusals-- > 0) throw new DeliveryError("451 later", true)
      return { answer: "250 OK", refused: [] }
    }
    const at = await scene(t, { deliver, digests: [ALARMS] })
    await at.reporter.accept(alarms(1, 3))
    await at.passInSteps(30 * SECOND, SECOND)
    await at.reporter.accept(alarms(2, 4))
    await at.passInSteps(50 * SECOND, 5 * SECOND)
    assert.equal(at.mails.length, 2)
    assert.match(text(at, 1), /: 3 lines on/)
    await at.passInSteps(16 * MINUTE, 5 * SECOND)
    assert.match(text(at, 2), /: 4 lines on/)
    assert.equal(at.mails.length, 3)
  })
})

describe("a reload", () => {
  const WEB: DigestConfig = { ...LAN, name: "web", hosts: ["web*"] }

  test("a reload can bring a schedule with an earlier time", async (t) => {
    const at = await scene(t)
    await at.reportBy([{ ...LAN, schedule: "*/5 * * * *" }])
    await at.passInSteps(4 * MINUTE, 10 * SECOND)
    assert.equal(await at.windowOpensAt(), "2026-11-23T12:05:00.000Z")
    assert.equal(at.mails.length, 1)
  })

  test("a reload changes the recipients of the next mail", async (t) => {
    const at = await scene(t)
    await at.reportBy([{ ...LAN, recipients: ["paul@example.org"], subject: "anew" }])
    await at.passInSteps(HOUR, 10 * SECOND)
    assert.deepEqual(
      at.mails.map(({ recipients, subject }) => [recipients, subject]),
      [[["paul@example.org"], "anew"]],
    )
  })

  test("a reload can add a digest, which gets its hosts' lines from then on", async (t) => {
    const at = await scene(t)
    await at.reporter.accept(batch(1, 2))
    await at.reportBy([LAN, WEB])
    await at.reporter.accept(batch(2, 3))
    assert.deepEqual([await at.received("lan", "web1"), await at.received("web", "web1")], [5, 3])
    await at.passInSteps(HOUR, 10 * SECOND)
    assert.equal(at.mails.length, 2)
  })

  test("the window of a removed digest is still there when the digest comes back", async (t) => {
    const at = await scene(t, { digests: [LAN, WEB] })
    await at.reporter.accept(batch(1, 2))
    await at.reportBy([LAN])
    await at.reporter.accept(batch(2, 3))
    await at.passInSteps(HOUR, 10 * SECOND)
    assert.equal(at.mails.length, 1, "of the one that is left")
    await at.reportBy([LAN, WEB])
    await at.resting()
    assert.equal(at.mails.length, 2, "its time had passed")
    assert.match(text(at, 1), /2 to read/)
  })

  test("a reload before the store is reachable takes effect once it is", async (t) => {
    const at = unstarted(t, { away: true })
    const started = at.reporter.start()
    at.digests = [LAN, WEB]
    at.reporter.reportBy(at.digests)
    await at.clock.asleep(1)
    at.store.away = []
    at.clock.advance(100)
    await started
    await at.resting()
    assert.equal(await at.windowOpensAt("web"), "2026-11-23T12:01:00.100Z")
  })
})

describe("the end", () => {
  test("stop ends every sleep", async (t) => {
    const at = await scene(t)
    await at.stop(new AbortController().signal)
    assert.equal(at.clock.sleepers, 0)
  })

  test("a batch waits for the store until the deadline, then goes to the disk, and the next start stores it", async (t) => {
    const at = await scene(t)
    at.store.away = "all"
    const accepted = at.reporter.accept(batch(1, 3))
    await at.clock.asleep(3)
    const deadline = new AbortController()
    const stopped = at.reporter.stop(accepted, deadline.signal)
    await at.clock.asleep(1)
    assert.equal(at.unstored, 0)
    deadline.abort()
    await accepted
    assert.equal(at.unstored, 1)
    at.store.away = []
    await stopped

    const next = await scene(t, { directory: at.directory })
    assert.equal(await next.received("lan", "web1"), 3)
    assert.equal(next.unstored, 0)
  })

  test("stop waits for a silent store only until the deadline", async (t) => {
    const at = await scene(t)
    at.store.add = () => new Promise(() => {})
    const accepted = at.reporter.accept(batch(1, 3))
    await at.reporter.stop(accepted, AbortSignal.abort())
    assert.equal(at.unstored, 1)
  })

  test("a batch does not overtake one on the disk, even if the store is back", async (t) => {
    const at = await scene(t)
    at.store.away = "all"
    const first = at.reporter.accept(batch(1, 3))
    const drained = first.then(() => {
      at.store.away = []
      return at.reporter.accept(batch(2, 4))
    })
    await at.reporter.stop(drained, AbortSignal.abort())
    assert.equal(at.unstored, 2)

    const next = await scene(t, { directory: at.directory })
    assert.equal(await next.received("lan", "web1"), 7)
  })

  test("a stop before the store was ever reachable is no failure", async (t) => {
    const at = unstarted(t, { away: true })
    const started = at.reporter.start()
    const accepted = at.reporter.accept(batch(1, 3))
    await at.clock.asleep(1)
    await at.stop()
    await Promise.all([started, accepted])
    assert.equal(at.unstored, 1)
    assert.equal(at.clock.sleepers, 0)
  })

  test("stop does not wait for the store if there is nothing to store", async (t) => {
    const at = unstarted(t, { away: true })
    const started = at.reporter.start()
    await at.clock.asleep(1)
    await at.stop(new AbortController().signal)
    await started
  })

  test("a batch whose collector died is still stored", async (t) => {
    const at = await scene(t)
    const accepted = at.reporter.accept(batch(1, 3))
    await at.stop(new AbortController().signal)
    await accepted
    const next = await scene(t, { directory: at.directory })
    assert.equal(await next.received("lan", "web1"), 3)
  })

  test("stop waits for a mail under way", async (t) => {
    const answered = Promise.withResolvers<Receipt>()
    const onItsWay = Promise.withResolvers<void>()
    const deliver = () => {
      onItsWay.resolve()
      return answered.promise
    }
    const at = await scene(t, { deliver, atMs: NOON + HOUR - SECOND })
    at.clock.advance(SECOND)
    await onItsWay.promise
    const stopped = at.stop(new AbortController().signal)
    answered.resolve({ answer: "250 OK", refused: [] })
    await stopped
    const next = await scene(t, { directory: at.directory, atMs: NOON + HOUR })
    assert.equal(next.mails.length, 0)
  })

  test("a mail under way at the deadline is sent again by the next start, as the same mail", async (t) => {
    const onItsWay = Promise.withResolvers<void>()
    const deliver = (_: Outgoing, signal: AbortSignal) =>
      new Promise<never>((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(new DeliveryError("stopped", false)))
        onItsWay.resolve()
      })
    const at = await scene(t, { deliver, atMs: NOON + HOUR - SECOND })
    at.clock.advance(SECOND)
    await onItsWay.promise
    const deadline = new AbortController()
    const stopped = at.stop(deadline.signal)
    deadline.abort()
    await stopped

    const next = await scene(t, { directory: at.directory, atMs: NOON + HOUR + MINUTE })
    assert.equal(next.mails.length, 1)
    assert.equal(next.mails[0]?.headers.get("Message-ID"), at.mails[0]?.headers.get("Message-ID"))
  })

  test("a store that can never be used is an OperatorError, and its lines wait on the disk", async (t) => {
    const directory = mkdtempSync(join(tmpdir(), "tamis-reporter-"))
    writeFileSync(join(directory, "tamis.db"), "no database ".repeat(100))
    const at = unstarted(t, { directory })
    await assert.rejects(at.reporter.start(), OperatorError)
    await at.reporter.accept(batch(1, 3))
    assert.equal(at.unstored, 1)
  })
})
