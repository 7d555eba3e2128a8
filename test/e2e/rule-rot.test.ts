/** Weeks of a small network, hour by hour: which rules a mail says to have fallen silent, and which not. */

import assert from "node:assert/strict"
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, test } from "node:test"
import { Collector } from "../../src/collector/collector.ts"
import { OwnMails } from "../../src/collector/own-mails.ts"
import { Pipeline } from "../../src/collector/pipeline.ts"
import type { DigestConfig } from "../../src/config/config.ts"
import type { Outgoing } from "../../src/deliver/mail.ts"
import { Outbox } from "../../src/deliver/outbox.ts"
import type { HostConfig } from "../../src/hosts/host-config.ts"
import type { Peer } from "../../src/hosts/peer.ts"
import { HostResolver } from "../../src/hosts/resolve.ts"
import { findRot } from "../../src/rot/find-rot.ts"
import { compileHostJudges } from "../../src/rules/host-judges.ts"
import type { RuleSet } from "../../src/rules/rule.ts"
import { parseRuleFile } from "../../src/rules/rule-file.ts"
import { ruleKey } from "../../src/rules/rule-key.ts"
import { makeReport } from "../../src/service/make-report.ts"
import { Reporter } from "../../src/service/reporter.ts"
import { redisStore } from "../../src/store/redis.ts"
import { sqliteStore } from "../../src/store/sqlite.ts"
import type { TallyStore } from "../../src/store/store.ts"
import { unstoredBatches } from "../../src/store/unstored.ts"
import { HeardPrograms } from "../../src/tally/heard-programs.ts"
import type { Pile } from "../../src/tally/pile.ts"
import { RuleActivityBook } from "../../src/tally/rule-activity.ts"
import { TallyBook } from "../../src/tally/tally-book.ts"
import { ANY_HOST } from "../support/any-host.ts"
import { ManualClock } from "../support/manual-clock.ts"
import { startRedisServer, withoutRedisServer } from "../support/redis-server.ts"
import { sendStream } from "../support/senders.ts"
import { startMailbox } from "../support/smtp-mailbox.ts"
import { startTamis } from "../support/tamis-process.ts"
import { UNANNOUNCED } from "../support/unannounced.ts"

/** A Monday. */
const MONDAY = Date.parse("2026-11-02T00:00:00Z")
const HOUR = 3_600_000

const RULES = `^\${HEAD} sshd\\[\${PID}\\]: Accepted publickey for \${USER} from \${IP} port \${PORT} ssh2$
^\${HEAD} systemd\\[\${PID}\\]: [^ ]+: Succeeded\\.$
^\${HEAD} backupd\\[\${PID}\\]: nightly run of [a-z]+ finished$
^\${HEAD} officed\\[\${PID}\\]: badge [0-9]+ opened door [0-9]+$
^\${HEAD} guestd\\[\${PID}\\]: session of guest began$
`

const SET: RuleSet = {
  name: "own",
  directory: "/rules",
  rules: parseRuleFile(Buffer.from(RULES), { directory: "ignore.d.server", file: "own", path: "/rules/own" }).rules,
}

const HOST: HostConfig = {
  name: "*",
  addresses: [],
  hostnames: [],
  relay: false,
  rules: ["own"],
  level: "server",
  variables: new Map(),
  crackingIgnore: false,
  alarms: true,
}

const DIGEST: DigestConfig = {
  name: "daily",
  hosts: ["*"],
  schedule: "0 7 * * *",
  timeZone: "UTC",
  recipients: [],
  subject: "%d",
  send: "always",
  daily: "0 7 * * *",
  maxBytes: 65_536,
  suggestedRules: 0,
  attachRules: false,
}

const PEER: Peer = { address: "192.0.2.7", transport: "udp" }

/** What the network says in one hour. `upgraded` says whether programs say it in their new way. */
function hourOf(hour: number, upgraded: boolean): string[] {
  const [day, time] = [Math.floor(hour / 24), hour % 24]
  const isWeekend = day % 7 >= 5
  const lines: string[] = []
  // Somebody logs in every hour, at night as well, and units stop.
  const port = 40_000 + ((hour * 7) % 1_000)
  lines.push(
    `${upgraded ? "sshd-session" : "sshd"}[${hour}]: Accepted publickey for ada from 192.0.2.9 port ${port} ssh2`,
  )
  for (const unit of ["man-db", "apt-daily"]) {
    lines.push(`systemd[1]: ${unit}.service: ${upgraded ? "Deactivated successfully" : "Succeeded"}.`)
  }
  if (time === 3) lines.push(`backupd[${hour}]: nightly run of home finished`)
  if (!isWeekend && time >= 8 && time < 18) lines.push(`officed[9]: badge ${1_000 + hour} opened door 7`)
  // Something like it, on the second weekend, while the office is silent as it is every weekend.
  if (day === 12) lines.push(`officed[9]: badge ${1_000 + hour} opened window 7`)
  // A guest stays away from the second week on; what a visitor does, like it by a word, was always reported.
  if (day < 7) lines.push("guestd[5]: session of guest began")
  if (time % 6 === 0) lines.push("guestd[5]: session of visitor began")
  if (hour % 5 === 0) lines.push("app[3]: something that no rule knows")
  return lines
}

