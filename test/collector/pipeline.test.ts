import assert from "node:assert/strict"
import { describe, test } from "node:test"
import fc from "fast-check"
import { OwnMails } from "../../src/collector/own-mails.ts"
import { Pipeline } from "../../src/collector/pipeline.ts"
import type { HostConfig } from "../../src/hosts/host-config.ts"
import type { Peer } from "../../src/hosts/peer.ts"
import { HostResolver, MAX_NAMES_PER_PEER } from "../../src/hosts/resolve.ts"
import { compileHostJudges } from "../../src/rules/host-judges.ts"
import type { Rule, RuleDirectory } from "../../src/rules/rule.ts"
import type { HostCounters } from "../../src/tally/counters.ts"
import { HeardPrograms } from "../../src/tally/heard-programs.ts"
import { type BatchContent, TallyBook } from "../../src/tally/tally-book.ts"

const NOW = Date.parse("2026-11-23T18:00:00Z")
const STRANGER: Peer = { address: "192.0.2.7", transport: "udp" }
const ROUTER: Peer = { address: "192.0.2.1", transport: "udp" }

function host(name: string, addresses: readonly string[] = []): HostConfig {
  return {
    name,
    addresses,
    hostnames: [],
    relay: false,
    rules: ["own"],
    level: "server",
    variables: new Map([["WAN_IF", name === "router" ? "ppp0" : "eth0"]]),
    crackingIgnore: false,
    alarms: true,
  }
}

function rule(directory: RuleDirectory, text: string): Rule {
  return { directory, file: "own", path: `/rules/${directory}/own`, line: 1, text, samples: [] }
}

const HOSTS = [host("router", [ROUTER.address]), host("*")]

const RULES = [
  rule("ignore.d.server", "^${HEAD} backupd\\[${PID}\\]: finished$"),
  rule("ignore.d.server", "^${HEAD} kernel: IN=${WAN_IF} DROP$"),
  rule("violations.d", "FAILED SU"),
  rule("cracking.d", "promiscuous mode"),
]

class Scene {
  readonly book = new TallyBook()
  readonly ownMails = new OwnMails()
  readonly programs = new HeardPrograms()
  readonly pipeline: Pipeline

  constructor() {
    const { judges } = compileHostJudges(HOSTS, new Map([["own", { name: "own", directory: "/rules", rules: RULES }]]))
    this.pipeline = new Pipeline({
      resolver: new HostResolver(HOSTS),
      judges,
      book: this.book,
      ownMails: this.ownMails,
      ear: this.programs,
      now: () => NOW,
    })
  }

  /** Sends frames, each from the middle of a larger buffer, as transports do. */
  send(peer: Peer, ...frames: readonly (string | Uint8Array)[]): this {
    for (const frame of frames) {
      const bytes = Buffer.concat([Buffer.from("<0>before"), Buffer.from(frame), Buffer.from("behind")])
      this.pipeline.accept(peer, bytes, 9, bytes.length - 6)
    }
    return this
  }

  take(): BatchContent {
    return this.book.take() ?? { tallies: [], hosts: new Map(), losses: new Map() }
  }
}

function sums(counters: HostCounters | undefined): readonly number[] {
  if (counters === undefined) return []
  const { received, ignored, reported, rejected } = counters
  return [received, ignored, reported, rejected]
}

test("each line is counted once for its host, as ignored, reported or rejected", () => {
  const { hosts } = new Scene()
    .send(STRANGER, "<30>Nov 23 18:00:00 web1 backupd[7]: finished", "<30>Nov 23 18:00:01 web1 backupd[8]: finished")
    .send(STRANGER, "<37>Nov 23 18:00:02 web1 su[9]: FAILED SU (to root) ada", "<29>Nov 23 18:00:03 web1 app: what?")
    .send(STRANGER, "<29>Nov 23 18:00:03 db1 app: what?", "<30>Nov 23 18:00:00 web1 backupd[9]: finished")
    .take()
  assert.deepEqual(sums(hosts.get("web1")), [5, 3, 2, 0])
  assert.deepEqual(sums(hosts.get("db1")), [1, 0, 1, 0])
  assert.equal(hosts.size, 2)
})

