import assert from "node:assert/strict"
import { describe, it } from "node:test"
import fc from "fast-check"
import { compileEngine, type Engine } from "../../src/engine/engine.ts"
import { encodeUtf8b } from "../../src/text/utf8b.ts"

/** U+DC80 … U+DCFF stand for bytes that are not UTF-8, in patterns and in lines. */
const CASES: { name: string; pattern: string; yes?: string[]; no?: string[] }[] = [
  { name: "a pattern may match in the middle of a line", pattern: "b", yes: ["abc"], no: ["ac", ""] },
  { name: "case matters", pattern: "error", no: ["Error"] },
  { name: "anchors match only at the line's ends", pattern: "^b$", yes: ["b"], no: ["ab", "ba"] },
  { name: "an anchor in the middle never holds", pattern: "a^b|a$b", no: ["a^b", "a$b", "ab"] },
  { name: "the empty pattern matches every line", pattern: "", yes: ["", "a"] },
  { name: "an alternative may be empty", pattern: "^(a|)b$", yes: ["ab", "b"], no: ["aab"] },
  {
    name: "every character of RE2's syntax means itself",
    pattern: "^\\.\\+/#-,'\"&~`!@%=:;<>_$",
    yes: [".+/#-,'\"&~`!@%=:;<>_"],
  },
  {
    name: "an escaped letter is that letter, unlike in JavaScript",
    pattern: "^\\u0041\\cA\\x41\\pL\\/$",
    yes: ["u0041cAx41pL/"],
    no: ["A"],
  },
  { name: "a question mark after a repeat is a repeat, not laziness", pattern: "^a+?$", yes: ["", "aaa"], no: ["b"] },
  { name: "a backslash in a bracket is a backslash", pattern: "^[\\d]+$", yes: ["\\d"], no: ["5"] },
  {
    name: "a hyphen, a caret and brackets are characters in a bracket",
    pattern: "^[]^[-]+$",
    yes: ["]^[-"],
    no: ["a"],
  },
  { name: "a class matches its characters", pattern: "^[[:punct:]]+$", yes: ["!#[\\]^_~"], no: ["a", " "] },
  { name: "control characters are characters", pattern: "^a.[^b]c$", yes: ["a\0\x01c"], no: ["abbc"] },

  {
    name: "more repeats than RE2 accepts match exactly",
    pattern: "^a{1500}$",
    yes: ["a".repeat(1500)],
    no: ["a".repeat(1499), "a".repeat(1501)],
  },
  {
    name: "a lower limit beyond RE2's repeats matches exactly",
    pattern: "^a{1500,}$",
    yes: ["a".repeat(2000)],
    no: ["a".repeat(1499)],
  },
  {
    name: "an upper limit beyond RE2's repeats matches exactly",
    pattern: "^a{3,2100}$",
    yes: ["aaa", "a".repeat(2100)],
    no: ["aa", "a".repeat(2101)],
  },
  {
    name: "nested repeats match exactly",
    pattern: "^((ab{9}){12}){11}$",
    yes: [`a${"b".repeat(9)}`.repeat(132)],
    no: [`a${"b".repeat(9)}`.repeat(131)],
  },
  { name: "a group that is repeated zero times matches nothing", pattern: "^a(b){0}c$", yes: ["ac"], no: ["abc"] },

  { name: "letters beyond ASCII are letters", pattern: "^[[:alnum:]]+$", yes: ["éßЖ雪٣"], no: ["☃", "\u00a0"] },
  { name: "letters beyond ASCII are word characters", pattern: "^\\w+$", yes: ["naïve_1"], no: ["na☃ve"] },
  {
    name: "letters beyond ASCII have cases",
    pattern: "^[[:upper:]][[:lower:]]$",
    yes: ["Éé", "Жж"],
    no: ["éÉ", "雪雪"],
  },
  { name: "blanks beyond ASCII are blanks", pattern: "^\\s[[:space:]]$", yes: ["\u2003\u3000"], no: ["\u00a0\u00a0"] },
  { name: "a dot matches one character", pattern: "^...$", yes: ["é☃😀", "abc"], no: ["é", "😀"] },
  { name: "a negated bracket matches one character", pattern: "^[^a]$", yes: ["é", "😀"], no: ["a", "éé"] },
  { name: "a character beyond ASCII matches itself", pattern: "^für$", yes: ["für"], no: ["fur", "f¨r", "fúr"] },
  {
    name: "a character that a rule names still has its classes",
    pattern: "^[é1][^ü][[:lower:]]$",
    yes: ["éüé".replace("ü", "é"), "1aü"],
    no: ["üaa", "éüé"],
  },

  {
    name: "a byte that is not UTF-8 is no character",
    pattern: "^(.|[^a]|\\W|\\S)$",
    yes: ["é"],
    no: ["\udcff", "\udcc3"],
  },
  {
    name: "overlong forms and surrogates are no characters",
    pattern: "^.+$|^[^a]+$",
    no: ["\udcc0\udc80", "\udced\udca0\udc80", "\udcf8\udc80\udc80\udc80\udc80", "\udcfe"],
  },
  {
    name: "brackets match the characters beyond Unicode that UTF-8 once had",
    pattern: "^[^a]b$",
    yes: ["\udcf4\udc90\udc80\udc80b", "\udcf8\udc88\udc80\udc80\udc80b", "\udcfd\udcbf\udcbf\udcbf\udcbf\udcbfb"],
  },
  {
    name: "a dot does not match a character beyond Unicode in grep's automaton",
    pattern: "^.b|^.[a]b",
    no: ["\udcf4\udc90\udc80\udc80b"],
  },
  {
    name: "a line beyond Unicode does not match if grep's automaton rejects it",
    pattern: "^.[^a]?b$",
    no: ["\udcf4\udc90\udc80\udc80b"],
  },
  {
    name: "a dot matches a character beyond Unicode in regex",
    pattern: "^.$|[^a]{9}",
    yes: ["\udcf4\udc90\udc80\udc80"],
  },
  { name: "a line with a byte that is not UTF-8 can match", pattern: "^a.*", yes: ["ab\udcff"] },
  {
    name: "a byte that is not UTF-8 in a rule matches itself",
    pattern: "^f\udcfcr$",
    yes: ["f\udcfcr"],
    no: ["für", "f\udcfbr", "fr"],
  },
  { name: "a bracket never matches a byte that is not UTF-8", pattern: "^[\udcfca]$", yes: ["a"], no: ["\udcfc"] },

  {
    name: "a back-reference matches the same text again",
    pattern: "^(a+|b)-\\1$",
    yes: ["aa-aa", "b-b"],
    no: ["a-aa", "a-b"],
  },
  {
    name: "a back-reference matches the same bytes",
    pattern: "^(.)\\1$",
    yes: ["éé", "😀😀", "aa"],
    no: ["éè", "\udcff\udcff", "aé"],
  },
  {
    name: "a back-reference matches if any path through the group does",
    pattern: "^(a*)(ab)*\\1$",
    yes: ["aa", "abab", "aaba"],
    no: ["aab"],
  },
  {
    name: "a back-reference matches the group's last text",
    pattern: "^(a|b)*\\1$",
    yes: ["abb", "aa"],
    no: ["ab", "aba"],
  },
  {
    name: "a back-reference to a group without a match never matches",
    pattern: "^(a)?b\\1$",
    yes: ["aba"],
    no: ["b", "ab"],
  },
  { name: "a back-reference does not repeat the group's anchors", pattern: "(^a)\\1", yes: ["aab"], no: ["baa"] },
  {
    name: "a back-reference may refer to a group with a back-reference",
    pattern: "^(.)(\\1b)\\2$",
    yes: ["aabab"],
    no: ["aabbb"],
  },
  {
    name: "a pattern may have back-references and word anchors",
    pattern: "\\<(\\w+) \\1\\>",
    yes: ["say it it is"],
    no: ["it its", "bit it"],
  },
  {
    name: "a pattern may have back-references in nested repeats",
    pattern: "^((a)\\2{2}){2}(x){0}$",
    yes: ["aaaaaa"],
    no: ["aaa"],
  },
  {
    name: "a back-reference to a group that is repeated zero times never matches",
    pattern: "(x){0}\\1",
    no: ["", "xx"],
  },
  { name: "the automaton repeats an anchor", pattern: "^*a", yes: ["a", "ba"], no: ["b"] },
  { name: "regex does not repeat an anchor", pattern: "^*a[^x]?", yes: ["a"], no: ["ba"] },
  {
    name: "a back-reference works that only regex reads as one",
    pattern: "(a|b)(+)|)c\\1",
    yes: ["aca", "a)ca"],
    no: ["acb"],
  },
  {
    name: "a line matches only if the automaton finds the brace that regex skips",
    pattern: "{a[^x]",
    yes: ["{ab"],
    no: ["ab", "{"],
  },
  { name: "\\< matches at a word's start", pattern: "\\<é", yes: ["é", "-é"], no: ["aé", "-", ""] },
  { name: "\\> matches at a word's end", pattern: "é\\>", yes: ["é", "é-"], no: ["éa"] },
  {
    name: "\\b matches at a word's edges",
    pattern: "\\bfoo\\b",
    yes: ["foo", "a foo.", "☃foo☃"],
    no: ["foobar", "éfoo", "foo_"],
  },
  { name: "\\B matches between word edges", pattern: "\\B-\\B", yes: ["-", " - ", "☃-"], no: ["a-", "-é"] },
  { name: "an empty line has no edges", pattern: "^\\B$", yes: [""], no: ["a"] },
  { name: "word anchors may follow each other", pattern: "\\<\\b\\w+\\b\\>$", yes: ["a b"], no: ["a b-"] },
  { name: "word anchors that contradict each other never match", pattern: "\\<\\>", no: ["a b", "", "--"] },
  { name: "word anchors work in alternatives", pattern: "(\\<|x)a", yes: ["a", "bxa"], no: ["ba"] },
  { name: "a match begins at a character", pattern: "\\ba{3}\\b", yes: ["aaa"], no: ["aa", "a", "aaaa"] },
  { name: "word anchors read a byte that is not UTF-8 as Latin-1", pattern: "\\ba", yes: ["\udca9a"], no: ["\udce9a"] },
]

