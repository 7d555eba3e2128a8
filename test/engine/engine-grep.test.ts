/**
 * The engine beside GNU grep: random patterns and random lines, non-ASCII characters and invalid bytes among them.
 */
import assert from "node:assert/strict"
import { describe, it } from "node:test"
import fc from "fast-check"
import { compileEngine } from "../../src/engine/engine.ts"
import { encodeUtf8b } from "../../src/text/utf8b.ts"
import { askGrep, withoutGnuGrep } from "../support/gnu-grep.ts"

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
  "\udcfc",
  "\udca9",
  "\udcff",
  "\udcf4\udc90\udc80\udc80",
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
  "[[.a.]]",
  "[[=b=][.-.]]",
  "[[:digit:]]",
  "[0-9]",
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
  "\udcfc",
  "\\.",
  "\\d",
  ".",
  "\\w",
  "\\W",
  "\\s",
  "\\S",
  ...BRACKETS,
]
const REPEATS = ["*", "+", "?", "{2}", "{1,3}", "{,2}", "{0}", "{2,}", "{,}", "+?", "{2}{2}"]
const ANCHORS = ["^", "$", "\\<", "\\>", "\\b", "\\B", "\\`", "\\'"]
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
  "\\1",
  "^*",
  "^{",
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
  // Without word anchors, which grep 3.8 mishandles when it repeats them: `(\>a){,2}` fails where nothing would do, and
  // `(\ba){2}` matches "aa".
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

/** Back-references to groups that are not repeated themselves and that match something: see the next but one. */
const references: fc.Arbitrary<string> = fc
  .array(
    fc.record({
      kind: fc.constantFrom("group", "reference", "reference", "in a group", "atom"),
      atoms: fc.array(fc.constantFrom("a", "b", ".", "[ab]", "[^a]", "\\w", "é"), { minLength: 3, maxLength: 3 }),
      repeat: fc.constantFrom("", "", "*", "+", "?", "{2}", "{1,2}"),
      anchor: fc.constantFrom("", "", "", "", "^", "$", "\\<", "\\>", "\\b", "\\B"),
      alternatives: fc.boolean(),
      target: fc.nat(8),
    }),
    { minLength: 2, maxLength: 7 },
  )
  .map((pieces) => {
    let groups = 0
    const solid: number[] = []
    return pieces
      .map(({ kind, atoms: [one, two, three], repeat, anchor, alternatives, target }) => {
        if (kind === "atom") return anchor + one + repeat
        if (kind === "group" || solid.length === 0) {
          solid.push(++groups)
          return alternatives ? `${anchor}(${one}${two}${repeat}|${three})` : `${anchor}(${one}${two}${repeat})`
        }
        const reference = `\\${solid[target % solid.length]}`
        if (kind === "reference") return reference + repeat
        groups += 1
        return alternatives ? `(${one}${reference}|${two})${repeat}` : `(${one}${reference})${repeat}`
      })
      .join("")
  })

/** Any, as far as grep takes them. */
const wildReferences = fc
  .array(fc.constantFrom(..."aab.(((|)))*+?", "[ab]", "{2}", "{,2}", "(a)", "(b|a.)", "\\1", "\\1", "\\2", "\\3"), {
    minLength: 3,
    maxLength: 14,
  })
  .map((tokens) => `(a|.)${tokens.join("")}\\1`)

const repetitiveLine = fc
  .array(fc.constantFrom("a", "a", "b", "b", "c", "é"), { maxLength: 9 })
  .map((characters) => encodeUtf8b(characters.join("")))
const repetitiveLines = fc.array(repetitiveLine, { minLength: 300, maxLength: 300 })

describe("the engine beside GNU grep", { skip: withoutGnuGrep() }, () => {
  it("the engine matches the same lines as grep", () => {
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

  it("the engine refuses the patterns that grep refuses, and matches the same lines with the others", () => {
    fc.assert(
      fc.property(scrap, lines, (pattern, lines) => {
        const [answer] = askGrep([pattern], lines)
        fc.pre(answer !== "no answer")
        const { engine, refused } = compileEngine([pattern])
        if (answer === "error") assert.equal(refused.length, 1)
        else {
          assert.deepEqual(refused, [])
          assert.deepEqual(matching(engine, lines), answer)
        }
      }),
      { numRuns: 500 },
    )
  })

  it("patterns with back-references match the same lines as in grep", () => {
    fc.assert(
      fc.property(references, repetitiveLines, (pattern, lines) => {
        const [answer] = askGrep([pattern], lines)
        fc.pre(answer !== "no answer")
        const { engine, refused } = compileEngine([pattern])
        assert.deepEqual(refused, [])
        assert.deepEqual(matching(engine, lines), answer)
      }),
      { numRuns: 500 },
    )
  })

  // regex tries only one of the places where a group may have ended: for `(c){2}`, the end of the first round or of the
  // second, or an empty round. It never finds a match that does not exist.
  it("any pattern with back-references matches at least the lines that grep matches", () => {
    fc.assert(
      fc.property(wildReferences, repetitiveLines, (pattern, lines) => {
        const [answer = "error"] = askGrep([pattern], lines)
        if (typeof answer === "string") return fc.pre(false)
        const { engine, refused } = compileEngine([pattern])
        assert.deepEqual(refused, [])
        const ours = new Set(matching(engine, lines))
        assert.deepEqual(
          answer.filter((line) => !ours.has(line)),
          [],
        )
      }),
      { numRuns: 300 },
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
