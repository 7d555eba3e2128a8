import assert from "node:assert/strict"
import { describe, it, test } from "node:test"
import fc from "fast-check"
import type { HostCounters } from "../../src/tally/counters.ts"
import { mergeCounters } from "../../src/tally/counters.ts"
import type { Loss } from "../../src/tally/losses.ts"
import { mergeLosses } from "../../src/tally/losses.ts"
import { addSample, mergeTally } from "../../src/tally/merge.ts"
import { MAX_FURTHER_SAMPLE_BYTES, MAX_SAMPLES, type Tally } from "../../src/tally/tally.ts"
import { arbitraryTally, aTally } from "./tallies.ts"

const arbitraryCount = fc.nat(1_000_000)
const arbitraryCounters: fc.Arbitrary<HostCounters> = fc.record({
  received: arbitraryCount,
  ignored: arbitraryCount,
  reported: arbitraryCount,
  rejected: arbitraryCount,
  unjudged: arbitraryCount,
  own_mail: arbitraryCount,
  firstMs: arbitraryCount,
  lastMs: arbitraryCount,
})
const arbitraryLosses: fc.Arbitrary<ReadonlyMap<Loss, number>> = fc
  .array(fc.tuple(fc.constantFrom<Loss>("udp_kernel_drops", "peers_refused", "frames_truncated"), arbitraryCount))
  .map((entries) => new Map(entries))

function tallySum(one: Tally, other: Tally): Tally {
  const sum = { ...one, samples: [...one.samples] }
  mergeTally(sum, other)
  return sum
}

function counterSum(one: HostCounters, other: HostCounters): HostCounters {
  const sum = { ...one }
  mergeCounters(sum, other)
  return sum
}

function lossSum(one: ReadonlyMap<Loss, number>, other: ReadonlyMap<Loss, number>): Record<string, number> {
  const sum = new Map(one)
  mergeLosses(sum, other)
  return Object.fromEntries(sum)
}

const numbers = ({ count, firstMs, lastMs }: Tally) => ({ count, firstMs, lastMs })

describe("merging tallies", () => {
  it("the sum of tallies does not depend on their order and grouping", () => {
    fc.assert(
      fc.property(arbitraryTally, arbitraryTally, arbitraryTally, (a, b, c) => {
        assert.deepEqual(numbers(tallySum(a, b)), numbers(tallySum(b, a)))
        // Samples follow the order of arrival, so they take part in this one only.
        assert.deepEqual(tallySum(tallySum(a, b), c), tallySum(a, tallySum(b, c)))
      }),
    )
  })

  it("merging tallies adds the counts and widens the span", () => {
    const sum = tallySum(aTally({ count: 2, firstMs: 10, lastMs: 30 }), aTally({ count: 40, firstMs: 5, lastMs: 20 }))
    assert.deepEqual(numbers(sum), { count: 42, firstMs: 5, lastMs: 30 })
  })

  it("merging does not change the tally that is added", () => {
    const from = aTally({ samples: ["a"] })
    const before = structuredClone(from)
    tallySum(aTally({ samples: ["b"] }), from)
    assert.deepEqual(from, before)
  })

  it("merging keeps the first samples in the order of arrival, each line once", () => {
    const sum = tallySum(aTally({ samples: ["a", "b"] }), aTally({ samples: ["b", "c", "d"] }))
    assert.deepEqual(sum.samples, ["a", "b", "c"])
  })
})

describe("the samples of a group", () => {
  it("the samples of a group are the first lines that differ", () => {
    const samples: string[] = []
    for (const line of ["a", "a", "b", "a", "c", "d"]) addSample(samples, line)
    assert.deepEqual(samples, ["a", "b", "c"])
    assert.equal(samples.length, MAX_SAMPLES)
  })
})

describe("merging counters", () => {
  it("the sum of counters does not depend on their order and grouping", () => {
    fc.assert(
      fc.property(arbitraryCounters, arbitraryCounters, arbitraryCounters, (a, b, c) => {
        assert.deepEqual(counterSum(a, b), counterSum(b, a))
        assert.deepEqual(counterSum(counterSum(a, b), c), counterSum(a, counterSum(b, c)))
      }),
    )
  })

  it("merging counters adds every number and widens the span", () => {
    const counters = {
      received: 9,
      ignored: 5,
      reported: 3,
      rejected: 1,
      unjudged: 2,
      own_mail: 0,
      firstMs: 10,
      lastMs: 20,
    }
    assert.deepEqual(counterSum(counters, { ...counters, firstMs: 15, lastMs: 25 }), {
      received: 18,
      ignored: 10,
      reported: 6,
      rejected: 2,
      unjudged: 4,
      own_mail: 0,
      firstMs: 10,
      lastMs: 25,
    })
  })
})

describe("merging losses", () => {
  it("merging losses adds them by kind, in any order", () => {
    fc.assert(
      fc.property(arbitraryLosses, arbitraryLosses, (a, b) => {
        const sum = lossSum(a, b)
        assert.deepEqual(sum, lossSum(b, a))
        for (const loss of [...a.keys(), ...b.keys()]) assert.equal(sum[loss], (a.get(loss) ?? 0) + (b.get(loss) ?? 0))
      }),
    )
  })
})

describe("samples beside the first", () => {
  const short = "Nov 23 18:00:00 web1 kernel: [SYNSCAN] IN=enp1s0 OUT= SRC=203.0.113.7 DST=192.0.2.1 LEN=40 PROTO=TCP"
  const long = "x".repeat(MAX_FURTHER_SAMPLE_BYTES)
  for (const { name, lines, kept } of [
    {
      name: "short samples beside the first are kept",
      lines: [long, short, `${short} `],
      kept: [long, short, `${short} `],
    },
    {
      name: "long samples beside the first are not kept",
      lines: [short, long, `${long}x`, `${short} `],
      kept: [short, `${short} `],
    },
    {
      name: "samples beside the first are measured in bytes",
      lines: [short, "é".repeat(MAX_FURTHER_SAMPLE_BYTES / 2)],
      kept: [short],
    },
    {
      name: "samples beside the first are measured as JSON",
      lines: [short, "\t".repeat(MAX_FURTHER_SAMPLE_BYTES / 2)],
      kept: [short],
    },
    {
      name: "a sample beside the first may have exactly the maximum length",
      lines: [short, long.slice(2)],
      kept: [short, long.slice(2)],
    },
  ]) {
    test(name, () => {
      const samples: string[] = []
      for (const line of lines) addSample(samples, line)
      assert.deepEqual(samples, kept)
    })
  }
})