describe("an engine", () => {
  for (const { name, pattern, yes = [], no = [] } of CASES) {
    it(name, () => {
      const { engine, refused } = compileEngine([pattern])
      assert.deepEqual(refused, [])
      for (const line of yes) assert.deepEqual(judge(engine, line), [0], `should match ${JSON.stringify(line)}`)
      for (const line of no) assert.deepEqual(judge(engine, line), [], `should not match ${JSON.stringify(line)}`)
    })
  }

  it("an engine returns all patterns that match, ascending", () => {
    const { engine } = compileEngine(["c", "z", "b", "^a", "c"])
    assert.deepEqual(judge(engine, "abc"), [0, 2, 3, 4])
  })

  it("an engine returns ascending indices if a large pattern has a set of its own", () => {
    const { engine } = compileEngine(["x", "y{6000}|x", "b", "^a"])
    assert.deepEqual(judge(engine, "ax"), [0, 1, 3])
  })

  it("an engine without patterns matches nothing", () => {
    assert.deepEqual(judge(compileEngine([]).engine, "a"), [])
  })

  it("an engine judges an ASCII line the same with and without the ASCII flag", () => {
    const { engine } = compileEngine(["^[[:alpha:]]+ é?$"])
    assert.deepEqual(engine.match(Buffer.from("abc "), true), [0])
    assert.deepEqual(engine.match(Buffer.from("abc "), false), [0])
  })

  it("an engine distinguishes thousands of characters that rules name", () => {
    const characters = Array.from({ length: 3000 }, (_, index) => String.fromCodePoint(0x4e00 + index))
    const { engine } = compileEngine([...characters, "^.$", "^[[:alpha:]]$"])
    for (const index of [0, 1, 1800, 2000, 2999]) {
      assert.deepEqual(judge(engine, characters[index] ?? ""), [index, 3000, 3001])
    }
    assert.deepEqual(judge(engine, "\u3400"), [3000, 3001])
  })
})