test("a tally has the section, the rule and the canonical line of the verdict", () => {
  const { tallies } = new Scene()
    .send(STRANGER, "<37>1 2026-11-23T18:00:02.5Z web1 su 9 - - FAILED SU (to root) ada")
    .send(STRANGER, "<33>Nov 23 18:00:03 web1 sniffer: promiscuous mode entered\n")
    .send(STRANGER, "<29>Nov 23 18:00:04 web1 app: what?")
    .take()
  const told = tallies.map(({ layer, sections, rules, program, samples }) => ({
    layer,
    sections,
    rules,
    program,
    samples,
  }))
  assert.deepEqual(told, [
    {
      layer: "violations",
      sections: ["Security Events for own"],
      rules: ["/rules/violations.d/own:1"],
      program: "su",
      samples: ["Nov 23 18:00:02 web1 su[9]: FAILED SU (to root) ada"],
    },
    {
      layer: "cracking",
      sections: ["Security Alerts for own"],
      rules: ["/rules/cracking.d/own:1"],
      program: "sniffer",
      samples: ["Nov 23 18:00:03 web1 sniffer: promiscuous mode entered"],
    },
    {
      layer: "system",
      sections: ["System Events"],
      rules: [],
      program: "app",
      samples: ["Nov 23 18:00:04 web1 app: what?"],
    },
  ])
})

test("a line is judged by the rules of its sender, whatever host name it claims", () => {
  const line = "<4>Nov 23 18:00:00 web1 kernel: IN=ppp0 DROP"
  const { hosts } = new Scene().send(ROUTER, line).send(STRANGER, line).take()
  assert.deepEqual(sums(hosts.get("router")), [1, 1, 0, 0])
  assert.deepEqual(sums(hosts.get("web1")), [1, 0, 1, 0])
})

test("an empty frame is rejected, and counted for its peer", () => {
  const { hosts, tallies } = new Scene().send(STRANGER, "", "\n", "\n\n", "\u0000").take()
  assert.deepEqual(sums(hosts.get(STRANGER.address)), [4, 0, 0, 4])
  assert.deepEqual(tallies, [])
})

test("a frame that is not syslog is judged as well", () => {
  const { hosts, tallies } = new Scene()
    .send(STRANGER, "GET / HTTP/1.1", "\u0016\u0003\u0001\u0002", "<999999>x")
    .take()
  assert.deepEqual(
    hosts.values().reduce((sum, { reported }) => sum + reported, 0),
    3,
  )
  assert.equal(tallies.length, 3)
})

