/**
 * The engine beside GNU grep: random patterns and random lines, non-ASCII characters and invalid bytes among them.
 */
import assert from "node:assert/strict"
import { describe, it } from "node:test"
import fc from "fast-check"
import { compileEngine } from "../../src/rules/engine.ts"
import { encodeUtf8b } from "../../src/rules/utf8b.ts"
import { askGrep, withoutGnuGrep } from "./gnu-grep.ts"

/** U+DC80 … U+DCFF are bytes that are not UTF-8. */
const CHARACTERS = [
  "a",
  "b",
  "B",
  "1",
  "_",
  "-",
  " ",
  ".",
  "é",
  "ß",
  "Ж",
  "☃",
  "\u2003",
  "😀",
  "\udce9",
  "\udca9",
  "\udcff",
]
const BRACKETS = [
  "[a-b]",
  "[^a]",
  "[[:alpha:]]",
  "[^[:space:]]",
  "[é1]",
  "[^é]",
  "[[:punct:]_]",
  "[]-]",
  "[^]a]",
  "[\\a]",
]
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
  "\\.",
  "\\d",
  ".",
  "\\w",
  "\\W",
  "\\s",
  "\\S",
  ...BRACKETS,
]
const REPEATS = ["*", "+", "?", "{2}", "{1,3}", "{,2}", "{0}", "{2,}", "+?", "{2}{2}"]
const ANCHORS = ["^", "$", "\\<", "\\>", "\\b", "\\B"]
const OPERATORS = [
  "(",
  ")",
  "(",
  ")",
  "|",
  "*",
  "+",
  "?",
  "{",
  "}",
  "{1}",
  "{,2}",
  "[",
  "]",
  "[^",
  "-",
  ",",
  "\\",
  "\\`",
  "\\'",
]

const line = fc
  .array(fc.constantFrom(...CHARACTERS, ...CHARACTERS, ..."(){}*^$\\[]\u0001\u0000"), { maxLength: 6 })
  .map((characters) => encodeUtf8b(characters.join("")))
const lines = fc.array(line, { minLength: 100, maxLength: 100 })

/** Patterns that grep takes. */
const pattern: fc.Arbitrary<string> = fc.letrec<{ whole: string; repeated: string }>((tie) => ({
  whole: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom(...ATOMS, ...ANCHORS),
    fc.tuple(tie("whole"), tie("whole")).map(([one, other]) => one + other),
    fc.tuple(tie("whole"), tie("whole")).map(([one, other]) => `(${one}|${other})`),
    tie("whole").map((body) => `(${body}|)`),
    fc.tuple(tie("repeated"), fc.constantFrom(...REPEATS)).map(([body, repeat]) => body + repeat),
  ),
  // Without word anchors, which grep 3.8 mishandles when it repeats them: `(\>a){,2}` fails where nothing would do.
  repeated: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom(...ATOMS),
    fc.array(tie("repeated"), { minLength: 1, maxLength: 3 }).map((parts) => `(${parts.join("")})`),
    fc.tuple(tie("repeated"), tie("repeated")).map(([one, other]) => `(${one}|${other})`),
    fc.tuple(tie("repeated"), fc.constantFrom(...REPEATS)).map(([body, repeat]) => `(${body}${repeat})`),
  ),
})).whole

/** Patterns that grep may refuse. */
const scrap = fc
  .array(fc.constantFrom(...ATOMS, ...ANCHORS, ...OPERATORS), { minLength: 1, maxLength: 7 })
  .map((tokens) => tokens.join(""))

describe("the engine beside GNU grep", { skip: withoutGnuGrep() }, () => {
  it("matches the same lines", () => {
    fc.assert(
      fc.property(pattern, lines, (pattern, lines) => {
        const { engine, refused } = compileEngine([pattern])
        assert.deepEqual(refused, [])
        const [answer] = askGrep([pattern], lines)
        fc.pre(answer !== "no answer")
        assert.deepEqual(matching(engine, lines), answer)
      }),
      { numRuns: 500 },
    )
  })

  it("refuses what grep refuses, and matches the same lines where it does not", () => {
    fc.assert(
      fc.property(scrap, lines, (pattern, lines) => {
        const [answer] = askGrep([pattern], lines)
        fc.pre(answer !== "no answer")
        const { engine, refused } = compileEngine([pattern])
        if (answer === "error") assert.equal(refused.length, 1)
        // Beyond grep, only what grep reads in two ways is refused.
        else if (refused[0] !== undefined) assert.match(refused[0].message, /has nothing to repeat$/)
        else assert.deepEqual(matching(engine, lines), answer)
      }),
      { numRuns: 500 },
    )
  })
})

function matching(engine: ReturnType<typeof compileEngine>["engine"], lines: readonly Buffer[]): number[] {
  return [...lines.keys()].filter((index) => {
    const line = lines[index] ?? Buffer.alloc(0)
    const ascii = line.every((byte) => byte < 0x80)
    return engine.match(line, ascii)?.length === 1
  })
}
