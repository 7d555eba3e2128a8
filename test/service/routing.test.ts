import assert from "node:assert/strict"
import { describe, test } from "node:test"
import type { DigestConfig } from "../../src/config/config.ts"
import { Routing } from "../../src/service/routing.ts"
import type { Batch } from "../../src/tally/batch.ts"
import { OTHER_HOSTS } from "../../src/tally/coarsen.ts"
import { makeTally, makeWindow } from "../report/make.ts"

function digest(name: string, ...hosts: string[]): DigestConfig {
  return {
    name,
    hosts,
    schedule: "0 * * * *",
    timeZone: "UTC",
    recipients: [],
    subject: "%d",
    send: "leftovers",
    daily: "0 7 * * *",
    suggestedRules: 0,
    attachRules: false,
    maxBytes: 65_536,
  }
}

const NETWORK = [digest("servers", "web*", "db*"), digest("web", "web*", "proxy"), digest("routers", "gw-*")]

function batch(fields: Parameters<typeof makeWindow>[0]): Batch {
  return { collector: "c", sequence: 1, ...makeWindow(fields) }
}

const table: [name: string, host: string, digests: string[]][] = [
  ["a host in one digest", "db1", ["servers"]],
  ["a host in two digests is in both", "web1", ["servers", "web"]],
  ["a host is routed by its first label", "gw-1.example.org", ["routers"]],
  ["a host in no digest is in the first one, so that no line is lost to a typing error", "printer", ["servers"]],
  ["the hosts beyond the limit, which share one name, are in the first digest", OTHER_HOSTS, ["servers"]],
]

describe("the digests of a host", () => {
  for (const [name, host, digests] of table) {
    test(`${name}: ${host}`, () => {
      const routing = new Routing(NETWORK)
      assert.deepEqual(routing.digestsOf(host), digests)
      assert.deepEqual(routing.digestsOf(host), digests, "and again, from memory")
    })
  }

  test("a digest of all hosts has the hosts beyond the limit", () => {
    const routing = new Routing([digest("web", "web*"), digest("all", "*")])
    assert.deepEqual(routing.digestsOf(OTHER_HOSTS), ["all"])
  })
})

describe("a batch", () => {
  test("a batch is split by host, and tallies and counters stay together", () => {
    const [web, db] = [makeTally({ host: "web1", count: 3 }), makeTally({ host: "db1", count: 2 })]
    const parts = new Routing(NETWORK).split(batch({ tallies: [web, db], ignored: { web1: 5, "gw-1": 7 } }))
    const counted = [...parts].map(([name, { tallies, hosts }]) => [
      name,
      tallies.map(({ host }) => host),
      [...hosts].map(([host, { received, ignored, reported }]) => [host, received, ignored, reported]),
    ])
    assert.deepEqual(counted, [
      [
        "servers",
        ["web1", "db1"],
        [
          ["web1", 8, 5, 3],
          ["db1", 2, 0, 2],
        ],
      ],
      ["web", ["web1"], [["web1", 8, 5, 3]]],
      ["routers", [], [["gw-1", 7, 7, 0]]],
    ])
  })

  test("a digest without a host of the batch gets no part", () => {
    const parts = new Routing(NETWORK).split(batch({ ignored: { db1: 1 } }))
    assert.deepEqual([...parts.keys()], ["servers"])
  })

  test("every digest gets the losses of a batch, since they may concern any host", () => {
    const parts = new Routing(NETWORK).split(batch({ ignored: { db1: 1 }, losses: { udp_kernel_drops: 3 } }))
    assert.deepEqual(
      [...parts].map(([name, { losses }]) => [name, losses.get("udp_kernel_drops")]),
      [
        ["servers", 3],
        ["web", 3],
        ["routers", 3],
      ],
    )
  })
})

test("routing stays correct for any number of invented names", () => {
  const routing = new Routing(NETWORK)
  for (let n = 0; n < 50_000; n += 1) assert.equal(routing.digestsOf(`gw-${n}`)[0], "routers")
  assert.deepEqual(routing.digestsOf("gw-0"), ["routers"])
  assert.deepEqual(routing.digestsOf("web1"), ["servers", "web"])
})

describe("a digest of some classes", () => {
  const ALARMS: DigestConfig = { ...digest("alarms", "*"), only: ["cracking", "alarming"] }
  const alarm = makeTally({ host: "web1", count: 3, alarm: "disk", samples: ["disk"] })
  const alert = makeTally({ host: "web1", count: 2, layer: "cracking", samples: ["sniffer"] })
  const event = makeTally({ host: "web1", count: 5, layer: "violations", samples: ["su"] })
  const plain = makeTally({ host: "db1", count: 7, samples: ["app"] })
  const all = batch({ tallies: [alarm, alert, event, plain], ignored: { web1: 9 }, losses: { udp_kernel_drops: 1 } })

  test("takes only lines of these classes, and counts only them", () => {
    const parts = new Routing([ALARMS, digest("all", "*")]).split(all)
    const part = parts.get("alarms")
    assert.deepEqual(part?.tallies, [alarm, alert])
    const { received, ignored, reported } = part?.hosts.get("web1") ?? assert.fail()
    assert.deepEqual([received, ignored, reported], [5, 0, 5])
    assert.deepEqual([[...(part?.hosts.keys() ?? [])], part?.losses.size], [["web1"], 0])
  })

  test("leaves all lines to the digests of all lines, also those of hosts that these do not name", () => {
    const parts = new Routing([ALARMS, digest("web", "web*")]).split(all)
    assert.equal(parts.get("web")?.tallies.length, 4)
    assert.equal(parts.get("web")?.hosts.get("web1")?.received, 19)
    assert.equal(parts.get("web")?.losses.get("udp_kernel_drops"), 1)
  })

  test("has no part if it takes no line", () => {
    const parts = new Routing([ALARMS, digest("all", "*")]).split(batch({ tallies: [plain], ignored: { web1: 9 } }))
    assert.deepEqual([...parts.keys()], ["all"])
    const elsewhere = new Routing([{ ...ALARMS, hosts: ["db*"] }, digest("all", "*")]).split(all)
    assert.equal(elsewhere.has("alarms"), false)
  })
})
