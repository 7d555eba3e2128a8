import assert from "node:assert/strict"
import test from "node:test"
import fc from "fast-check"
import { printable, printableStart } from "../../src/text/printable.ts"

const cases: { name: string; input: string; want: string }[] = [
  {
    name: "ordinary text stays",
    input: "Nov 23 09:00:00 web1 su[7]: a/b \\ \"c\" 'd'",
    want: "Nov 23 09:00:00 web1 su[7]: a/b \\ \"c\" 'd'",
  },
  { name: "letters of all scripts stay", input: "Ünïcödé 漢字 🦀 ελληνικά", want: "Ünïcödé 漢字 🦀 ελληνικά" },
  { name: "an escape sequence shows", input: "\u001b[2J", want: "\\x1b[2J" },
  { name: "line feed, carriage return and tab show", input: "a\nb\rc\td", want: "a\\x0ab\\x0dc\\x09d" },
  { name: "NUL and DEL show", input: "\0\u007f", want: "\\x00\\x7f" },
  { name: "C1 controls show", input: "\u0085\u009b", want: "\\x85\\x9b" },
  {
    name: "bidirectional overrides show",
    input: "\u202a\u202e\u2066\u2069\u200e\u200f",
    want: "\\u202a\\u202e\\u2066\\u2069\\u200e\\u200f",
  },
  { name: "line separators show", input: "\u2028\u2029", want: "\\u2028\\u2029" },
  {
    name: "zero width characters show",
    input: "\u200b\u200c\u200d\u2060\ufeff",
    want: "\\u200b\\u200c\\u200d\\u2060\\ufeff",
  },
  { name: "an unpaired surrogate shows, a pair stays", input: "\ud83e|\udd80|🦀", want: "\\ud83e|\\udd80|🦀" },
  { name: "an invisible tag shows", input: "\u{e0041}", want: "\\u{e0041}" },
  { name: "letters that are blank show", input: "\u3164\u2800", want: "\\u3164\\u2800" },
]

for (const { name, input, want } of cases) {
  test(name, () => assert.equal(printable(input), want))
}

test("printable text never changes again", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      assert.equal(printable(printable(text)), printable(text))
    }),
  )
})

test("a line at the limit is shown whole", () => {
  assert.equal(printableStart("a".repeat(10), 10), "a".repeat(10))
})

test("a longer one is cut, and says by how much", () => {
  assert.equal(printableStart("a".repeat(1_244), 10), `${"a".repeat(10)} […1,234 more characters]`)
  assert.equal(printableStart("ab", 1), "a […1 more character]")
})

test("a cut does not halve a character", () => {
  assert.equal(printableStart("ab🦀c", 3), "ab […3 more characters]")
})
