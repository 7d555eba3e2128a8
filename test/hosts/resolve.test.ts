import assert from "node:assert/strict"
import { describe, test } from "node:test"
import fc from "fast-check"
import type { Host } from "../../src/hosts/host.ts"
import type { HostConfig } from "../../src/hosts/host-config.ts"
import type { Peer } from "../../src/hosts/peer.ts"
import {
  HostResolver,
  MAX_HOST_NAME_LENGTH,
  MAX_NAMED_HOSTS,
  MAX_NAMES_PER_PEER,
  MAX_SENDERS,
} from "../../src/hosts/resolve.ts"

function entry(name: string, match: { addresses?: string[]; hostnames?: string[]; relay?: boolean } = {}): HostConfig {
  return {
    name,
    addresses: match.addresses ?? [],
    hostnames: match.hostnames ?? [],
    relay: match.relay ?? false,
    rules: [],
    level: "server",
    variables: new Map(),
    crackingIgnore: false,
    alarms: true,
  }
}

function peerAt(address: string): Peer {
  return { address, transport: "udp" }
}

function resolve(resolver: HostResolver, peer: Peer, claim: string | Buffer): Host {
  const bytes = Buffer.concat([Buffer.from("<13>"), Buffer.from(claim), Buffer.from(" su: text")])
  return resolver.resolve(peer, bytes, 4, 4 + Buffer.from(claim).length)
}

const NETWORK = [
  entry("router", { addresses: ["192.0.2.1"] }),
  entry("firewall", { addresses: ["192.0.2.2"], hostnames: ["firewall", "fw-*"] }),
  entry("lab-*", { addresses: ["10.1.0.0/16"] }),
  entry("bench", { addresses: ["10.1.9.0/24"] }),
  entry("hub", { addresses: ["192.0.2.9", "2001:db8::9"], relay: true }),
  entry("db?"),
  entry("printers", { hostnames: ["hp-*", "*.print.example.org"] }),
  entry("*"),
]

const table: [name: string, peer: string, claim: string, want: string, entry: string][] = [
  ["an address precedes any claim", "192.0.2.1", "firewall", "router", "router"],
  ["an address decides without a claim", "192.0.2.1", "", "router", "router"],
  ["a stranger cannot claim the name of an entry with addresses", "203.0.113.5", "router", "203.0.113.5", "*"],
  [
    "a stranger cannot claim the name of an entry with addresses by adding a domain",
    "203.0.113.5",
    "Router.example.org",
    "203.0.113.5",
    "*",
  ],
  ["a claim that the entry lists is believed", "203.0.113.5", "firewall", "firewall", "firewall"],
  ["a claim that a listed glob matches is believed", "203.0.113.5", "fw-7", "firewall", "firewall"],
  ["a claim of the name of an entry without match is believed", "203.0.113.5", "db1", "db1", "db?"],
  [
    "a pattern without dots matches a longer name, which the host keeps",
    "203.0.113.5",
    "db1.example.org",
    "db1.example.org",
    "db?",
  ],
  ["the case of a claim does not matter", "203.0.113.5", "DB1", "db1", "db?"],
  ["a pattern with dots matches whole names", "203.0.113.5", "x.print.example.org", "printers", "printers"],
  ["a stranger keeps the name it claims", "203.0.113.5", "mail.example.org", "mail.example.org", "*"],
  ["a stranger without a claim is named by its address", "203.0.113.5", "", "203.0.113.5", "*"],
  ["a nil claim is no claim", "203.0.113.5", "-", "203.0.113.5", "*"],
  ["localhost is no claim", "203.0.113.5", "localhost", "203.0.113.5", "*"],
  ["localhost.localdomain is no claim", "203.0.113.5", "LOCALHOST.localdomain", "203.0.113.5", "*"],
  ["a stranger cannot claim another's address", "203.0.113.5", "192.0.2.77", "203.0.113.5", "*"],
  ["a stranger cannot claim the name of a host of a glob entry", "203.0.113.5", "lab-1", "203.0.113.5", "*"],
  ["a host of a glob entry keeps its name", "10.1.2.3", "lab-1", "lab-1", "lab-*"],
  [
    "a host of a glob entry that claims another's name is named by its address",
    "10.1.2.3",
    "router",
    "10.1.2.3",
    "lab-*",
  ],
  [
    "a host of a glob entry whose claim the glob does not match is named by its address",
    "10.1.2.3",
    "mail",
    "10.1.2.3",
    "lab-*",
  ],
  ["the longest prefix wins", "10.1.9.3", "lab-1", "bench", "bench"],
  ["a relay is believed about names with addresses", "192.0.2.9", "router", "router", "router"],
  ["a relay is believed about addresses", "192.0.2.9", "192.0.2.1", "router", "router"],
  ["a relay is believed about addresses of strangers", "192.0.2.9", "198.51.100.4", "198.51.100.4", "*"],
  ["a relay is believed about hosts of glob entries", "2001:db8::9", "lab-1", "lab-1", "lab-*"],
  ["a relay is believed about listed hostnames", "192.0.2.9", "hp-3", "printers", "printers"],
  ["unknown hosts behind a relay belong to the catch-all", "192.0.2.9", "mail", "mail", "*"],
  ["a relay may claim its own name", "192.0.2.9", "hub.example.org", "hub", "hub"],
  ["a message of a relay without a claim belongs to the relay", "192.0.2.9", "", "hub", "hub"],
  ["a message of a relay that claims localhost belongs to the relay", "192.0.2.9", "localhost", "hub", "hub"],
]

