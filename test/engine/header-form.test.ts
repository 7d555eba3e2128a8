import assert from "node:assert/strict"
import { describe, it } from "node:test"
import fc from "fast-check"
import { compileEngine } from "../../src/engine/engine.ts"
import { headerFormOf, isIsoOnly, restrictionTo } from "../../src/engine/header-form.ts"
import type { EreNode } from "../../src/ere/ere.ts"
import { parseEre } from "../../src/ere/parse.ts"

const CASES: { name: string; pattern: string; form: "any" | "iso" }[] = [
  {
    name: "Debian's header matches both forms",
    pattern: "^(\\w{3} [ :0-9]{11}|[0-9T:.+-]{32}) [._[:alnum:]-]+ x$",
    form: "any",
  },
  {
    name: "Debian's header with its alternatives swapped matches both forms",
    pattern: "^([0-9T:.+-]{32}|\\w{3} [ :0-9]{11}) x$",
    form: "any",
  },
  { name: "the older header matches the classic form", pattern: "^\\w{3} [ :[:digit:]]{11} x$", form: "any" },
  { name: "an ISO date of 32 characters matches ISO lines only", pattern: "^[0-9T:.+-]{32} x$", form: "iso" },
  {
    name: "an ISO date that is repeated by mistake matches ISO lines only",
    pattern: "^[0-9T:.+-]{32}+ x$",
    form: "iso",
  },
  {
    name: "an ISO date written part by part matches ISO lines only",
    pattern: "^[[:digit:]]{4}-[0-9]{2}-[^ ]+ x$",
    form: "iso",
  },
  { name: "a literal year matches ISO lines only", pattern: "^20[0-9][0-9]-x", form: "iso" },
  { name: "one alternative of several matches ISO lines only", pattern: "^\\w{3} x|^2026-11-23T", form: "iso" },
  { name: "a year after an anchor inside a group matches ISO lines only", pattern: "(^[0-9]{4}-) x", form: "iso" },
  { name: "a year after optional parts matches ISO lines only", pattern: "^ *(<[0-9]+>)?[0-9]{4}-x", form: "iso" },
  { name: "a rule with an optional date matches both forms", pattern: "^([0-9T:.+-]{32} )?[A-Z]", form: "any" },
  { name: "a rule that begins with .* matches both forms", pattern: "^.* sshd", form: "any" },
  { name: "a rule that begins with a negated bracket matches both forms", pattern: "^[^ ]+ x", form: "any" },
  { name: "a rule without an anchor matches both forms", pattern: "[0-9T:.+-]{32} x", form: "any" },
  { name: "a rule that matches neither form is not ISO only", pattern: "^<x", form: "any" },
  { name: "the empty rule matches both forms", pattern: "", form: "any" },
]

describe("isIsoOnly", () => {
  for (const { name, pattern, form } of CASES) {
    it(name, () => {
      const parsed = parseEre(pattern)
      assert.ok(parsed.ok)
      assert.equal(isIsoOnly(parsed.ere), form === "iso")
    })
  }
})

describe("headerFormOf", () => {
  for (const [line, form] of [
    ["Nov 23 17:45:00 web1 x", "classic"],
    ["2026-11-23T17:45:00.000000+00:00 web1 x", "iso"],
    ["2026", "iso"],
    ["202", undefined],
    ["<134>Nov 23 17:45:00 web1 x", "bare"],
    ["[    4.213] usb 1-1: new device", "bare"],
    ["kernel: x", "bare"],
    ["Xov 23", undefined],
    ["Xovember", "bare"],
    ["T:", undefined],
    ["-- MARK --", undefined],
    ["éa b", undefined],
    ["", undefined],
  ] as const) {
    it(`the form of "${line}" is ${form}`, () => assert.equal(headerFormOf(Buffer.from(line)), form))
  }
})

describe("restrictionTo", () => {
  const RESTRICTED: { name: string; pattern: string; classic: string | undefined; iso: string | undefined }[] = [
    {
      name: "a restriction keeps one of two headers",
      pattern: "^(a{0}Jx|[0-9]{32}) x",
      classic: "^(a{0}Jx) x",
      iso: "^([0-9]{32}) x",
    },
    {
      name: "a restriction keeps the alternatives that can match",
      pattern: "^(N|M|2) x",
      classic: "^(N|M) x",
      iso: "^(2) x",
    },
    {
      name: "a restriction looks beyond the first character",
      pattern: "^\\w{3} [ :0-9]{11} x",
      classic: "^\\w{3} [ :0-9]{11} x",
      iso: undefined,
    },
    {
      name: "a restriction keeps alternatives that may be empty",
      pattern: "^(N|) y",
      classic: "^(N|) y",
      iso: "^() y",
    },
    {
      name: "a restriction does not change a rule without an anchor",
      pattern: "x|(2026) y",
      classic: "x|(2026) y",
      iso: "x|(2026) y",
    },
    { name: "a restriction keeps branches of the whole rule", pattern: "^N|^2|x", classic: "^N|x", iso: "^2|x" },
  ]
  for (const { name, pattern, ...expected } of RESTRICTED) {
    it(name, () => {
      const parsed = parseEre(pattern)
      assert.ok(parsed.ok)
      for (const form of ["classic", "iso"] as const) {
        const possible = restrictionTo(form)(parsed.ere.root)
        assert.equal(possible && JSON.stringify(ungrouped(possible)), treeOf(expected[form]))
      }
    })
  }

  function treeOf(pattern: string | undefined): string | undefined {
    const parsed = pattern === undefined ? undefined : parseEre(pattern)
    return parsed?.ok ? JSON.stringify(ungrouped(parsed.ere.root)) : undefined
  }

  it("a restricted set gives the same answers as the whole one", () => {
    const pieces = fc.constantFrom(
      ..."^ ^ (J|[0-9]+) (|x) (^20|N)* (20|) | \\w{3} [0-9T:.+-]{32} [0-9]+ [^0-9]* . J Nov 2026 {2} ? * $ x".split(
        " ",
      ),
      " ",
    )
    const lines = [
      "Nov",
      "Nov 23 x",
      "2026",
      "2026-11-23x",
      "20",
      "x",
      "",
      "JJ2026",
      "é2026",
      "2026é",
      "<20>N",
      "xxxx",
      " xxx",
    ].map((line) => Buffer.from(line))
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 10 }), (parts) => {
        const pattern = parts.join("")
        // Inside a group, nothing is omitted.
        const whole = compileEngine([`(${pattern})`])
        const { engine, refused } = compileEngine([pattern])
        fc.pre(refused.length === 0 && whole.refused.length === 0 && !pattern.startsWith("*"))
        for (const line of lines) assert.deepEqual(engine.match(line, false), whole.engine.match(line, false))
      }),
      { numRuns: 2000 },
    )
  })
})

/** A tree without its groups, which do not change the matches. */
function ungrouped(node: EreNode): EreNode {
  if (node.kind === "group") return ungrouped(node.body)
  if (node.kind === "sequence") return { ...node, parts: node.parts.map(ungrouped) }
  return node
}
