import assert from "node:assert/strict"
import { describe, it } from "node:test"
import { PeerDirectory, peerAddress } from "../../src/listen/peer-directory.ts"

describe("the address of a peer", () => {
  const cases: readonly { kernel: string; want: string }[] = [
    { kernel: "192.0.2.1", want: "192.0.2.1" },
    { kernel: "::ffff:192.0.2.1", want: "192.0.2.1" },
    { kernel: "::ffff:1", want: "::ffff:1" },
    { kernel: "2001:db8::1", want: "2001:db8::1" },
    { kernel: "fe80::1%eth0", want: "fe80::1" },
  ]
  for (const { kernel, want } of cases) it(`${kernel} is ${want}`, () => assert.equal(peerAddress(kernel), want))
})

describe("a peer directory", () => {
  it("has one peer for all that an address sends", () => {
    const peers = new PeerDirectory(() => true)
    assert.deepEqual(peers.find("192.0.2.1"), { address: "192.0.2.1", transport: "udp" })
    assert.equal(peers.find("192.0.2.1"), peers.find("192.0.2.1"))
  })

  it("asks once whether an address is admitted, and remembers either answer", () => {
    const asked: string[] = []
    const peers = new PeerDirectory((address) => {
      asked.push(address)
      return address === "192.0.2.1"
    })
    for (let turn = 0; turn < 3; turn++) {
      assert.equal(peers.find("192.0.2.1")?.transport, "udp")
      assert.equal(peers.find("::ffff:192.0.2.2"), undefined)
    }
    assert.deepEqual(asked, ["192.0.2.1", "192.0.2.2"])
  })

  it("forgets the oldest of too many", () => {
    let asked = 0
    const peers = new PeerDirectory(() => ++asked > 0)
    for (let address = 0; address < 10_001; address++) peers.find(`10.0.${address >> 8}.${address & 255}`)
    assert.equal(asked, 10_001)
    peers.find("10.0.39.16")
    assert.equal(asked, 10_001, "the newest is known")
    peers.find("10.0.0.0")
    assert.equal(asked, 10_002, "the oldest is not")
  })
})
