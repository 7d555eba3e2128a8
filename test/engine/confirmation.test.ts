import assert from "node:assert/strict"
import { describe, it } from "node:test"
import { Confirmation } from "../../src/engine/confirmation.ts"
import { type CompiledMatcher, compileMatcher, TOO_LARGE } from "../../src/engine/pattern-sets.ts"
import { createRe2Emitter } from "../../src/engine/re2-pattern.ts"
import { createAlphabet } from "../../src/ere/alphabet.ts"
import { parseEre } from "../../src/ere/parse.ts"

const noRoom = (): CompiledMatcher => ({ ok: false, refusal: TOO_LARGE })

function confirmationOf(pattern: string, compile: (source: string) => CompiledMatcher) {
  const parsed = parseEre(pattern)
  if (!parsed.ok) assert.fail(parsed.message)
  const alphabet = createAlphabet([parsed.ere])
  const confirmation = new Confirmation(new Map([[0, parsed.ere]]), {
    alphabet,
    emitter: createRe2Emitter(alphabet),
    compile,
  })
  const confirm = (line: Buffer) => confirmation.confirm([0], line, alphabet.encode(line))
  return { confirmation, confirm }
}

describe("the confirmation of a pattern", () => {
  it("a pattern whose confirmation RE2 cannot run is refused", () => {
    assert.deepEqual([...confirmationOf("\\bx", noRoom).confirmation.refused], [[0, TOO_LARGE]])
    assert.equal(confirmationOf("\\bx", compileMatcher).confirmation.refused.size, 0)
  })

  it("a line beyond Unicode is unjudged if RE2 cannot run the second reading", () => {
    const beyondUnicode = Buffer.from([0xf8, 0x88, 0x80, 0x80, 0x80, 0x62])
    assert.deepEqual(confirmationOf("^[^a]b$", compileMatcher).confirm(beyondUnicode), [0])
    assert.equal(confirmationOf("^[^a]b$", noRoom).confirm(beyondUnicode), undefined)
  })
})
