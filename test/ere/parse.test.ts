import assert from "node:assert/strict"
import { describe, it } from "node:test"
import fc from "fast-check"
import { CLASS_NAMES, classBit } from "../../src/ere/character-classes.ts"
import type { EreNode } from "../../src/ere/ere.ts"
import { createEreParser, parseEre } from "../../src/ere/parse.ts"

/** Patterns and their trees, as `draw` draws them. */
const TREES: { name: string; pattern: string; tree: string }[] = [
  { name: "characters stand side by side", pattern: "ab", tree: "a b" },
  { name: "nothing at all is the empty expression", pattern: "", tree: "()" },
  { name: "a bar separates alternatives, which may be empty", pattern: "a||b", tree: "a | () | b" },
  { name: "parentheses group and are counted", pattern: "(a(b))(c)", tree: "1<a 2<b>> 3<c>" },
  { name: "a parenthesis that closes nothing is a character", pattern: "a)", tree: "a )" },
  { name: "anchors are anchors wherever they stand", pattern: "a^b$c", tree: "a line-start b line-end c" },
  { name: "escaped anchors are characters", pattern: "\\^\\$", tree: "^ $" },
  { name: "*, + and ? are repeats", pattern: "a*b+c?", tree: "a{0,} b{1,} c{0,1}" },
  { name: "intervals are repeats", pattern: "a{2}b{2,}c{,2}d{2,3}e{,}", tree: "a{2,2} b{2,} c{0,2} d{2,3} e{0,}" },
  { name: "a repeat may be repeated", pattern: "a{2}{3}b+?", tree: "a{2,2}{3,3} b{1,}{0,1}" },
  { name: "a brace that opens no interval is a character", pattern: "a{x}b{1", tree: "a { x } b { 1" },
  { name: "a repeat at the start repeats nothing", pattern: "*a|(+b)", tree: "a | 1<b>" },
  { name: "in the automaton an interval at the start repeats nothing", pattern: "{1}a|({2,}b)", tree: "a | 1<b>" },
  {
    name: "in the automaton a brace that opens no interval is a character at the start",
    pattern: "{a|^{",
    tree: "{ a | line-start {",
  },
  { name: "the automaton repeats anchors", pattern: "^*a${2}", tree: "line-start{0,} a line-end{2,2}" },
  { name: "regex skips a repeat after an anchor", pattern: "^*a[^b]", tree: "line-start a [^b]" },
  { name: "regex skips a brace at the start", pattern: "{1}a|\\w", tree: "1 } a | [:alnum:_]" },
  { name: "regex skips several repeats at the start", pattern: "\\<*?{+a", tree: "word-start a" },
  { name: "in regex a parenthesis after a skipped repeat is a character", pattern: "(*)a)[^b]", tree: "1<) a> [^b]" },
  {
    name: "a negated bracket that is repeated zero times leaves the pattern to the automaton",
    pattern: "^*a[^b]{0}",
    tree: "line-start{0,} a [^b]{0,0}",
  },
  { name: "digits leave the pattern to the automaton", pattern: "{1}[[:digit:]0-9]", tree: "[:digit:0-9]" },
  { name: "a range of letters leaves the pattern to regex", pattern: "{1}[a-z]", tree: "1 } [a-z]" },
  { name: "a back-reference leaves the pattern to regex", pattern: "{1}(a)\\1", tree: "1 } 1<a> \\1" },
  { name: "a repeat belongs to one character", pattern: "ab*", tree: "a b{0,}" },
  { name: "a backslash before an ordinary character has no effect", pattern: "\\d\\-\\é", tree: "d - é" },
  { name: "GNU's classes are brackets", pattern: "\\w\\W\\s\\S", tree: "[:alnum:_] [^:alnum:_] [:space:] [^:space:]" },
  {
    name: "GNU's word anchors are anchors",
    pattern: "\\<\\>\\b\\B",
    tree: "word-start word-end word-edge not-word-edge",
  },
  { name: "the ends of the buffer are the ends of the line", pattern: "\\`\\'", tree: "line-start line-end" },
  { name: "a back-reference may name a complete group", pattern: "(a)\\1", tree: "1<a> \\1" },
  { name: "a bracket has ranges, classes and characters", pattern: "[a-z_[:digit:]]", tree: "[:digit:a-z_]" },
  { name: "a caret negates a bracket", pattern: "[^ ]", tree: "[^ ]" },
  { name: "a backslash in a bracket is a backslash, and ends nothing", pattern: "[\\]]", tree: "[\\] ]" },
  { name: "a closing bracket in the first place is a character", pattern: "[]a][^]a]", tree: "[]a] [^]a]" },
  { name: "a hyphen at an end is a character", pattern: "[-a][a-][a-b-]", tree: "[-a] [a-] [a-b-]" },
  { name: "a hyphen can begin and end a range", pattern: "[--/][%--]", tree: "[--/] [%--]" },
  { name: "collating and equivalent characters are characters", pattern: "[[.-.][=a=]][[.].]]", tree: "[-a] []]" },
  { name: "an opening bracket in a bracket is a character", pattern: "[[a]", tree: "[[a]" },
  { name: "characters beyond the BMP are one each", pattern: "😀*", tree: "😀{0,}" },
  { name: "a byte that is not UTF-8 is one character", pattern: "\udce9+", tree: "\udce9{1,}" },
  { name: "a byte that is not UTF-8 is ignored in a bracket", pattern: "[a\udce9]", tree: "[a]" },
]

