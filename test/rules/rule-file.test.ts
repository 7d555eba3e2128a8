import assert from "node:assert/strict"
import { spawnSync } from "node:child_process"
import { test } from "node:test"
import fc from "fast-check"
import { parseRuleFile } from "../../src/rules/rule-file.ts"
import { decodeUtf8b, encodeUtf8b } from "../../src/text/utf8b.ts"

const source = { directory: "ignore.d.server", file: "ssh", path: "/etc/logcheck/ignore.d.server/ssh" } as const

function texts(bytes: string | Buffer): [number, string][] {
  return parseRuleFile(Buffer.from(bytes), source).rules.map((rule) => [rule.line, rule.text])
}

const cases: { name: string; bytes: string | Buffer; want: [number, string][] }[] = [
  { name: "an empty file has no rules", bytes: "", want: [] },
  {
    name: "the last line needs no line feed",
    bytes: "a\nb",
    want: [
      [1, "a"],
      [2, "b"],
    ],
  },
  {
    name: "blank lines and comments are dropped, and lines keep their numbers",
    bytes: "# x\n\n \t\v\f\nrule\n",
    want: [[4, "rule"]],
  },
  { name: "a line with a hash after blanks is a rule", bytes: "  # x\n", want: [[1, "  # x"]] },
  { name: "blanks at both ends are part of the pattern", bytes: "\ta b \n", want: [[1, "\ta b "]] },
  {
    name: "a carriage return is part of the pattern",
    bytes: "a\r\n\r\nb\n",
    want: [
      [1, "a\r"],
      [3, "b"],
    ],
  },
  {
    name: "there is no line continuation",
    bytes: "a\\\nb\n",
    want: [
      [1, "a\\"],
      [2, "b"],
    ],
  },
  { name: "an em space is blank, a no-break space is not", bytes: "\u2003\n\u00a0\n", want: [[2, "\u00a0"]] },
  {
    name: "bytes that are not UTF-8 are kept, each as one code unit",
    bytes: Buffer.from("é\xe9\xff".replace("é", "\xc3\xa9"), "latin1"),
    want: [[1, "é\udce9\udcff"]],
  },
  {
    name: "a cut sequence at the end is kept byte by byte",
    bytes: Buffer.from([0x61, 0xe2, 0x82]),
    want: [[1, "a\udce2\udc82"]],
  },
  {
    name: "an encoded surrogate is not UTF-8",
    bytes: Buffer.from([0xed, 0xa0, 0x80]),
    want: [[1, "\udced\udca0\udc80"]],
  },
]

for (const { name, bytes, want } of cases) {
  test(name, () => assert.deepEqual(texts(bytes), want))
}

test("samples belong to the next rule, across comments and blank lines", () => {
  const { rules, strays } = parseRuleFile(
    Buffer.from("#+ one\n#- two\n\n# note\nfirst\nsecond\n#+ three \nthird\n#- four\n"),
    source,
  )
  assert.deepEqual(
    rules.map((rule) => rule.samples),
    [
      [
        { mustMatch: true, text: "one", line: 1 },
        { mustMatch: false, text: "two", line: 2 },
      ],
      [],
      [{ mustMatch: true, text: "three ", line: 7 }],
    ],
  )
  assert.deepEqual(strays, [{ mustMatch: false, text: "four", line: 9 }])
})

test("a line of dashes or pluses is a comment, no sample", () => {
  const { rules } = parseRuleFile(Buffer.from("#------\n#++++\n#+\n #+ x\nrule\n"), source)
  assert.deepEqual(
    rules.map((rule) => [rule.text, rule.samples.length]),
    [
      [" #+ x", 0],
      ["rule", 0],
    ],
  )
})

test("a default applies to the whole file", () => {
  const { rules } = parseRuleFile(Buffer.from("first\n#= WAN_IF=(a|b)=c\n#= lower=x\n#== A=x\n#= B\nlast\n"), source)
  const want = new Map([["WAN_IF", "(a|b)=c"]])
  assert.deepEqual(
    rules.map((rule) => rule.defaults),
    [want, want],
  )
})

test("the rules are exactly the lines that logcheck's grep keeps", (context) => {
  const clean = (bytes: Buffer) =>
    spawnSync("grep", ["-E", "--text", "-n", "-v", "^[[:space:]]*$|^#"], {
      input: bytes,
      env: { ...process.env, LC_ALL: "C.UTF-8" },
    })
  if (clean(Buffer.from("x\n")).status !== 0) return context.skip("no GNU grep here")
  const piece = fc.constantFrom("a", "#", " ", "\t", "\r", "\n", "\n", "é", "\u2003", "\u2028", "\u00a0", "\u3000")
  const bytes = fc.oneof(
    fc.array(piece, { maxLength: 40 }).map((pieces) => Buffer.from(pieces.join(""))),
    fc.array(fc.constantFrom(0x20, 0x0a, 0x23, 0x61, 0x80, 0xc3, 0xe2, 0xff), { maxLength: 30 }).map(Buffer.from),
  )
  fc.assert(
    fc.property(bytes, (input) => {
      const lines = clean(input).stdout.toString("latin1").split("\n").slice(0, -1)
      const want = lines.map((line) => Number.parseInt(line, 10))
      assert.deepEqual(
        parseRuleFile(input, source).rules.map((rule) => rule.line),
        want,
      )
    }),
    { numRuns: 200 },
  )
})

test("any bytes survive decoding and encoding", () => {
  const bytes = fc.oneof(
    fc.uint8Array(),
    fc.string({ unit: "binary" }).map((text) => Buffer.from(text)),
  )
  fc.assert(
    fc.property(bytes, (input) => assert.deepEqual(encodeUtf8b(decodeUtf8b(Buffer.from(input))), Buffer.from(input))),
  )
})
