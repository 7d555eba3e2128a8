/** What is proved of two patterns, beside all short lines of a small alphabet. */
import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import { compileEngine } from "../../src/engine/engine.ts"
import { automatonOf } from "../../src/ere/automaton.ts"
import { exampleLines } from "../../src/ere/example-lines.ts"
import { inclusion, type Provable } from "../../src/ere/inclusion.ts"
import { parseEre } from "../../src/ere/parse.ts"
import { encodeUtf8b } from "../../src/text/utf8b.ts"

const pattern: fc.Arbitrary<string> = fc.letrec<{ whole: string; repeated: string }>((tie) => ({
  whole: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom("a", "b", "é", ".", "[ab]", "[^a]", "[[:alpha:]]", "^", "$"),
    fc.tuple(tie("whole"), tie("whole")).map(([one, other]) => one + other),
    fc.tuple(tie("whole"), tie("whole")).map(([one, other]) => `(${one}|${other})`),
    fc.tuple(tie("repeated"), fc.constantFrom("*", "+", "?", "{2}")).map((parts) => parts.join("")),
  ),
  repeated: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom("a", "b", ".", "[^a]"),
    fc.tuple(tie("repeated"), tie("repeated")).map(([one, other]) => `(${one}|${other})`),
    fc.tuple(tie("repeated"), tie("repeated")).map(([one, other]) => `(${one}${other})`),
  ),
})).whole

// U+DCFF is a byte that is not UTF-8.
const CHARACTERS = ["a", "b", "é", "-", "\udcff"]

/** All lines of up to four characters. */
const LINES = Array.from({ length: 4 }).reduce<string[][]>(
  (lines) => [...lines, (lines.at(-1) ?? []).flatMap((line) => CHARACTERS.map((character) => line + character))],
  [[""]],
)
const ALL = LINES.flat().map((text) => encodeUtf8b(text))

function provable(pattern: string): Provable {
  const parsed = parseEre(pattern)
  assert.ok(parsed.ok)
  const automaton = automatonOf(parsed.ere.root)
  assert.ok(automaton !== undefined)
  return { ere: parsed.ere, automaton }
}

function matching(patterns: readonly string[], line: Buffer): readonly number[] {
  const engine = engineOf(patterns)
  return (
    engine.match(
      line,
      line.every((byte) => byte < 0x80),
    ) ?? []
  )
}

let last: { patterns: readonly string[]; engine: ReturnType<typeof compileEngine>["engine"] } | undefined

function engineOf(patterns: readonly string[]) {
  if (last?.patterns !== patterns) last = { patterns, engine: compileEngine(patterns).engine }
  return last.engine
}

test("an included pattern matches only lines that the other matches; one that is not included matches others", () => {
  let included = 0
  fc.assert(
    fc.property(pattern, pattern, (small, large) => {
      const answer = inclusion(provable(small), provable(large))
      assert.notEqual(answer, "too costly")
      const patterns = [small, large]
      const counterexample = ALL.find((line) => {
        const hits = matching(patterns, line)
        return hits.includes(0) && !hits.includes(1)
      })
      if (answer === "included") {
        included += 1
        assert.equal(counterexample, undefined)
      }
      // Nearly all counterexamples are short. The few long ones are not checked.
      if (counterexample !== undefined) assert.equal(answer, "not included")
    }),
    { numRuns: 1_000 },
  )
  assert.ok(included > 20, `${included} of the pairs were included`)
})

test("a pattern is included in itself, in an alternation with it, and in itself without its anchors", () => {
  fc.assert(
    fc.property(pattern, pattern, (one, other) => {
      const is = (small: string, large: string) => assert.equal(inclusion(provable(small), provable(large)), "included")
      is(one, one)
      is(one, `(${other}|${one})`)
      is(`^(${one})$`, one)
      is(`x(${one})y`, `x.*y|${one}`)
    }),
  )
})

test("the proof continues after the line's start for a pattern that can match there", () => {
  assert.equal(inclusion(provable("$"), provable("a|^$")), "not included")
  assert.equal(inclusion(provable("b$"), provable("^a*b$")), "not included")
})

test("a proof that would take too long is given up", () => {
  const slow = provable("(a|b)*a(a|b){14}x")
  assert.equal(inclusion(slow, provable("(a|b)*a(a|b){14}(x|y)")), "too costly")
})

test("a pattern matches its own example lines", () => {
  fc.assert(
    fc.property(pattern, (pattern) => {
      const { engine } = compileEngine([pattern])
      for (const line of exampleLines(provable(pattern).automaton, 4)) {
        assert.equal(engine.match(line, false)?.length, 1, line.toString())
      }
    }),
  )
})