const REFUSALS: { pattern: string; column: number; message: string }[] = [
  { pattern: "a(b", column: 2, message: "this ( is never closed" },
  { pattern: "é(b", column: 2, message: "this ( is never closed" },
  { pattern: "a[b", column: 2, message: "this [ is never closed" },
  { pattern: "[]", column: 1, message: "this [ is never closed" },
  { pattern: "[[:alpha:]", column: 1, message: "this [ is never closed" },
  { pattern: "a\\", column: 2, message: "this backslash at the end escapes nothing" },
  { pattern: "[z-a]", column: 2, message: "this range is backwards" },
  { pattern: "[a--]", column: 2, message: "this range is backwards" },
  { pattern: "[a-c-e]", column: 5, message: "this - is neither a range nor a character" },
  { pattern: "[[:alpha:]-z]", column: 11, message: "this - is neither a range nor a character" },
  { pattern: "[a-[:alpha:]]", column: 2, message: "a range needs a character at each end" },
  { pattern: "[à-ü]", column: 2, message: "C.UTF-8 defines no ranges beyond ASCII" },
  { pattern: "[[.hyphen.]]", column: 2, message: "this is not the name of a character in C.UTF-8" },
  { pattern: "[[=é=]]", column: 2, message: "this is not the name of a character in C.UTF-8" },
  { pattern: "[[:word:]]", column: 2, message: "unknown character class" },
  { pattern: "x[:space:]", column: 2, message: "this character class is not inside a bracket" },
  { pattern: "a{3,1}", column: 2, message: "this interval is backwards" },
  { pattern: "a{}", column: 2, message: "this interval is not valid" },
  { pattern: "a{1,2,3}", column: 2, message: "this interval is not valid" },
  { pattern: "a{32768}", column: 2, message: "more than 32767 repeats" },
  { pattern: "a\\1(b)", column: 2, message: "\\1 refers to no group before it" },
  { pattern: "(a)|\\1", column: 5, message: "\\1 refers to no group before it" },
  { pattern: "(a\\1)", column: 3, message: "\\1 refers to no group before it" },
  { pattern: "(a|*)", column: 1, message: "this ( is never closed" },
  { pattern: "{40000}a", column: 1, message: "more than 32767 repeats" },
  { pattern: `a${"*".repeat(11)}`, column: 12, message: "more than 10 repeats in a row" },
  { pattern: "(".repeat(10_000), column: 201, message: "parentheses are nested more than 200 deep" },
]

