/** The walker beside the engine and GNU grep, forward and backward, and the place where it says that a pattern broke. */
import assert from "node:assert/strict"
import { describe, it, test } from "node:test"
import fc from "fast-check"
import { compileEngine } from "../../src/engine/engine.ts"
import { automatonOf, type Direction } from "../../src/ere/automaton.ts"
import { parseEre } from "../../src/ere/parse.ts"
import { charactersOf, textOf, type Walk, walk } from "../../src/explain/walk.ts"
import { encodeUtf8b } from "../../src/text/utf8b.ts"
import { askGrep, withoutGnuGrep } from "../support/gnu-grep.ts"

function walkOver(pattern: string, line: Buffer, direction: Direction): Walk {
  const parsed = parseEre(pattern)
  assert.ok(parsed.ok, pattern)
  const automaton = automatonOf(parsed.ere.root, direction)
  assert.ok(automaton !== undefined)
  return walk(automaton, charactersOf(line), direction)
}

// U+DCE9 is a byte that is not UTF-8.
const ATOMS = [
  "a",
  "b",
  "1",
  "_",
  "-",
  " ",
  "é",
  "☃",
  "\udce9",
  ".",
  "\\.",
  "\\w",
  "\\W",
  "\\S",
  "[a-b]",
  "[^a]",
].concat(["[[:alpha:]]", "[^[:space:]]", "[é1]", "[]-]"])
const CHARACTERS = ["a", "b", "B", "1", "_", "-", " ", ".", "é", "ß", "Ж", "☃", "😀", "\udce9", "\udcff"]

const line = fc.array(fc.constantFrom(...CHARACTERS), { maxLength: 7 }).map((text) => encodeUtf8b(text.join("")))

const pattern: fc.Arbitrary<string> = fc.letrec<{ whole: string; repeated: string }>((tie) => ({
  whole: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom(...ATOMS, "^", "$", "\\<", "\\>", "\\b", "\\B"),
    fc.tuple(tie("whole"), tie("whole")).map(([one, other]) => one + other),
    fc.tuple(tie("whole"), tie("whole")).map(([one, other]) => `(${one}|${other})`),
    tie("whole").map((body) => `(${body}|)`),
    fc
      .tuple(tie("repeated"), fc.constantFrom("*", "+", "?", "{2}", "{1,3}", "{,2}", "{2,}"))
      .map((parts) => parts.join("")),
  ),
  // Without word anchors, which grep 3.8 mishandles when it repeats them.
  repeated: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom(...ATOMS),
    fc.array(tie("repeated"), { minLength: 1, maxLength: 3 }).map((parts) => `(${parts.join("")})`),
    fc.tuple(tie("repeated"), tie("repeated")).map(([one, other]) => `(${one}|${other})`),
    fc.tuple(tie("repeated"), fc.constantFrom("*", "+", "{,2}")).map(([body, repeat]) => `(${body}${repeat})`),
  ),
})).whole

test("a walk matches the lines that the engine matches, in both directions", () => {
  fc.assert(
    fc.property(pattern, fc.array(line, { minLength: 20, maxLength: 20 }), (pattern, lines) => {
      const { engine, refused } = compileEngine([pattern])
      assert.deepEqual(refused, [])
      for (const line of lines) {
        const want =
          engine.match(
            line,
            line.every((byte) => byte < 0x80),
          )?.length === 1
        assert.equal(walkOver(pattern, line, "forward").matched, want, line.toString())
        assert.equal(walkOver(pattern, line, "backward").matched, want, line.toString())
      }
    }),
    { numRuns: 1_000 },
  )
})

describe("beside GNU grep", { skip: withoutGnuGrep() }, () => {
  it("a walk matches the lines that GNU grep matches", () => {
    fc.assert(
      fc.property(pattern, fc.array(line, { minLength: 60, maxLength: 60 }), (pattern, lines) => {
        const [answer] = askGrep([pattern], lines)
        fc.pre(answer !== "no answer")
        const matching = [...lines.keys()].filter((index) => walkOver(pattern, lines[index]!, "forward").matched)
        assert.deepEqual(matching, answer)
      }),
      { numRuns: 200 },
    )
  })
})

test("for plain text, the missing part is what follows the longest beginning found in the line", () => {
  const word = fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 1, maxLength: 6 })
  const text = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 12 })
  fc.assert(
    fc.property(word, text, (pattern, text) => {
      fc.pre(!text.includes(pattern))
      const { missing, from, to } = walkOver(pattern, Buffer.from(text), "forward")
      const longest = Array.from(pattern, (_, length) => length).findLast((length) =>
        text.includes(pattern.slice(0, length)),
      )
      assert.equal(missing, pattern.length - (longest ?? 0))
      assert.equal(textOf(charactersOf(Buffer.from(text)), from, to), pattern.slice(0, longest))
    }),
  )
})

const breaks: { pattern: string; line: string; to: number; missing: number }[] = [
  { pattern: "^ab[0-9]+c$", line: "ab12x", to: 4, missing: 1 },
  { pattern: "^ab[0-9]+c$", line: "ab12", to: 4, missing: 1 },
  { pattern: "^ab[0-9]+c$", line: "ab12c!", to: 5, missing: 0 },
  { pattern: "^ab[0-9]+c$", line: "xab12c", to: 0, missing: 4 },
  // What `.*` goes past is not where it broke, if the pattern came further before that.
  { pattern: "^a.*bcd$", line: "a1bce222", to: 4, missing: 1 },
  { pattern: "^a.*bcd$", line: "a11111", to: 6, missing: 3 },
  { pattern: "^(a|bb)(c)\\1d$", line: "accx", to: 2, missing: 2 },
  { pattern: "^(ab|a)\\b-$", line: "ab", to: 2, missing: 1 },
]

for (const { pattern, line, to, missing } of breaks) {
  test(`the walk of ${pattern} in ${line} fails at ${to}`, () => {
    const found = walkOver(pattern, Buffer.from(line), "forward")
    assert.deepEqual([found.matched, found.to, found.missing], [false, to, missing])
  })
}

test("a pattern whose repeats would make it very large has no automaton", () => {
  const parsed = parseEre("((a{1000}){100}){100}")
  assert.ok(parsed.ok)
  assert.equal(automatonOf(parsed.ere.root), undefined)
})