class Network {
  readonly mails: string[] = []
  readonly clock = new ManualClock(MONDAY)
  readonly #pipeline: Pipeline
  readonly #collector: Collector
  readonly #reporter: Reporter
  #stored: Promise<void> = Promise.resolve()

  constructor(store: TallyStore, directory: string) {
    const { judges, quarantined } = compileHostJudges([HOST], new Map([["own", SET]]))
    assert.deepEqual(quarantined, [])
    const book = new TallyBook()
    const now = () => this.clock.now()
    const activity = new RuleActivityBook(judges, [SET])
    const listeners = { book, ownMails: new OwnMails(), ear: new HeardPrograms(), now }
    this.#pipeline = new Pipeline({ resolver: new HostResolver([HOST]), judges, ...listeners })
    this.#collector = new Collector({
      id: "c",
      listeners: [],
      book,
      takePrograms: () => undefined,
      takeActivity(content, isLast) {
        if (content !== undefined) activity.hear(content.tallies)
        return activity.take(now(), isLast)
      },
      send: (batch) => {
        this.#stored = this.#reporter.accept(batch).then(() => this.#collector.acknowledge(batch))
      },
    })
    const use = { hosts: [HOST], ruleSets: new Map([["own", SET]]), quarantined: [] }
    const log = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} }
    const parts = {
      digest: DIGEST,
      quarantined: [],
      ruleSets: new Map(),
      refusedReload: undefined,
      hosts: ANY_HOST,
      findRot: findRot.bind(undefined, store, use),
    }
    const settings = () => ({
      digest: DIGEST,
      courier: {
        domain: "example.org",
        deliver: async ({ mail: { text } }: Outgoing) => {
          this.mails.push(text)
          return { answer: "250 OK", refused: [] }
        },
      },
      makeReport: (pile: Pile, nowMs: number) => makeReport(pile, parts, store, nowMs),
    })
    this.#reporter = new Reporter({
      store,
      digests: [DIGEST],
      makeOutbox: () => new Outbox({ announcer: UNANNOUNCED, store, owner: "one", settings, log }),
      unstored: unstoredBatches(directory),
      flushCollectors: () => this.#collector.flush(),
      tidy: async () => {},
      log,
      clock: this.clock,
    })
  }

  async start(): Promise<void> {
    await this.#reporter.start()
    await this.clock.asleep(2)
  }

  async stop(): Promise<void> {
    await this.#reporter.stop(Promise.resolve(), AbortSignal.abort())
  }

  async pass(fromHour: number, toHour: number, upgraded: boolean): Promise<void> {
    for (let hour = fromHour; hour < toHour; hour += 1) {
      for (const line of hourOf(hour, upgraded)) {
        const bytes = Buffer.from(`<38>Nov  2 00:00:00 web1 ${line}`)
        this.#pipeline.accept(PEER, bytes, 0, bytes.length)
      }
      this.#collector.beat()
      await this.#stored
      this.clock.advance(HOUR)
      await this.clock.asleep(2)
    }
  }
}

const SILENT = /^\/rules\/own:(\d) has matched no line since/gm
const silentIn = (mail: string | undefined) => [...(mail ?? "").matchAll(SILENT)].map(([, line]) => Number(line))

function weeks(name: string, open: (directory: string) => Promise<{ store: TallyStore; close(): Promise<void> }>) {
  test(`with ${name}, two weeks pass without an alarm, and the first mail after an upgrade has one`, async (t) => {
    const directory = await mkdtemp(join(tmpdir(), "tamis-rot-"))
    const { store, close } = await open(directory)
    const network = new Network(store, directory)
    t.after(async () => {
      await network.stop()
      await close()
      await rm(directory, { recursive: true })
    })
    await network.start()
    // To Monday, nine in the morning: nights, a weekend, and a guest who stays away.
    await network.pass(0, 14 * 24 + 9, false)
    assert.equal(network.mails.length, 15)
    assert.deepEqual(network.mails.flatMap(silentIn), [])

    await network.pass(14 * 24 + 9, 17 * 24, true)
    const [, , upgrade, ...later] = network.mails.slice(13)
    assert.deepEqual(silentIn(upgrade), [2, 1])
    assert.match(upgrade ?? "", /At\s+the\s+end\s+of\s+this\s+mail:\s+2\s+rules\s+that\s+stopped\s+matching\./)
    for (const proposal of [
      "sshd(-session)?\\[${PID}\\]: Accepted",
      "[^ ]+: (Succeeded|Deactivated successfully)\\.$",
    ]) {
      assert.ok(upgrade?.includes(proposal), proposal)
    }
    assert.match(
      upgrade ?? "",
      /New, similar lines since then \(22 lines in 1 group\):\n\nNov {2}2 00:00:00 web1 sshd-session\[345\]/,
    )
    // As long as it is so, every mail that shows the lines says why.
    assert.deepEqual(
      later.map(silentIn),
      later.map(() => [2, 1]),
    )
  })
}

