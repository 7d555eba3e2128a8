/** One host under several names: `web1`, `web1.` and `web1.example.org` of one sender. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import type { HostConfig } from "../../src/hosts/host-config.ts"
import { HostResolver } from "../../src/hosts/resolve.ts"

function entry(name: string, match: { addresses?: string[]; hostnames?: string[]; relay?: boolean } = {}): HostConfig {
  const { addresses = [], hostnames = [], relay = false } = match
  const judged = { rules: [], level: "server" as const, variables: new Map(), crackingIgnore: false, alarms: true }
  return { name, addresses, hostnames, relay, ...judged }
}

const PEER = "203.0.113.5"
const RELAY = "192.0.2.9"

const table: [name: string, entries: HostConfig[], messages: [address: string, claim: string, host: string][]][] = [
  [
    "a final dot is no part of the name",
    [],
    [
      [PEER, "web1.", "web1"],
      [PEER, "web1", "web1"],
    ],
  ],
  [
    "the short name first: the long one is the same host",
    [],
    [
      [PEER, "web1", "web1"],
      [PEER, "web1.example.org", "web1"],
      [PEER, "WEB1.example.org.", "web1"],
    ],
  ],
  [
    "the long name first: the short one is the same host",
    [],
    [
      [PEER, "web1.example.org", "web1.example.org"],
      [PEER, "web1", "web1.example.org"],
    ],
  ],
  [
    "another peer's short name is another host's",
    [],
    [
      [PEER, "web1.example.org", "web1.example.org"],
      ["203.0.113.6", "web1", "web1"],
    ],
  ],
  [
    "a relay carries two hosts with one short name",
    [entry("hub", { addresses: [RELAY], relay: true })],
    [
      [RELAY, "web1.a.example", "web1.a.example"],
      [RELAY, "web1", "web1.a.example"],
      [RELAY, "web1.b.example", "web1.b.example"],
      [RELAY, "web1", "web1"],
      [RELAY, "web1.a.example", "web1.a.example"],
      [RELAY, "web1.b.example", "web1.b.example"],
    ],
  ],
  [
    "the short name keeps the first long one, and a second one is another host",
    [],
    [
      [PEER, "web1", "web1"],
      [PEER, "web1.a.example", "web1"],
      [PEER, "web1.b.example", "web1.b.example"],
      [PEER, "web1.a.example", "web1"],
    ],
  ],
  [
    "the configuration's long name wins",
    [entry("web1.example.org")],
    [
      [PEER, "web1", "web1.example.org"],
      [PEER, "web1.example.org", "web1.example.org"],
    ],
  ],
  [
    "the configuration's short name wins",
    [entry("web1")],
    [
      [PEER, "web1.example.org", "web1"],
      [PEER, "web1", "web1"],
    ],
  ],
  [
    "a short name that two entries have is no entry's",
    [entry("web1.a.example"), entry("web1.b.example")],
    [
      [PEER, "web1", "web1"],
      [PEER, "web1.a.example", "web1.a.example"],
    ],
  ],
  [
    "a stranger cannot take the name of an entry with addresses by leaving out the domain",
    [entry("router.example.org", { addresses: ["192.0.2.1"] })],
    [[PEER, "router", PEER]],
  ],
  [
    "addresses have no short form",
    [entry("hub", { addresses: [RELAY], relay: true })],
    [
      [RELAY, "10.0.0.1", "10.0.0.1"],
      [RELAY, "10.0.0.2", "10.0.0.2"],
      [RELAY, "10", "10"],
    ],
  ],
]

describe("the names of one host", () => {
  for (const [name, entries, messages] of table) {
    test(name, () => {
      const resolver = new HostResolver([...entries, entry("*")])
      const peers = new Map(messages.map(([address]) => [address, { address, transport: "udp" as const }]))
      const hosts = messages.map(([address, claim]) => {
        const bytes = Buffer.from(claim)
        return resolver.resolve(peers.get(address)!, bytes, 0, bytes.length).name
      })
      assert.deepEqual(
        hosts,
        messages.map(([, , host]) => host),
      )
    })
  }

  test("names of many labels are forgotten, and the others stay bounded", () => {
    const resolver = new HostResolver([entry("hub", { addresses: [RELAY], relay: true }), entry("*")])
    const peer = { address: RELAY, transport: "udp" as const }
    const resolve = (claim: string) => resolver.resolve(peer, Buffer.from(claim), 0, claim.length).name
    resolve("web1")
    for (let number = 0; number < 20_000; number += 1) resolve(`host${number}.example.org`)
    assert.equal(resolve("web1.example.org"), "web1.example.org")
  })
})
