import assert from "node:assert/strict"
import { describe, it } from "node:test"
import fc from "fast-check"
import { compileBackReferences } from "../../src/engine/back-references.ts"
import { compileEngine } from "../../src/engine/engine.ts"
import { parseEre } from "../../src/ere/parse.ts"
import { charactersOf } from "../../src/ere/utf8.ts"

const HARD = "^(.*)(.*)(.*)(.*)\\1\\2\\3\\4x$"
const SAME_TWICE = '^\\w{3} [ :0-9]{11} [^ ]+ postfix: asked for "([^"]+)", got "\\1"$'

function matches(pattern: string, line: string): boolean | undefined {
  const parsed = parseEre(pattern)
  assert.ok(parsed.ok)
  return compileBackReferences(parsed.ere)(charactersOf(Buffer.from(line)))
}

describe("a pattern with back-references", () => {
  it("a pattern with literal text around its groups judges a line of 64 KiB", () => {
    const name = "a".repeat(32_000)
    assert.equal(matches(SAME_TWICE, `Nov 23 17:45:00 web1 postfix: asked for "${name}", got "${name}"`), true)
    assert.equal(matches(SAME_TWICE, `Nov 23 17:45:00 web1 postfix: asked for "${name}", got "${name}b"`), false)
  })

  it("a line that needs more steps than the limit is not judged", () => {
    assert.equal(matches(HARD, `${"ab".repeat(100)}y`), undefined)
    assert.equal(matches(HARD, "ababx"), true)
  })

  it("a line that the matcher cannot judge counts as unjudged, not as unmatched", () => {
    const { engine } = compileEngine(["x", HARD])
    const hard = Buffer.from(`${"ab".repeat(100)}yx`)
    assert.equal(engine.match(hard, true), undefined)
    assert.deepEqual(engine.match(Buffer.from("yxy"), true), [0])
  })

  it("the matcher ends for any pattern and any line", () => {
    const tokens = fc.constantFrom(..."ab.()|*+?", "(a*)*", "(|b)+", "\\1", "\\2", "{2,}")
    fc.assert(
      fc.property(fc.array(tokens, { maxLength: 12 }), fc.stringMatching(/^[ab]{0,60}$/), (parts, line) => {
        const parsed = parseEre(`(a|b|)${parts.join("")}`)
        if (parsed.ok) compileBackReferences(parsed.ere)(charactersOf(Buffer.from(line)))
      }),
      { numRuns: 2000 },
    )
  })

  it("the matcher agrees with JavaScript's, which tries all paths", () => {
    const tokens = fc.constantFrom(..."aab.", "[ab]", "(a)", "(b|a.)", "(a+)", "\\1", "\\1", "\\2")
    fc.assert(
      fc.property(fc.array(tokens, { maxLength: 8 }), fc.stringMatching(/^[ab]{0,12}$/), (parts, line) => {
        // Both groups are before all references to them, and are not repeated.
        const pattern = `(a|ab)(b*)${parts.join("")}`
        assert.equal(matches(pattern, line), new RegExp(pattern).test(line))
      }),
      { numRuns: 2000 },
    )
  })
})
