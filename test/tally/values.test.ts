import assert from "node:assert/strict"
import { describe, test } from "node:test"
import fc from "fast-check"
import {
  copyValues,
  countValue,
  distinctValues,
  MAX_VALUES,
  mergeValues,
  noValues,
  trimValues,
  type Values,
} from "../../src/tally/values.ts"

function valuesOf(texts: readonly string[], mask = "<ip>"): Values {
  const values = noValues(mask)
  for (const text of texts) countValue(values, text)
  return values
}

function merged(...all: readonly Values[]): Values {
  const into = noValues(all[0]?.mask ?? "<ip>")
  for (const values of all) mergeValues(into, copyValues(values))
  return into
}

function lines({ counts, others }: Values): number {
  return counts.values().reduce((sum, count) => sum + count, others)
}

describe("the values of a place", () => {
  test("are exact while they are few", () => {
    const values = valuesOf(["a", "b", "a", "a"])
    assert.deepEqual(
      [...values.counts],
      [
        ["a", 3],
        ["b", 1],
      ],
    )
    assert.equal(values.others, 0)
    assert.equal(distinctValues(values), 2)
  })

  test("of numbers have a range", () => {
    const { least, greatest } = merged(valuesOf(["40", "98", "7"], "<n>"), valuesOf(["-3"], "<n>"))
    assert.deepEqual([least, greatest], [-3, 98])
  })

  test("keep those with most lines when a batch leaves, and count the lines of the others", () => {
    const texts = Array.from({ length: 40 }, (_, index) => `v${index}`)
    const values = valuesOf([...texts, "v39", "v39", "v38"])
    trimValues(values)
    assert.equal(values.counts.size, MAX_VALUES)
    assert.equal(values.counts.get("v39"), 3)
    assert.equal(values.counts.get("v38"), 2)
    assert.equal(lines(values), 43)
  })

  test("that come late and often are not shut out by those that came first", () => {
    const flood = valuesOf(Array.from({ length: 500 }, (_, index) => `early${index}`))
    const late = valuesOf(new Array(300).fill("late"))
    assert.equal(merged(flood, late).counts.get("late"), 300)
  })

  test("are estimated within 30 % where they are many, in whatever order they come", () => {
    for (const many of [100, 1_000, 20_000]) {
      const parts = [0, 1, 2].map((part) =>
        valuesOf(Array.from({ length: many / 2 }, (_, index) => `192.0.2.${(index + part * (many / 4)) | 0}`)),
      )
      const truth = new Set(
        parts.flatMap((_, part) => Array.from({ length: many / 2 }, (__, index) => index + (part * many) / 4)),
      ).size
      const estimate = distinctValues(merged(...parts))
      assert.ok(Math.abs(estimate - truth) <= 0.3 * truth, `${estimate} for ${truth}`)
      assert.equal(distinctValues(merged(...parts.toReversed())), estimate)
    }
  })

  test("add up to the lines, whatever is merged with what", () => {
    const arbitrary = fc.array(fc.array(fc.nat(200).map(String)), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(arbitrary, (batches) => {
        const total = batches.reduce((sum, texts) => sum + texts.length, 0)
        assert.equal(lines(merged(...batches.map((texts) => valuesOf(texts)))), total)
      }),
    )
  })

  test("are the same in whatever order and grouping they are merged, while they are few", () => {
    const texts = fc.array(fc.integer({ min: 0, max: MAX_VALUES - 1 }).map(String))
    fc.assert(
      fc.property(texts, texts, texts, (one, two, three) => {
        const [a, b, c] = [valuesOf(one, "<n>"), valuesOf(two, "<n>"), valuesOf(three, "<n>")]
        assert.deepEqual(merged(merged(a, b), c), merged(a, merged(b, c)))
        assert.deepEqual(merged(a, b), merged(b, a))
      }),
    )
  })
})