test("no sample has a control character", () => {
  const { tallies } = new Scene()
    .send(STRANGER, "<13>Nov 23 18:00:00 web1 app: \u001b[2J\u0000\u0007\r\n\u009b31m\u007f end")
    .take()
  assert.match(tallies[0]?.samples[0] ?? "", /#033\[2J#000#007#015#012.* end$/)
  assert.doesNotMatch(tallies[0]?.samples[0] ?? "", /[\u0000-\u001f\u007f]/)
})

test("ten thousand invented host names of one peer become a hundred hosts and the peer itself", () => {
  const at = new Scene()
  for (let n = 0; n < 10_000; n += 1) at.send(STRANGER, `<13>Nov 23 18:00:00 invented-${n} app: text`)
  const { hosts } = at.take()
  assert.equal(hosts.size, MAX_NAMES_PER_PEER + 1)
  assert.equal(hosts.get(STRANGER.address)?.received, 10_000 - MAX_NAMES_PER_PEER)
})

test("arbitrary frames never throw, and every host's sums add up", () => {
  const at = new Scene()
  const peers = fc.constantFrom(STRANGER, ROUTER, { address: "2001:db8::1", transport: "tcp" } as const)
  const almostSyslog = fc
    .tuple(
      fc.constantFrom("<13>", "<13>1 ", "<", "<999>", ""),
      fc.constantFrom("Nov 23 18:00:00 ", "2026-11-23T18:00:00Z ", "Nov 99 ", "- "),
      fc.constantFrom("web1 ", "- ", "\u001b[31m ", "192.0.2.9 ", ""),
      fc.constantFrom("su[7]: ", "kernel: ", "- - - ", '- - [a b="]"] ', "[x"),
      fc.string({ unit: "binary" }),
    )
    .map((parts) => Buffer.from(parts.join("")))
  const frames = fc.oneof(fc.uint8Array({ maxLength: 200 }), almostSyslog)
  fc.assert(
    fc.property(fc.array(fc.tuple(peers, frames), { maxLength: 50 }), (sent) => {
      for (const [peer, frame] of sent) at.send(peer, frame)
      const { hosts, tallies } = at.take()
      let received = 0
      for (const [name, counters] of hosts) {
        received += counters.received
        assert.equal(counters.received, counters.ignored + counters.reported + counters.rejected)
        const tallied = tallies.filter((tally) => tally.host === name).reduce((sum, { count }) => sum + count, 0)
        assert.equal(counters.reported, tallied)
        assert.match(name, /^[\x21-\x7e]{1,255}$/)
      }
      assert.equal(received, sent.length)
      for (const { samples } of tallies) for (const sample of samples) assert.doesNotMatch(sample, /[\u0000-\u001f]/)
    }),
    { numRuns: 300 },
  )
})

test("a line's severity is counted if it has a PRI", () => {
  const at = new Scene()
    .send(STRANGER, "<27>Nov 23 18:00:00 web1 app: what?", "<30>Nov 23 18:00:01 web1 app: what?")
    .send(STRANGER, "<27>1 2026-11-23T18:00:02Z web1 app - - - what?", "Nov 23 18:00:03 web1 app: what?")
  const [tally, ...others] = at.take().tallies
  assert.deepEqual(others, [])
  assert.equal(tally?.count, 4)
  assert.deepEqual(tally.severities, [0, 0, 0, 2, 0, 0, 1, 0])
})

describe("a message that stands for others", () => {
  const DONE = "Nov 23 17:45:00 web1 backupd[7]: finished"
  const ODD = "Nov 23 17:45:00 web1 app[7]: odd user ada"
  const LAST = "Nov 23 17:45:30 web1 last message repeated 17 times"

  interface Case {
    readonly name: string
    readonly frames: readonly string[]
    /** received, ignored, reported, rejected */
    readonly sums: readonly number[]
    /** Counts by sample. */
    readonly counts: Readonly<Record<string, number>>
  }
  const cases: readonly Case[] = [
    {
      name: "message repeated 3 times: [ X] counts as three X",
      frames: [ODD, "Nov 23 17:45:09 web1 app[7]: message repeated 3 times: [ odd user ada]"],
      sums: [4, 0, 4, 0],
      counts: { [ODD]: 4 },
    },
    {
      name: "message repeated: [ X] is ignored by a rule for X",
      frames: ["Nov 23 17:45:09 web1 backupd[7]: message repeated 4 times: [ finished]"],
      sums: [4, 4, 0, 0],
      counts: {},
    },
    {
      name: "last message repeated counts the reported line",
      frames: [ODD, LAST],
      sums: [18, 0, 18, 0],
      counts: { [ODD]: 18 },
    },
    {
      name: "last message repeated counts the ignored line",
      frames: [ODD, DONE, LAST],
      sums: [19, 18, 1, 0],
      counts: { [ODD]: 1 },
    },
    {
      name: "last message repeated counts the same line again when it comes again",
      frames: [ODD, LAST, LAST.replace("17 times", "1 time")],
      sums: [19, 0, 19, 0],
      counts: { [ODD]: 19 },
    },
    {
      name: "last message repeated counts the line of its own host",
      frames: [ODD, DONE.replace("web1", "db1"), LAST],
      sums: [18, 0, 18, 0],
      counts: { [ODD]: 18 },
    },
    {
      name: "last message repeated without a line before is judged as it stands",
      frames: [LAST],
      sums: [1, 0, 1, 0],
      counts: { [LAST]: 1 },
    },
    {
      name: "a text that only looks like it is judged as it stands",
      frames: [`${LAST}, again`, "Nov 23 17:45:09 web1 app[7]: message repeated 0 times: [ x]"],
      sums: [2, 0, 2, 0],
      counts: { [`${LAST}, again`]: 1, "Nov 23 17:45:09 web1 app[7]: message repeated 0 times: [ x]": 1 },
    },
  ]
  for (const { name, frames, sums: wanted, counts } of cases) {
    test(name, () => {
      const { hosts, tallies } = new Scene().send(STRANGER, ...frames).take()
      assert.deepEqual(sums(hosts.get("web1")), wanted)
      const ofWeb1 = tallies.filter(({ host }) => host === "web1")
      assert.deepEqual(Object.fromEntries(ofWeb1.map(({ samples, count }) => [samples[0], count])), counts)
    })
  }

  test("last message repeated counts in a later batch, and not for the line of another sender", () => {
    const scene = new Scene().send(STRANGER, ODD)
    scene.take()
    const [tally] = scene.send(STRANGER, LAST).take().tallies
    assert.deepEqual([tally?.count, tally?.samples], [17, [ODD]])
    const other: Peer = { address: "192.0.2.8", transport: "udp" }
    const [unknown] = scene.send(other, LAST).take().tallies
    assert.deepEqual([unknown?.count, unknown?.samples], [1, [LAST]])
  })
})

test("a line of a mail server about a mail of tamis is ignored and counted, unless it is raised or an alarm", () => {
  const scene = new Scene()
  const messageId = "tamis.8e39570af7c349ae8f4c20e3cdd8fd93@example.org"
  scene.ownMails.announce({ messageId, sender: "tamis@example.org", sentFrom: [], atMs: NOW, answer: undefined })
  const line = `postfix/cleanup[6]: AF5E22894B4: message-id=<${messageId}>`
  const { hosts, tallies } = scene
    .send(STRANGER, `<22>Nov 23 18:00:00 web1 ${line}`)
    .send(STRANGER, `<22>Nov 23 18:00:00 web1 ${line} FAILED SU`)
    .send(STRANGER, `<22>Nov 23 18:00:00 web1 ${line} promiscuous mode`)
    // Severity crit.
    .send(STRANGER, `<18>Nov 23 18:00:00 web1 ${line}`)
    .send(STRANGER, `<22>Nov 23 18:00:00 web1 app[6]: ${messageId}`)
    .take()
  assert.deepEqual(sums(hosts.get("web1")), [5, 1, 4, 0])
  assert.equal(hosts.get("web1")?.own_mail, 1)
  assert.deepEqual(tallies.map(({ layer, alarm }) => alarm ?? layer).sort(), [
    "cracking",
    "severity",
    "system",
    "violations",
  ])
})

test("a program is heard whatever the rules make of its line, about once a minute", () => {
  const at = new Scene().send(
    STRANGER,
    "<13>Nov 23 18:00:00 web1 backupd[7]: finished",
    "<13>Nov 23 18:00:00 web1 other[3]: unknown",
    "<13>Nov 23 18:00:00 web1 backupd[8]: finished",
  )
  const heard = { firstMs: NOW, lastMs: NOW }
  assert.deepEqual(
    at.programs.take(NOW, false),
    new Map([
      ["web1 backupd", heard],
      ["web1 other", heard],
    ]),
  )
  at.send(STRANGER, "<13>Nov 23 18:00:00 web1 other[3]: unknown")
  assert.equal(at.programs.take(NOW + 1, false), undefined)
  assert.deepEqual(at.programs.take(NOW + 60_000, false), new Map([["web1 other", heard]]))
})