describe("patterns in one engine", () => {
  const POOL = [
    "a",
    "^a",
    "b$",
    "[[:alpha:]]+ x",
    "é",
    "^[^é]*$",
    "\\bx",
    "a{2}|x*y",
    "(",
    "x\udcff",
    "^.{3,}$",
    "(a)\\1",
    "(.)x*\\1$",
    "^*a",
  ]

  it("patterns in one engine do not influence one another, in one set or in several", () => {
    const characters = fc.constantFrom("a", "b", "x", "y", " ", "é", "☃", "\udcff")
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...POOL), { maxLength: 12 }),
        fc.array(characters, { maxLength: 8 }),
        fc.constantFrom(8000, 1 << 20),
        (patterns, line, maxSetBytes) => {
          const { engine } = compileEngine(patterns, { maxSetBytes })
          const alone = patterns.map((pattern) => judge(compileEngine([pattern]).engine, line.join("")))
          const hits = [...alone.keys()].filter((index) => alone[index]?.length === 1)
          assert.deepEqual(judge(engine, line.join("")), hits)
        },
      ),
      { numRuns: 300 },
    )
  })
})

describe("a pattern that cannot be run", () => {
  it("an invalid pattern is refused with its index, and the others stay in force", () => {
    const { engine, refused } = compileEngine(["a", "[b", "(c)\\2", "d"])
    assert.deepEqual(refused, [
      {
        index: 1,
        column: 1,
        message: "this [ is never closed",
        hint: 'add the closing "]", or write \\[ for a literal [',
      },
      {
        index: 2,
        column: 4,
        message: "\\2 refers to no group before it",
        hint: "write 2 for the digit",
      },
    ])
    assert.deepEqual(judge(engine, "abccd[b"), [0, 3])
  })

  it("a pattern is refused if its repeats make it too large", () => {
    const { engine, refused } = compileEngine(["(a{190}){200}", "(a{200}){201}", "a{32767}", "(a{300})\\1{200}"])
    assert.deepEqual(
      refused.map(({ index, message }) => [index, message]),
      [
        [1, "the pattern is too large for RE2"],
        [3, "the pattern is too large for RE2"],
      ],
    )
    assert.deepEqual(judge(engine, "a".repeat(32_767)), [2])
  })

  it("a pattern is refused if it alone does not fit into a set's memory", () => {
    const { engine, refused } = compileEngine(["a", "b{900}", "c"], { maxSetBytes: 6000 })
    assert.deepEqual(
      refused.map(({ index, message }) => [index, message]),
      [[1, "the pattern is too large for RE2"]],
    )
    assert.deepEqual(judge(engine, "abc"), [0, 2])
  })

  it("is refused when its word anchors make it too large", () => {
    const { engine, refused } = compileEngine(["a", "\\b[^x]{32000}", "c"])
    assert.deepEqual(
      refused.map(({ index, message }) => [index, message]),
      [[1, "the pattern is too large for RE2"]],
    )
    assert.deepEqual(judge(engine, "abc"), [0, 2])
  })
})