describe("resolve", () => {
  for (const [name, peer, claim, want, wantEntry] of table) {
    test(`${name}: ${peer} claims ${JSON.stringify(claim)}`, () => {
      const host = resolve(new HostResolver(NETWORK), peerAt(peer), claim)
      assert.deepEqual([host.name, NETWORK[host.entry]?.name], [want, wantEntry])
    })
  }
})

test("the catch-all takes only hosts that no other entry takes, wherever it is in the file", () => {
  const hosts = [entry("*"), entry("web1")]
  assert.deepEqual(resolve(new HostResolver(hosts), peerAt("192.0.2.1"), "web1"), { name: "web1", entry: 1 })
})

test("if two entries list a claim, the first in the file gets it", () => {
  const hosts = [entry("one", { hostnames: ["web*"] }), entry("two", { hostnames: ["web1"] }), entry("*")]
  assert.equal(resolve(new HostResolver(hosts), peerAt("192.0.2.1"), "web1").name, "one")
})

test("hosts without a catch-all are a bug", () => {
  assert.throws(() => new HostResolver([entry("web1")]), /passed validation/)
})

test("the same host is the same object for all peers and messages", () => {
  const resolver = new HostResolver(NETWORK)
  const [one, other] = [peerAt("203.0.113.5"), peerAt("203.0.113.6")]
  const first = resolve(resolver, one, "mail")
  for (let times = 0; times < 3; times += 1) {
    assert.equal(resolve(resolver, one, "mail"), first)
    assert.equal(resolve(resolver, other, "MAIL"), first)
    assert.notEqual(resolve(resolver, one, "mail2"), first)
  }
})

test("names are printable, bounded and lower-case", () => {
  const resolver = new HostResolver([entry("*")])
  assert.equal(resolve(resolver, peerAt("192.0.2.1"), "B\u001b[2J\u0000\tX").name, "b_[2j__x")
  assert.equal(resolve(resolver, peerAt("192.0.2.1"), "büro").name, "b__ro")
  assert.equal(resolve(resolver, peerAt("192.0.2.1"), "x".repeat(9_000)).name, "x".repeat(MAX_HOST_NAME_LENGTH))
})

test("claims longer than the bound that begin alike are one host", () => {
  const resolver = new HostResolver([entry("*")])
  const long = "x".repeat(MAX_HOST_NAME_LENGTH)
  assert.equal(resolve(resolver, peerAt("192.0.2.1"), `${long}a`), resolve(resolver, peerAt("192.0.2.1"), `${long}b`))
})

test("after many claims of many peers, every message has a host and earlier hosts are unchanged", () => {
  const resolver = new HostResolver(NETWORK)
  const known = peerAt("192.0.2.2")
  for (let index = 0; index < MAX_NAMED_HOSTS + MAX_SENDERS; index += 1) {
    const host = resolve(resolver, peerAt(`203.0.${(index >> 8) & 255}.${index & 255}`), `claim-${index}`)
    assert.equal(host.name, `claim-${index}`)
  }
  assert.equal(resolve(resolver, known, "claim-0").name, "firewall")
  assert.equal(resolve(resolver, peerAt("203.0.113.5"), "claim-0").name, "claim-0")
})