describe("parseEre", () => {
  for (const { name, pattern, tree } of TREES) {
    it(name, () => {
      const parsed = parseEre(pattern)
      assert.ok(parsed.ok)
      assert.equal(draw(parsed.ere.root), tree)
    })
  }

  for (const { pattern, column, message } of REFUSALS) {
    it(`the pattern ${pattern.slice(0, 20)} is refused: ${message}`, () => {
      const parsed = parseEre(pattern)
      assert.ok(!parsed.ok)
      assert.deepEqual({ column: parsed.column, message: parsed.message }, { column, message })
      assert.notEqual(parsed.hint, "")
    })
  }

  it("the parser reports word anchors and the first back-reference", () => {
    const parsed = parseEre("(a)\\1\\>\\1")
    assert.ok(parsed.ok)
    assert.equal(parsed.ere.wordAnchors, true)
    assert.deepEqual(parsed.ere.backReference, { kind: "back-reference", group: 1, column: 4 })
  })

  it("the parser counts columns in characters, not in UTF-16 units", () => {
    const parsed = parseEre("😀é[b")
    assert.ok(!parsed.ok)
    assert.equal(parsed.column, 3)
  })

  it("the parser never throws, and reports columns inside the pattern", () => {
    const tokens = fc.constantFrom(..."ab1é(|)[]^$*+?{},-:.=\\", "[:alpha:]", "[^", "\\1", "{2}", "\udcff")
    fc.assert(
      fc.property(fc.array(tokens, { maxLength: 30 }), (parts) => {
        const pattern = parts.join("")
        const parsed = parseEre(pattern)
        if (!parsed.ok) assert.ok(parsed.column >= 1 && parsed.column <= Array.from(pattern).length)
      }),
      { numRuns: 2000 },
    )
  })
})

describe("createEreParser", () => {
  it("a parser of many patterns parses each as if it were the only one", () => {
    const tokens = fc.constantFrom(
      ..."ab^()|[]\\*".split(""),
      "(a|b)",
      "((a)|[ab])",
      "[[:alpha:]]",
      "[]a]",
      "\\1",
      "\\2",
      "\\<",
    )
    const patterns = fc.array(fc.array(tokens, { maxLength: 6 }), { maxLength: 12 })
    fc.assert(
      fc.property(patterns, (list) => {
        const parse = createEreParser()
        for (const parts of list) assert.deepEqual(parse(parts.join("")), parseEre(parts.join("")))
      }),
      { numRuns: 1000 },
    )
  })
})

/** Draws a tree in one line. */
function draw(node: EreNode): string {
  switch (node.kind) {
    case "character":
      return String.fromCodePoint(node.codePoint)
    case "text":
      return Array.from(node.text).join(" ")
    case "any":
      return "any"
    case "anchor":
      return node.at
    case "group":
      return `${node.index}<${draw(node.body)}>`
    case "back-reference":
      return `\\${node.group}`
    case "repeat":
      return `${draw(node.body)}{${node.min},${node.max === Number.POSITIVE_INFINITY ? "" : node.max}}`
    case "sequence":
      return node.parts.map(draw).join(" ") || "()"
    case "alternation":
      return node.branches.map(draw).join(" | ")
    case "bracket": {
      const classes = CLASS_NAMES.filter((name) => node.classes & (classBit(name) ?? 0)).map((name) => `:${name}:`)
      const ranges = node.ranges.map(([first, last]) => {
        const text = String.fromCodePoint(first)
        return first === last ? text : `${text}-${String.fromCodePoint(last)}`
      })
      return `[${node.negated ? "^" : ""}${classes.join("")}${ranges.join("")}]`
    }
  }
}
