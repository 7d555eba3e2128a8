import assert from "node:assert/strict"
import test from "node:test"
import type { DigestConfig } from "../../src/config/config.ts"
import { Arrivals } from "../../src/replay/arrivals.ts"
import { judgementOnLogFiles } from "../../src/replay/log-file-peer.ts"

const HOST = { name: "*", addresses: [], hostnames: [], relay: false, rules: [] }
const CATCH_ALL = { ...HOST, level: "server", variables: new Map(), crackingIgnore: false, alarms: true } as const
const DIGEST: DigestConfig = {
  name: "default",
  hosts: ["*"],
  schedule: "0 * * * *",
  timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
  recipients: [],
  subject: "%t",
  send: "always",
  daily: "0 7 * * *",
  suggestedRules: 0,
  attachRules: false,
  maxBytes: 65_536,
}

/** The lines in each window, as `opens: lines`; windows without lines are left out. */
function windows(lines: readonly string[], nowMs: number): readonly string[] {
  const arrivals = new Arrivals(judgementOnLogFiles([CATCH_ALL], new Map()), [DIGEST], nowMs)
  for (const line of lines) {
    const bytes = Buffer.from(line)
    arrivals.take(bytes, 0, bytes.length)
  }
  return arrivals.finish().flatMap((digest) =>
    [...digest.closed()].flatMap(({ window, hosts }) => {
      const received = [...hosts.values()].reduce((sum, counters) => sum + counters.received, 0)
      return received === 0 ? [] : [`${new Date(window.opensAtMs).toString().slice(4, 21)}: ${received}`]
    }),
  )
}

const now = new Date(2026, 0, 3, 12).getTime()

test("lines without a year go on over New Year", () => {
  const lines = ["Dec 31 23:59:59 web1 app: a", "Jan  1 00:00:00 web1 app: b", "Jan  1 00:10:00 web1 app: c"]
  assert.deepEqual(windows(lines, now), ["Dec 31 2025 23:00: 1", "Jan 01 2026 00:00: 2"])
})

test("lines before the first time have this time", () => {
  assert.deepEqual(windows(["app: a", "app: b", "Jan  2 10:30:00 web1 app: c"], now), ["Jan 02 2026 10:00: 3"])
})

test("lines without any time are of now", () => {
  assert.deepEqual(windows(["app: a", "app: b"], now), ["Jan 03 2026 12:00: 2"])
})

test("the instant of closing is in the next window", () => {
  assert.deepEqual(windows(["Jan  2 10:59:59 web1 app: a", "Jan  2 11:00:00 web1 app: b"], now), [
    "Jan 02 2026 10:00: 1",
    "Jan 02 2026 11:00: 1",
  ])
})

test("more hosts than one peer may name keep their names", () => {
  const arrivals = new Arrivals(judgementOnLogFiles([CATCH_ALL], new Map()), [DIGEST], now)
  for (let host = 0; host < 300; host += 1) {
    const bytes = Buffer.from(`Jan  2 10:30:00 web${host} app: a`)
    arrivals.take(bytes, 0, bytes.length)
  }
  const [pile] = [...arrivals.finish()[0]!.closed()]
  assert.equal(pile?.hosts.size, 300)
  assert.equal(pile?.newHosts.size, 300)
})
