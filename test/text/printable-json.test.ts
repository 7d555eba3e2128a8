import assert from "node:assert/strict"
import test from "node:test"
import fc from "fast-check"
import { isPrintable } from "../../src/text/printable.ts"
import { escapeJson, printableJson } from "../../src/text/printable-json.ts"

const cases: { name: string; text: string; want: string }[] = [
  { name: "JSON escapes ASCII controls itself", text: "\u001b\n\t", want: '"\\u001b\\n\\t"' },
  { name: "DEL and C1 controls are escaped", text: "\u007f\u009b", want: '"\\u007f\\u009b"' },
  { name: "bidirectional overrides are escaped", text: "\u202e", want: '"\\u202e"' },
  { name: "zero width characters and soft hyphens are escaped", text: "\u200b\u00ad", want: '"\\u200b\\u00ad"' },
  { name: "a character beyond U+FFFF is escaped as two units", text: "\u{e0041}", want: '"\\udb40\\udc41"' },
  { name: "letters of all scripts stay", text: "Ünïcödé 漢字 🦀", want: '"Ünïcödé 漢字 🦀"' },
]

for (const { name, text, want } of cases) {
  test(name, () => assert.equal(printableJson(text), `${want}\n`))
}

test("a document is printable but for its line feeds, and parses to what it was made of", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.constantFrom(0, 2), (text, indent) => {
      const document = { [text]: [text] }
      const json = printableJson(document, indent)
      assert.ok(isPrintable(json.replaceAll("\n", "")))
      assert.deepEqual(JSON.parse(json), document)
    }),
  )
})

test("line feeds between values stay", () => {
  assert.equal(escapeJson('{\n  "a": "\u202e"\n}\n'), '{\n  "a": "\\u202e"\n}\n')
})
