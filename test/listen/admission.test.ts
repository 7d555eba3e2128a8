import assert from "node:assert/strict"
import { describe, it } from "node:test"
import { admission } from "../../src/listen/admission.ts"

describe("admission", () => {
  const networks = ["192.0.2.0/24", "198.51.100.7", "2001:db8::/32", "::1"]
  const cases: readonly { address: string; admitted: boolean }[] = [
    { address: "192.0.2.1", admitted: true },
    { address: "192.0.3.1", admitted: false },
    { address: "198.51.100.7", admitted: true },
    { address: "198.51.100.8", admitted: false },
    { address: "2001:db8:1::5", admitted: true },
    { address: "2001:db9::5", admitted: false },
    { address: "::1", admitted: true },
    { address: "::2", admitted: false },
  ]
  for (const { address, admitted } of cases) {
    it(`${admitted ? "admits" : "refuses"} ${address}`, () => assert.equal(admission(networks)(address), admitted))
  }

  it("admits everybody where no network is named", () => {
    assert.equal(admission([])("203.0.113.9"), true)
    assert.equal(admission([])("2001:db8::1"), true)
  })

  it("takes a network that covers all of one family for that family alone", () => {
    assert.equal(admission(["0.0.0.0/0"])("203.0.113.9"), true)
    assert.equal(admission(["0.0.0.0/0"])("2001:db8::1"), false)
  })
})