describe("weeks of a network", () => {
  weeks("SQLite", async (directory) => {
    const store = sqliteStore({ file: join(directory, "tamis.db") })
    return { store, close: async () => {} }
  })

  describe("in Redis", { skip: withoutRedisServer }, () => {
    weeks("Redis", async () => {
      const server = await startRedisServer()
      return { store: redisStore({ url: server.url, keyPrefix: "t:" }), close: () => server.stop() }
    })
  })
})

test("tamis serve reports a failing rule in the mail, and a reload with the proposed change ends that", async (t) => {
  const directory = await mkdtemp(join(tmpdir(), "tamis-rot-"))
  const mailbox = await startMailbox()
  const configuration = join(directory, "tamis.yml")
  const ruleFile = join(directory, "rules/ignore.d.server/own")
  await mkdir(join(directory, "rules/ignore.d.server"), { recursive: true })
  await writeFile(ruleFile, RULES)
  await writeFile(
    configuration,
    `listen: { udp: [], tcp: ["127.0.0.1:0"] }
ruleSets: { own: rules }
hosts: [{ name: "*", rules: [own] }]
digests: [{ name: lan, schedule: "* * * * * *", send: leftovers, to: [marie@example.org] }]
mail: { smtp: { host: localhost, port: ${mailbox.port}, tls: none, from: tamis@example.org } }
store: { sqlite: state/tamis.db }
stateDirectory: state
`,
  )
  // What an earlier run counted: the rule hit twice an hour for a week, until two hours ago.
  const store = sqliteStore({ file: join(directory, "state/tamis.db") })
  await store.open()
  const [ssh = assert.fail("no rule")] = SET.rules
  const sample = "Nov  2 00:00:00 web1 sshd[7]: Accepted publickey for ada from 192.0.2.9 port 40000 ssh2"
  const lastMs = Date.now() - 2 * HOUR
  for (let sequence = 1; sequence <= 336; sequence += 1) {
    const atMs = lastMs - (336 - sequence) * (HOUR / 2)
    const rules = new Map([[ruleKey("own", ssh), { count: 1, sample }]])
    await store.addActivity({ collector: "earlier", sequence }, { atMs, lines: 1, rules, programs: [] })
  }
  // And a rule that is in no rule set any more.
  const gone = { atMs: Date.now() - 40 * 24 * HOUR, lines: 1, rules: new Map([["gone", { count: 1 }]]), programs: [] }
  await store.addActivity({ collector: "long ago", sequence: 1 }, gone)
  await store.close()

  const tamis = await startTamis(configuration)
  t.after(async () => {
    await tamis.kill()
    await mailbox.stop()
    await rm(directory, { recursive: true })
  })
  const line = "<38>Nov 23 18:00:00 web1 sshd-session[8]: Accepted publickey for ada from 192.0.2.9 port 40001 ssh2\n"
  await sendStream(tamis.ports.tcp, [line, line])
  const { parsed } = await mailbox.next()
  const change = "sshd(-session)?\\[${PID}\\]: Accepted publickey"
  assert.match(
    parsed.text ?? "",
    /\nRules that stopped matching\n[=-]+\n\S+ignore\.d\.server\/own:1\s+has\s+matched\s+no\s+line/,
  )
  assert.ok(parsed.text?.includes(change))
  assert.ok(typeof parsed.html === "string" && parsed.html.includes("Rules that stopped matching"))

  await writeFile(ruleFile, RULES.replace("sshd\\[${PID}\\]: Accepted publickey", change))
  const before = tamis.log.length
  process.kill(tamis.pid, "SIGHUP")
  await tamis.loggedSince(before, "Reloaded.")
  await sendStream(tamis.ports.tcp, [line, "<38>Nov 23 18:00:00 web1 app[3]: something else\n"])
  const next = (await mailbox.next()).parsed.text ?? ""
  assert.match(next, /2 lines from 1 host; 1 to read/)
  assert.doesNotMatch(next, /stopped matching/)
  assert.equal(await tamis.stop(), 0)

  await store.open()
  const { rules: records } = await store.ruleHistory()
  await store.close()
  assert.equal(records.get(ruleKey("own", ssh))?.hits, 336)
  assert.equal(records.has("gone"), false)
})
