import assert from "node:assert/strict"
import { describe, it } from "node:test"
import { compileMatcher, compileSets, TOO_LARGE } from "../../src/engine/pattern-sets.ts"

const MAX_BYTES = 1 << 20

function patterns(...sources: readonly string[]) {
  return sources.map((source, at) => ({ index: 10 * at, source }))
}

describe("patterns in sets", () => {
  it("patterns share one set, which returns the indices of those that match", () => {
    const { sets, refused } = compileSets(patterns("c", "x", "a", "^b"), MAX_BYTES)
    assert.equal(refused.size, 0)
    assert.deepEqual(
      sets.map((set) => set.match(Buffer.from("abc"))),
      [[0, 20]],
    )
  })

  it("a pattern that RE2's parser refuses is refused with its reason, and the others share one set", () => {
    const { sets, refused } = compileSets(patterns("a", "(", "b", "c{1001}"), MAX_BYTES)
    assert.deepEqual(
      [...refused].map(([index, { message }]) => [index, message]),
      [
        [10, "RE2 refuses the pattern (missing ): ()"],
        [30, "RE2 refuses the pattern (invalid repetition size: {1001})"],
      ],
    )
    assert.deepEqual(
      sets.map((set) => set.match(Buffer.from("ab"))),
      [[0, 20]],
    )
  })

  it("patterns that do not fit into one set's memory go into several sets", () => {
    const { sets, refused } = compileSets(patterns("a{60}", "b{60}", "c{60}", "d{60}"), 20_000)
    assert.equal(refused.size, 0)
    assert.ok(sets.length > 1)
    assert.deepEqual(
      sets.flatMap((set) => set.match(Buffer.from("c".repeat(60)))),
      [20],
    )
  })

  it("patterns that alone do not fit into a set's memory are refused as too large, beside those that RE2's parser refuses", () => {
    const { sets, refused } = compileSets(patterns("a", "b{900}", "("), 6_000)
    assert.deepEqual([...refused.keys()].sort(), [10, 20])
    assert.equal(refused.get(10), TOO_LARGE)
    assert.deepEqual(
      sets.flatMap((set) => set.match(Buffer.from("a"))),
      [0],
    )
  })

  it("a set gives no answer if memory runs out on a line, and smaller sets give it", () => {
    const { sets } = compileSets(patterns(...Array.from({ length: 500 }, () => "x")), 15_000)
    const set = sets[0] ?? assert.fail()
    assert.equal(set.match(Buffer.from("axa")), undefined)
    assert.ok(set.halves.length > 1)
  })

  it("any other error of compiling a set is thrown", () => {
    assert.throws(() => compileSets(patterns("a"), 0.5), TypeError)
  })

  it("any other error on a line is thrown", () => {
    const [set] = compileSets(patterns("a"), MAX_BYTES).sets
    const line = Object.assign(Object.create(null), {
      toString: () => {
        throw new RangeError("this is no line")
      },
    })
    assert.throws(() => set?.match(line), /^RangeError: this is no line/)
  })
})

describe("a pattern that RE2 runs alone", () => {
  it("a matcher tests one pattern against a line", () => {
    const compiled = compileMatcher("^a")
    assert.deepEqual(
      compiled.ok && [compiled.matcher.test(Buffer.from("ab")), compiled.matcher.test(Buffer.from("b"))],
      [true, false],
    )
  })

  it("a matcher refuses a pattern that does not fit into memory as too large", () => {
    assert.deepEqual(compileMatcher("(?:abc){1000}".repeat(300)), { ok: false, refusal: TOO_LARGE })
  })

  it("a matcher refuses an invalid pattern with the parser's reason", () => {
    const compiled = compileMatcher("a{1001}")
    assert.equal(!compiled.ok && compiled.refusal.message, "RE2 refuses the pattern (invalid repetition size: {1001})")
  })
})
