import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import { globDefect, isGlob, matchesGlob } from "../../src/hosts/glob.ts"

const table: [pattern: string, name: string, want: boolean][] = [
  ["web1", "web1", true],
  ["web1", "web12", false],
  ["web1", "WEB1", true],
  ["WEB1", "web1", true],
  ["web1", "web1.example.org", true],
  ["web1", "web12.example.org", false],
  ["web1.example.org", "web1.example.org", true],
  ["web1.example.org", "web1", false],
  ["web1.example.org", "web1.example.org.evil", false],
  ["web?", "web1.example.org", true],
  ["web?", "web", false],
  ["gw-*", "gw-", true],
  ["gw-*", "gw-7.example.org", true],
  ["*", "", true],
  ["*", "anything.at.all", true],
  ["?*", "", false],
  ["*.example.org", "web1.example.org", true],
  ["*.example.org", "example.org", false],
  ["*-gw-*", "a-gw-gw-b", true],
  ["*a*b*c", "xxaxxbxxc", true],
  ["*a*b*c", "xxaxxbxx", false],
  ["web[1-3]", "web2", true],
  ["web[1-3]", "web4", false],
  ["web[a-c]", "webB", true],
  ["web[A-C]", "webb", true],
  ["web[!1-3]", "web4", true],
  ["web[^1-3]", "web2", false],
  ["web[]x]", "web]", true],
  ["web[1-]", "web-", true],
  ["web[1][2]", "web12", true],
  ["web[*]", "web*", true],
  ["web[*]", "webx", false],
  ["192", "192.0.2.1", false],
  ["192.0.2.*", "192.0.2.1", true],
  ["", "web1", false],
  ["web1", ".web1", false],
]

for (const [pattern, name, want] of table) {
  test(`${JSON.stringify(pattern)} ${want ? "matches" : "does not match"} ${JSON.stringify(name)}`, () => {
    assert.equal(matchesGlob(pattern, name), want)
  })
}

test("a pattern is a glob if it can match more than one name", () => {
  assert.deepEqual(["web1", "web1.example.org", "web?", "web*", "web[12]"].map(isGlob), [
    false,
    false,
    true,
    true,
    true,
  ])
})

test("the defect of a pattern is described in words", () => {
  assert.equal(globDefect("gw-[a-z]*.example.org"), undefined)
  assert.equal(globDefect(""), "it is empty")
  assert.match(globDefect("a b") ?? "", /blank/)
  assert.match(globDefect("büro") ?? "", /ASCII/)
  for (const pattern of ["web[1", "web[", "web[]", "web[!]", "[1][2"]) {
    assert.match(globDefect(pattern) ?? "", /no "\]"/, pattern)
  }
})

test("a pattern without sets matches like the equivalent regular expression", () => {
  const letters = fc.constantFrom("a", "b", ".", "*", "?")
  const pattern = fc.array(letters, { maxLength: 8 }).map((list) => list.join(""))
  const name = fc.array(fc.constantFrom("a", "b", "."), { maxLength: 10 }).map((list) => list.join(""))
  fc.assert(
    fc.property(pattern, name, (glob, text) => {
      const expression = new RegExp(`^${glob.replace(/\./g, "\\.").replace(/\*/g, ".*").replace(/\?/g, ".")}$`)
      const label = /^([^.]+)\./.exec(text)?.[1]
      const want = expression.test(text) || (label !== undefined && !glob.includes(".") && expression.test(label))
      assert.equal(matchesGlob(glob, text), want)
    }),
    { numRuns: 2_000 },
  )
})

test("a pattern without a defect never throws", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."[]!^-*?a.") }), fc.string({ unit: "binary" }), (glob, text) => {
      if (globDefect(glob) === undefined) assert.equal(typeof matchesGlob(glob, text), "boolean")
    }),
    { numRuns: 2_000 },
  )
})

test("a pattern with many stars is matched quickly", () => {
  assert.equal(matchesGlob(`${"*a".repeat(120)}b`, "a".repeat(255)), false)
})
