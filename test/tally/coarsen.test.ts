import assert from "node:assert/strict"
import { describe, it } from "node:test"
import fc from "fast-check"
import { coarsen, OTHER_HOSTS } from "../../src/tally/coarsen.ts"
import { fingerprint } from "../../src/tally/fingerprint.ts"
import { arbitraryTally, aTally } from "./tallies.ts"

const LEVELS = [1, 2, 3] as const

describe("coarsen", () => {
  it("a tally at level 1 takes all further lines of one program", () => {
    const { template, host, sections, program, coarseness } = coarsen(aTally({ program: "sshd" }), 1)
    assert.deepEqual(
      { template, host, sections, program, coarseness },
      {
        template: "(other lines of sshd)",
        host: "web1",
        sections: ["Security Events for su"],
        program: "sshd",
        coarseness: 1,
      },
    )
  })

  it("a tally at level 2 takes all further lines of one host and layer, under the layer's plain title", () => {
    const { template, host, sections, program, coarseness } = coarsen(aTally({ program: "sshd" }), 2)
    assert.deepEqual(
      { template, host, sections, program, coarseness },
      { template: "(other lines)", host: "web1", sections: ["Security Events"], program: "", coarseness: 2 },
    )
  })

  it("a tally at level 3 takes all further lines of a layer", () => {
    const { template, host, sections, program, coarseness } = coarsen(aTally({ layer: "cracking" }), 3)
    assert.deepEqual(
      { template, host, sections, program, coarseness },
      { template: "(other lines)", host: OTHER_HOSTS, sections: ["Security Alerts"], program: "", coarseness: 3 },
    )
  })

  it("the template of a coarser tally says that there is no program", () => {
    assert.equal(coarsen(aTally({ program: "" }), 1).template, "(other lines without a program)")
  })

  it("a tally never becomes finer", () => {
    const host = coarsen(aTally(), 2)
    assert.deepEqual(coarsen(host, 1), host)
  })

  it("a coarser tally keeps count, times and samples, and shares no list with the finer one", () => {
    fc.assert(
      fc.property(arbitraryTally, fc.constantFrom(...LEVELS), (tally, level) => {
        const coarse = coarsen(tally, level)
        assert.deepEqual(
          [coarse.count, coarse.firstMs, coarse.lastMs, coarse.samples],
          [tally.count, tally.firstMs, tally.lastMs, tally.samples],
        )
        assert.notEqual(coarse.samples, tally.samples)
      }),
    )
  })

  it("a coarser tally is the same in one step and in several, and has its own fingerprint", () => {
    fc.assert(
      fc.property(arbitraryTally, (tally) => {
        assert.deepEqual(coarsen(coarsen(tally, 1), 2), coarsen(tally, 2))
        assert.deepEqual(coarsen(coarsen(tally, 2), 3), coarsen(tally, 3))
        for (const level of LEVELS) {
          const coarse = coarsen(tally, level)
          assert.equal(coarse.fingerprint, fingerprint(coarse.host, coarse.layer, coarse.sections, coarse.template))
        }
      }),
    )
  })
})
