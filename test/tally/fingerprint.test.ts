import assert from "node:assert/strict"
import { describe, it } from "node:test"
import fc from "fast-check"
import { fingerprint } from "../../src/tally/fingerprint.ts"
import { LAYERS } from "./tallies.ts"

describe("fingerprint", () => {
  it("a fingerprint never changes between versions, so instances and stores agree after an upgrade", () => {
    assert.equal(
      fingerprint("web1", "violations", ["Security Events for su"], "web1 su[<n>]: FAILED SU (to root) ada on pts/<n>"),
      "b1eab39f8ad9681c46a2af992c02478f",
    )
  })

  it("an alarm's topic is part of the fingerprint, which stays as it was for lines that are no alarm", () => {
    const of = (topic?: string) => fingerprint("web1", "system", ["System Events"], "kernel: x", topic)
    assert.equal(of(undefined), fingerprint("web1", "system", ["System Events"], "kernel: x"))
    assert.equal(new Set([of(), of("disk"), of("memory")]).size, 3)
  })

  it("a fingerprint is 32 hex digits for any fields", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary" }),
        fc.constantFrom(...LAYERS),
        fc.array(fc.string()),
        fc.string(),
        (...fields) => {
          assert.match(fingerprint(...fields), /^[0-9a-f]{32}$/)
        },
      ),
    )
  })

  it("a fingerprint depends on every field", () => {
    const fields = fc.tuple(
      fc.constantFrom("a", "a,", "a\0", '"'),
      fc.constantFrom(...LAYERS),
      fc.array(fc.constantFrom("a", "b", "a,b", '","'), { maxLength: 3 }),
      fc.constantFrom("a", "\0a", "b", ""),
    )
    fc.assert(
      fc.property(fields, fields, (one, other) => {
        const equal = JSON.stringify(one) === JSON.stringify(other)
        assert.equal(fingerprint(...one) === fingerprint(...other), equal)
      }),
    )
  })
})