describe("a peer that invents names", () => {
  /** Lets a peer claim so many names, and returns what its hosts were called. */
  function invent(resolver: HostResolver, peer: Peer, count: number, prefix = "invented"): Set<string> {
    const names = Array.from({ length: count }, (_, index) => resolve(resolver, peer, `${prefix}-${index}`).name)
    return new Set(names)
  }

  const stranger = peerAt("203.0.113.5")

  test(`a peer may bring ${MAX_NAMES_PER_PEER} new names; for others it is named by its address`, () => {
    const resolver = new HostResolver(NETWORK)
    const names = invent(resolver, stranger, 10_000)
    assert.equal(names.size, MAX_NAMES_PER_PEER + 1)
    assert.ok(names.has("invented-0") && names.has(`invented-${MAX_NAMES_PER_PEER - 1}`) && names.has(stranger.address))
    assert.equal(resolve(resolver, stranger, "invented-0").name, "invented-0", "it keeps its earlier names")
  })

  test("a peer that reconnects has the same budget of names, and is reported once", () => {
    const reported: string[] = []
    const resolver = new HostResolver(NETWORK, (address) => reported.push(address))
    const names = new Set<string>()
    for (let connection = 0; connection < 50; connection += 1) {
      const peer: Peer = { address: stranger.address, transport: "tcp" }
      for (const name of invent(resolver, peer, 60, `connection-${connection}`)) names.add(name)
    }
    assert.equal(names.size, MAX_NAMES_PER_PEER + 1)
    assert.deepEqual(reported, [stranger.address])
  })

  test("all connections of a peer share one budget of names, over all transports", () => {
    const resolver = new HostResolver(NETWORK)
    const peers = (["udp", "tcp", "tcp"] as const).map((transport): Peer => ({ address: stranger.address, transport }))
    const names = new Set<string>()
    for (let index = 0; index < 3 * MAX_NAMES_PER_PEER; index += 1) {
      names.add(resolve(resolver, peers[index % peers.length]!, `invented-${index}`).name)
    }
    assert.equal(names.size, MAX_NAMES_PER_PEER + 1)
    for (const peer of peers) assert.equal(resolve(resolver, peer, "invented-0").name, "invented-0")
  })

  test("a peer that goes on sending gets no new budget, however many addresses send in between", () => {
    const resolver = new HostResolver([entry("*")])
    const connection: Peer = { address: stranger.address, transport: "tcp" }
    invent(resolver, connection, MAX_NAMES_PER_PEER)
    for (let index = 0; index < 3 * MAX_SENDERS; index += 1) {
      resolve(resolver, peerAt(`2001:db8::${index.toString(16)}`), "mail")
      // Seldom enough that its peer is forgotten in between.
      if (index % (MAX_SENDERS / 4) === 0) resolve(resolver, connection, "mail")
    }
    assert.deepEqual(invent(resolver, { ...connection }, 10, "after"), new Set([stranger.address]))
  })

  test("a peer that exceeds its budget is reported once", () => {
    const reported: string[] = []
    const resolver = new HostResolver(NETWORK, (address) => reported.push(address))
    invent(resolver, stranger, MAX_NAMES_PER_PEER)
    assert.deepEqual(reported, [])
    invent(resolver, stranger, 1_000)
    assert.deepEqual(reported, [stranger.address])
  })

  test("a peer that invents names does not take the names of other peers and of entries", () => {
    const resolver = new HostResolver(NETWORK)
    invent(resolver, stranger, 1_000)
    assert.equal(resolve(resolver, peerAt("203.0.113.6"), "mail").name, "mail")
    assert.equal(resolve(resolver, peerAt("192.0.2.1"), "router").name, "router")
    assert.equal(resolve(resolver, stranger, "firewall").name, "firewall", "an entry with a plain name needs no budget")
    assert.equal(resolve(resolver, stranger, "mail").name, "mail", "a known name needs no budget")
  })

  test("a peer that exceeds its budget still belongs to the same entry", () => {
    const resolver = new HostResolver(NETWORK)
    invent(resolver, stranger, 1_000, "db")
    const entries = new Set(Array.from("abcdefghij", (letter) => resolve(resolver, stranger, `db${letter}`).entry))
    assert.deepEqual(
      [...entries].map((index) => NETWORK[index]?.name),
      ["db?"],
    )
  })

  test("the budget applies to peers of an entry named by a glob", () => {
    const names = invent(new HostResolver(NETWORK), peerAt("10.1.2.3"), 1_000, "lab")
    assert.equal(names.size, MAX_NAMES_PER_PEER + 1)
    assert.ok(names.has("10.1.2.3"))
  })

  test("a relay has no budget of names", () => {
    const names = invent(new HostResolver(NETWORK), peerAt("192.0.2.9"), 5_000, "behind-the-relay")
    assert.equal(names.size, 5_000)
  })
})

test("a resolver with a history gives the same answers as a new one", () => {
  const resolver = new HostResolver(NETWORK)
  const peers = ["192.0.2.1", "192.0.2.9", "10.1.2.3", "10.1.9.3", "203.0.113.5", "203.0.113.6"].map(peerAt)
  const claims = fc.oneof(
    fc.constantFrom("router", "lab-1", "mail", "fw-1", "db1", "", "-", "192.0.2.1", "hub", "LAB-1"),
    // A name with a domain may be a known host under another name (short-names.test.ts).
    fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.from(bytes.filter((byte) => byte !== 0x2e))),
  )
  fc.assert(
    fc.property(fc.constantFrom(...peers), claims, (peer, claim) => {
      const host = resolve(resolver, peer, claim)
      assert.deepEqual(host, resolve(new HostResolver(NETWORK), peer, claim))
      assert.match(host.name, /^[\x21-\x7e]{1,255}$/)
    }),
    { numRuns: 500 },
  )
})

test("a stranger never gets a name that belongs to another entry", () => {
  const resolver = new HostResolver(NETWORK)
  const claims = fc.tuple(
    fc.constantFrom("router", "ROUTER", "hub", "bench", "lab-x", "Lab-1"),
    fc.constantFrom("", ".", ".example.org", "\u0000", " "),
  )
  fc.assert(
    fc.property(claims, ([name, tail]) => {
      const host = resolve(resolver, peerAt("203.0.113.5"), `${name}${tail}`)
      assert.equal(NETWORK[host.entry]?.name, "*")
      assert.doesNotMatch(host.name, /^(router|hub|bench|lab-[^_]*)(\.|$)/)
    }),
  )
})
