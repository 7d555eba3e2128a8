/** Which silences a digest names, and when. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import type { Cadence, Heard } from "../../src/cadence/cadence.ts"
import { hearAll, type Presence } from "../../src/cadence/presence.ts"
import { type NamedSilence, silenceNews, silencesAt } from "../../src/cadence/silences.ts"
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/units.ts"

const T0 = Date.UTC(2026, 7, 3)
const LEARNED = { silenceMs: () => undefined }

/** Hears these senders each ten minutes, unless they are away, from `from` to `until` minutes. tamis is there all the time. */
class Network {
  presence: Presence = { beatMs: T0, resumedMs: T0, senders: new Map() }
  nowMs = T0

  pass(ms: number, senders: readonly string[], isServed = true): this {
    const until = this.nowMs + ms
    for (; this.nowMs < until; this.nowMs += 2 * MINUTE_MS) {
      if (!isServed) continue
      const isTime = (this.nowMs - T0) % (10 * MINUTE_MS) === 0
      const at = { firstMs: this.nowMs, lastMs: this.nowMs }
      const heard = new Map<string, Heard>(isTime ? senders.map((sender) => [sender, at]) : [])
      const { attendance, senders: changed } = hearAll(this.presence, this.presence.senders, heard, this.nowMs, 100)
      const all = new Map<string, Cadence>([...this.presence.senders, ...changed])
      this.presence = { ...attendance, senders: all }
    }
    return this
  }

  get silent(): string[] {
    return silencesAt(this.presence, LEARNED, this.nowMs).map(({ host, program = "" }) => `${host} ${program}`.trim())
  }

  news(named: readonly NamedSilence[], takes = (_: string) => true) {
    const span = { opensAtMs: this.nowMs - HOUR_MS, closesAtMs: this.nowMs, nowMs: this.nowMs }
    return silenceNews({ presence: this.presence, named, takes, ...LEARNED, ...span })
  }
}

const ALL = ["web1", "web2", "nas1", "nas1 smartd"]

describe("silences", () => {
  test("a host that stops is silent, its programs are not named beside it, and the others speak", () => {
    const network = new Network().pass(20 * DAY_MS, ALL).pass(HOUR_MS, ["web1", "web2"])
    assert.deepEqual(network.silent, ["nas1"])
  })

  test("a program that stops on a host that speaks is named", () => {
    const network = new Network().pass(20 * DAY_MS, ALL).pass(HOUR_MS, ["web1", "web2", "nas1"])
    assert.deepEqual(network.silent, ["nas1 smartd"])
  })

  test("if no host speaks, one silence says so", () => {
    const network = new Network().pass(20 * DAY_MS, ALL).pass(HOUR_MS, [])
    assert.deepEqual(network.silent, [""])
  })

  test("after no host spoke, nobody is silent until all had the time to come back", () => {
    const network = new Network()
      .pass(20 * DAY_MS, ALL)
      .pass(5 * HOUR_MS, [])
      .pass(20 * MINUTE_MS, ["web1"])
    assert.deepEqual(network.silent, [])
    network.pass(HOUR_MS, ["web1", "web2"])
    assert.deepEqual(network.silent, ["nas1"])
  })

  test("a stop of tamis is no silence of hosts", () => {
    const network = new Network()
      .pass(20 * DAY_MS, ALL)
      .pass(DAY_MS, [], false)
      .pass(10 * MINUTE_MS, ["web1"])
    assert.deepEqual(network.silent, [])
  })

  test("an operator's expectation needs no history, and `never` is never silent", () => {
    const { presence, nowMs } = new Network().pass(HOUR_MS, ["nas1", "web1"]).pass(40 * MINUTE_MS, ["web1"])
    const wanted = (ms: number) => silencesAt(presence, { silenceMs: () => ms }, nowMs).map(({ host }) => host)
    assert.deepEqual([wanted(30 * MINUTE_MS), wanted(2 * HOUR_MS), wanted(0)], [["nas1"], [], []])
  })
})

describe("a digest's news of silences", () => {
  test("a silence is named once, and once when it ends", () => {
    const network = new Network().pass(20 * DAY_MS, ALL).pass(HOUR_MS, ["web1", "web2"])
    const first = network.news([])
    assert.deepEqual(
      first.silent.map(({ host }) => host),
      ["nas1"],
    )
    const second = network.pass(HOUR_MS, ["web1", "web2"]).news(first.named)
    assert.deepEqual([second.silent, second.back], [[], []])
    const third = network.pass(HOUR_MS, ALL).news(second.named)
    assert.deepEqual(third.silent, [])
    const [back] = third.back
    assert.deepEqual([back?.host, third.back.length, third.named], ["nas1", 1, []])
    assert.equal((back?.untilMs ?? 0) - (back?.sinceMs ?? 0), 2 * HOUR_MS + 10 * MINUTE_MS)
  })

  test("a silence between two mails of a day is named afterwards", () => {
    const network = new Network()
      .pass(20 * DAY_MS, ALL)
      .pass(HOUR_MS, ["web1", "web2"])
      .pass(20 * MINUTE_MS, ALL)
    assert.deepEqual(
      network.news([]).back.map(({ host }) => host),
      ["nas1"],
    )
  })

  test("a digest hears nothing of hosts that it does not take", () => {
    const network = new Network().pass(20 * DAY_MS, ALL).pass(HOUR_MS, ["web1", "web2"])
    assert.deepEqual(network.news([], (host) => host !== "nas1").silent, [])
  })

  test("a forgotten host leaves what was named", () => {
    const network = new Network().pass(20 * DAY_MS, ["web1", "web2"])
    assert.deepEqual(network.news([{ host: "nas1", sinceMs: T0 }]).named, [])
  })
})
