import assert from "node:assert/strict"
import { describe, it } from "node:test"
import fc from "fast-check"
import { compileEngine, type Engine } from "../../src/engine/engine.ts"
import { encodeUtf8b } from "../../src/text/utf8b.ts"

/** U+DC80 … U+DCFF stand for bytes that are not UTF-8, in patterns and in lines. */
const CASES: { name: string; pattern: string; yes?: string[]; no?: string[] }[] = [
  { name: "a pattern is searched for", pattern: "b", yes: ["abc"], no: ["ac", ""] },
  { name: "case matters", pattern: "error", no: ["Error"] },
  { name: "anchors hold on to the line's ends", pattern: "^b$", yes: ["b"], no: ["ab", "ba"] },
  { name: "an anchor in the middle never holds", pattern: "a^b|a$b", no: ["a^b", "a$b", "ab"] },
  { name: "the empty pattern matches every line", pattern: "", yes: ["", "a"] },
  { name: "an empty alternative", pattern: "^(a|)b$", yes: ["ab", "b"], no: ["aab"] },
  {
    name: "every character of RE2's syntax means itself",
    pattern: "^\\.\\+/#-,'\"&~`!@%=:;<>_$",
    yes: [".+/#-,'\"&~`!@%=:;<>_"],
  },
  {
    name: "what JavaScript would read otherwise",
    pattern: "^\\u0041\\cA\\x41\\pL\\/$",
    yes: ["u0041cAx41pL/"],
    no: ["A"],
  },
  { name: "a question mark behind a repeat is no laziness", pattern: "^a+?$", yes: ["", "aaa"], no: ["b"] },
  { name: "a backslash in a bracket is a backslash", pattern: "^[\\d]+$", yes: ["\\d"], no: ["5"] },
  { name: "a hyphen, a caret and brackets in a bracket", pattern: "^[]^[-]+$", yes: ["]^[-"], no: ["a"] },
  { name: "a class names its characters", pattern: "^[[:punct:]]+$", yes: ["!#[\\]^_~"], no: ["a", " "] },
  { name: "control characters are characters", pattern: "^a.[^b]c$", yes: ["a\0\x01c"], no: ["abbc"] },

  {
    name: "more repeats than RE2 takes",
    pattern: "^a{1500}$",
    yes: ["a".repeat(1500)],
    no: ["a".repeat(1499), "a".repeat(1501)],
  },
  {
    name: "at least more repeats than RE2 takes",
    pattern: "^a{1500,}$",
    yes: ["a".repeat(2000)],
    no: ["a".repeat(1499)],
  },
  {
    name: "a range of more repeats",
    pattern: "^a{3,2100}$",
    yes: ["aaa", "a".repeat(2100)],
    no: ["aa", "a".repeat(2101)],
  },
  {
    name: "repeats inside repeats",
    pattern: "^((ab{9}){12}){11}$",
    yes: [`a${"b".repeat(9)}`.repeat(132)],
    no: [`a${"b".repeat(9)}`.repeat(131)],
  },
  { name: "repeated no times", pattern: "^a(b){0}c$", yes: ["ac"], no: ["abc"] },

  { name: "letters beyond ASCII are letters", pattern: "^[[:alnum:]]+$", yes: ["éßЖ雪٣"], no: ["☃", "\u00a0"] },
  { name: "and word characters", pattern: "^\\w+$", yes: ["naïve_1"], no: ["na☃ve"] },
  { name: "cases beyond ASCII", pattern: "^[[:upper:]][[:lower:]]$", yes: ["Éé", "Жж"], no: ["éÉ", "雪雪"] },
  { name: "blanks beyond ASCII", pattern: "^\\s[[:space:]]$", yes: ["\u2003\u3000"], no: ["\u00a0\u00a0"] },
  { name: "a dot takes one character", pattern: "^...$", yes: ["é☃😀", "abc"], no: ["é", "😀"] },
  { name: "a negated bracket takes one character", pattern: "^[^a]$", yes: ["é", "😀"], no: ["a", "éé"] },
  { name: "a character means itself", pattern: "^für$", yes: ["für"], no: ["fur", "f¨r", "fúr"] },
  {
    name: "and is still what it is for others",
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
    name: "nor are overlong forms and surrogates",
    pattern: "^.+$|^[^a]+$",
    no: ["\udcc0\udc80", "\udced\udca0\udc80", "\udcf8\udc80\udc80\udc80\udc80", "\udcfe"],
  },
  {
    name: "what UTF-8 once had beyond Unicode is a character to brackets",
    pattern: "^[^a]b$",
    yes: ["\udcf4\udc90\udc80\udc80b", "\udcf8\udc88\udc80\udc80\udc80b", "\udcfd\udcbf\udcbf\udcbf\udcbf\udcbfb"],
  },
  { name: "though not to a dot that grep's automaton sees", pattern: "^.b|^.[a]b", no: ["\udcf4\udc90\udc80\udc80b"] },
  { name: "nor where that lets no such line pass", pattern: "^.[^a]?b$", no: ["\udcf4\udc90\udc80\udc80b"] },
  { name: "but else to a dot, too", pattern: "^.$|[^a]{9}", yes: ["\udcf4\udc90\udc80\udc80"] },
  { name: "a line with such a byte is a line", pattern: "^a.*", yes: ["ab\udcff"] },
  {
    name: "such a byte in a rule means itself",
    pattern: "^f\udcfcr$",
    yes: ["f\udcfcr"],
    no: ["für", "f\udcfbr", "fr"],
  },
  { name: "but is in no bracket", pattern: "^[\udcfca]$", yes: ["a"], no: ["\udcfc"] },

  {
    name: "a back-reference takes the same again",
    pattern: "^(a+|b)-\\1$",
    yes: ["aa-aa", "b-b"],
    no: ["a-aa", "a-b"],
  },
  { name: "to the byte", pattern: "^(.)\\1$", yes: ["éé", "😀😀", "aa"], no: ["éè", "\udcff\udcff", "aé"] },
  { name: "whichever way the group may match", pattern: "^(a*)(ab)*\\1$", yes: ["aa", "abab", "aaba"], no: ["aab"] },
  { name: "what the group matched last", pattern: "^(a|b)*\\1$", yes: ["abb", "aa"], no: ["ab", "aba"] },
  { name: "nothing where the group took no part", pattern: "^(a)?b\\1$", yes: ["aba"], no: ["b", "ab"] },
  { name: "without the group's anchors", pattern: "(^a)\\1", yes: ["aab"], no: ["baa"] },
  { name: "of a reference", pattern: "^(.)(\\1b)\\2$", yes: ["aabab"], no: ["aabbb"] },
  { name: "beside word anchors", pattern: "\\<(\\w+) \\1\\>", yes: ["say it it is"], no: ["it its", "bit it"] },
  { name: "beside repeats of repeats", pattern: "^((a)\\2{2}){2}(x){0}$", yes: ["aaaaaa"], no: ["aaa"] },
  { name: "to a group that is repeated no times, never", pattern: "(x){0}\\1", no: ["", "xx"] },
  { name: "a repeat of an anchor", pattern: "^*a", yes: ["a", "ba"], no: ["b"] },
  { name: "which is none to regex", pattern: "^*a[^x]?", yes: ["a"], no: ["ba"] },
  { name: "a reference that only regex sees as one", pattern: "(a|b)(+)|)c\\1", yes: ["aca", "a)ca"], no: ["acb"] },
  { name: "a brace that the automaton must see, too", pattern: "{a[^x]", yes: ["{ab"], no: ["ab", "{"] },
  { name: "a word's start", pattern: "\\<é", yes: ["é", "-é"], no: ["aé", "-", ""] },
  { name: "a word's end", pattern: "é\\>", yes: ["é", "é-"], no: ["éa"] },
  { name: "a word's edges", pattern: "\\bfoo\\b", yes: ["foo", "a foo.", "☃foo☃"], no: ["foobar", "éfoo", "foo_"] },
  { name: "no word's edge", pattern: "\\B-\\B", yes: ["-", " - ", "☃-"], no: ["a-", "-é"] },
  { name: "an empty line has no edges", pattern: "^\\B$", yes: [""], no: ["a"] },
  { name: "word anchors one after another", pattern: "\\<\\b\\w+\\b\\>$", yes: ["a b"], no: ["a b-"] },
  { name: "word anchors that contradict each other", pattern: "\\<\\>", no: ["a b", "", "--"] },
  { name: "word anchors in alternatives", pattern: "(\\<|x)a", yes: ["a", "bxa"], no: ["ba"] },
  { name: "a match begins at a character", pattern: "\\ba{3}\\b", yes: ["aaa"], no: ["aa", "a", "aaaa"] },
  { name: "a byte that is not UTF-8 is Latin-1 to word anchors", pattern: "\\ba", yes: ["\udca9a"], no: ["\udce9a"] },
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

  it("tells all patterns that match, ascending", () => {
    const { engine } = compileEngine(["c", "z", "b", "^a", "c"])
    assert.deepEqual(judge(engine, "abc"), [0, 2, 3, 4])
  })

  it("tells them ascending where a large one stands apart", () => {
    const { engine } = compileEngine(["x", "y{6000}|x", "b", "^a"])
    assert.deepEqual(judge(engine, "ax"), [0, 1, 3])
  })

  it("of no patterns matches nothing", () => {
    assert.deepEqual(judge(compileEngine([]).engine, "a"), [])
  })

  it("takes an ASCII line for what it is, whether or not it is told so", () => {
    const { engine } = compileEngine(["^[[:alpha:]]+ é?$"])
    assert.deepEqual(engine.match(Buffer.from("abc "), true), [0])
    assert.deepEqual(engine.match(Buffer.from("abc "), false), [0])
  })

  it("keeps apart thousands of characters that rules name", () => {
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

  it("do not influence one another, however many sets they take", () => {
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
  it("is refused with its index, and the others stay in force under theirs", () => {
    const { engine, refused } = compileEngine(["a", "[b", "(c)\\2", "d"])
    assert.deepEqual(refused, [
      {
        index: 1,
        column: 1,
        message: "this [ is never closed",
        hint: 'add the closing "]", or write \\[ for the character',
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

  it("is refused when its repeats make it too large", () => {
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

  it("is refused when it does not fit into a set's memory on its own", () => {
    const { engine, refused } = compileEngine(["a", "b{900}", "c"], { maxSetBytes: 6000 })
    assert.deepEqual(
      refused.map(({ index, message }) => [index, message]),
      [[1, "the pattern is too large for RE2"]],
    )
    assert.deepEqual(judge(engine, "abc"), [0, 2])
  })
})

describe("memory", () => {
  it("that does not hold all patterns makes several sets, with the same answers", () => {
    const patterns = Array.from({ length: 64 }, (_, index) => `x${index} [[:alnum:]]+ (foo|bar){1,9}$`)
    const { engine, refused } = compileEngine(patterns, { maxSetBytes: 60_000 })
    assert.deepEqual(refused, [])
    assert.deepEqual(judge(engine, "x7 é foobar"), [7])
    assert.deepEqual(judge(engine, "x63 a bar"), [63])
    assert.equal(engine.fallbacks, 0)
  })

  it("that runs out on a line makes smaller sets judge it, and the next line", () => {
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