describe("an error of RE2 that is not about memory or a pattern", () => {
  it("is thrown", () => {
    assert.throws(() => compileEngine(["a", "b"], { maxSetBytes: 0 }), /^TypeError: Invalid maxMem option/)
  })
})

describe("memory", () => {
  it("patterns that do not fit into one set's memory go into several sets, with the same answers", () => {
    const patterns = Array.from({ length: 64 }, (_, index) => `x${index} [[:alnum:]]+ (foo|bar){1,9}$`)
    const { engine, refused } = compileEngine(patterns, { maxSetBytes: 60_000 })
    assert.deepEqual(refused, [])
    assert.deepEqual(judge(engine, "x7 é foobar"), [7])
    assert.deepEqual(judge(engine, "x63 a bar"), [63])
    assert.equal(engine.fallbacks, 0)
  })

  it("if memory runs out on a line, smaller sets judge it and the next line", () => {
    const patterns = Array.from({ length: 500 }, () => "x")
    const { engine, refused } = compileEngine(patterns, { maxSetBytes: 15_000 })
    assert.deepEqual(refused, [])
    assert.deepEqual(judge(engine, "aaa"), [])
    assert.equal(engine.fallbacks, 0)
    assert.deepEqual(judge(engine, "axa"), [...patterns.keys()])
    const { fallbacks } = engine
    assert.ok(fallbacks > 0)
    assert.deepEqual(judge(engine, "aaa"), [])
    assert.deepEqual(judge(engine, "axa"), [...patterns.keys()])
    assert.ok(engine.fallbacks > fallbacks)
  })
})

function judge(engine: Engine, line: string): readonly number[] | undefined {
  const bytes = encodeUtf8b(line)
  return engine.match(
    bytes,
    bytes.every((byte) => byte < 0x80),
  )
}
