import assert from "node:assert/strict"
import { BlockList } from "node:net"
import { test } from "node:test"
import fc from "fast-check"
import { contains, parseAddress, parseNetwork } from "../../src/hosts/network.ts"

function holds(network: string, address: string): boolean {
  const parsed = parseNetwork(network)
  const bytes = parseAddress(address)
  assert.ok(parsed !== undefined && bytes !== undefined)
  return contains(parsed, bytes)
}

const table: [network: string, address: string, want: boolean][] = [
  ["192.0.2.1", "192.0.2.1", true],
  ["192.0.2.1", "192.0.2.2", false],
  ["192.0.2.0/24", "192.0.2.255", true],
  ["192.0.2.0/24", "192.0.3.0", false],
  ["192.0.2.128/25", "192.0.2.127", false],
  ["0.0.0.0/0", "203.0.113.9", true],
  ["0.0.0.0/0", "2001:db8::1", false],
  ["::/0", "2001:db8::1", true],
  ["::/0", "192.0.2.1", false],
  ["2001:db8::/32", "2001:db8:ffff::1", true],
  ["2001:db8::/32", "2001:db9::1", false],
  ["2001:db8::1", "2001:db8:0:0:0:0:0:1", true],
  ["fe80::/10", "febf::1", true],
  ["::ffff:192.0.2.1", "192.0.2.1", true],
  ["192.0.2.1", "::ffff:c000:201", true],
]

for (const [network, address, want] of table) {
  test(`${network} ${want ? "holds" : "does not hold"} ${address}`, () => assert.equal(holds(network, address), want))
}

for (const text of [
  ["", "an empty text"],
  ["192.0.2.1/24", "a network with host bits"],
  ["2001:db8::1/64", "an IPv6 network with host bits"],
  ["192.0.2.0/33", "too long a prefix"],
  ["192.0.2.0/", "an empty prefix"],
  ["192.0.2.0/+8", "a signed prefix"],
  ["192.0.2.0/24/24", "two prefixes"],
  ["192.0.2", "three octets"],
  ["fe80::1%eth0", "an address with a zone"],
  ["router", "a name"],
] as const) {
  test(`${text[1]} is no network`, () => assert.equal(parseNetwork(text[0]), undefined))
}

test("contains() agrees with Node's own block list", () => {
  const near = (family: "ipv4" | "ipv6") =>
    family === "ipv4"
      ? fc.tuple(fc.constantFrom(10, 192), fc.nat(3), fc.nat(3), fc.nat(255)).map((octets) => octets.join("."))
      : fc.tuple(fc.nat(3), fc.nat(0xffff)).map(([low, high]) => `2001:db8:${low.toString(16)}::${high.toString(16)}`)
  fc.assert(
    fc.property(
      fc.constantFrom("ipv4" as const, "ipv6" as const).chain((family) =>
        fc.record({
          family: fc.constant(family),
          network: near(family),
          address: near(family),
          prefix: fc.nat(family === "ipv4" ? 32 : 128),
        }),
      ),
      ({ family, network, address, prefix }) => {
        const list = new BlockList()
        list.addSubnet(network, prefix, family)
        const bytes = parseAddress(network)
        const wanted = parseAddress(address)
        assert.ok(bytes !== undefined && wanted !== undefined)
        assert.equal(contains({ bytes, prefixLength: prefix }, wanted), list.check(address, family))
      },
    ),
    { numRuns: 500 },
  )
})
