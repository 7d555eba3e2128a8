import assert from "node:assert/strict"
import { describe, it } from "node:test"
import { CLASS_NAMES, CLASS_SETS_BEYOND_ASCII, classBit, classesOf } from "../../src/ere/character-classes.ts"
import { askGrep, withoutGnuGrep } from "../support/gnu-grep.ts"

const FACTS: { name: string; character: string; classes: string }[] = [
  { name: "an ASCII letter has six classes", character: "A", classes: "alnum alpha graph print upper xdigit" },
  { name: "a tab is blank", character: "\t", classes: "blank cntrl space" },
  { name: "an accented letter has a case", character: "é", classes: "alnum alpha graph lower print" },
  { name: "an ideograph has no case", character: "雪", classes: "alnum alpha graph print" },
  { name: "a digit of another script is a letter", character: "٣", classes: "alnum alpha graph print" },
  { name: "a no-break space is punctuation", character: "\u00a0", classes: "graph print punct" },
  { name: "an em space is blank", character: "\u2003", classes: "blank print space" },
  { name: "a control character beyond ASCII is cntrl", character: "\u0085", classes: "cntrl" },
  { name: "an emoji is punctuation", character: "😀", classes: "graph print punct" },
  { name: "an unassigned character is in no class", character: "\u0378", classes: "" },
  { name: "the last code point is in no class", character: "\u{10ffff}", classes: "" },
]

describe("character classes", () => {
  for (const { name, character, classes } of FACTS) {
    it(name, () => {
      assert.equal(classNames(classesOf(character.codePointAt(0) ?? 0)), classes)
    })
  }

  it("an unknown name, and a name in capitals, is no class", () => {
    assert.equal(classBit("word"), undefined)
    assert.equal(classBit("ALPHA"), undefined)
    assert.equal(classBit(""), undefined)
  })

  it("characters beyond ASCII have at most a dozen distinct sets of classes", () => {
    assert.ok(CLASS_SETS_BEYOND_ASCII.length <= 12)
    assert.ok(CLASS_SETS_BEYOND_ASCII.includes(classesOf(0xe9)))
  })

  it("the table agrees with grep wherever the classes change", { skip: withoutGnuGrep() }, () => {
    const edges: number[] = []
    for (let codePoint = 1; codePoint < 0x11_0000; codePoint++) {
      const surrogate = codePoint >= 0xd800 && codePoint <= 0xdfff
      if (surrogate || codePoint === 0x0a) continue
      if (classesOf(codePoint) !== classesOf(codePoint - 1) || classesOf(codePoint) !== classesOf(codePoint + 1)) {
        edges.push(codePoint)
      }
    }
    const lines = edges.map((codePoint) => Buffer.from(String.fromCodePoint(codePoint)))
    const answers = askGrep(
      CLASS_NAMES.map((name) => `^[[:${name}:]]$`),
      lines,
    )
    for (const [bit, answer] of answers.entries()) {
      const ours = [...edges.keys()].filter((index) => classesOf(edges[index] ?? 0) & (1 << bit))
      assert.deepEqual(ours, answer, CLASS_NAMES[bit])
    }
  })
})

function classNames(mask: number): string {
  return CLASS_NAMES.filter((_, bit) => mask & (1 << bit)).join(" ")
}
