/** Compares the walker with GNU grep on rules and lines: those of test/corpus, and real ones if they are available. */
import assert from "node:assert/strict"
import { describe, it, type TestContext } from "node:test"
import { automatonOf } from "../../src/ere/automaton.ts"
import { parseEre } from "../../src/ere/parse.ts"
import { charactersOf, walk } from "../../src/explain/walk.ts"
import { type TriedPattern, triedPatterns } from "../support/corpus.ts"
import { generatedPatterns, withoutFieldCorpora } from "../support/field-corpora.ts"
import { withoutGnuGrep } from "../support/gnu-grep.ts"

describe("the walker and GNU grep", () => {
  it("walking the rules of test/corpus agrees with grep, forward and backward", { skip: withoutGnuGrep() }, (t) => {
    compare(t, triedPatterns())
  })

  it("walking real rules agrees with grep, forward and backward", { skip: withoutFieldCorpora }, (t) => {
    compare(t, generatedPatterns())
  })
})

function compare(t: TestContext, patterns: readonly TriedPattern[]): void {
  const walked = { patterns: 0, lines: 0, matches: 0 }
  for (const { text, lines, verdicts } of patterns) {
    const parsed = parseEre(text)
    // A back-reference is walked as the group that it refers to, which may match more.
    if (verdicts === "refused" || !parsed.ok || parsed.ere.backReference !== undefined) continue
    const forward = automatonOf(parsed.ere.root)
    const backward = automatonOf(parsed.ere.root, "backward")
    assert.ok(forward !== undefined && backward !== undefined, text)
    walked.patterns += 1
    for (const [at, line] of lines.entries()) {
      const characters = charactersOf(line)
      assert.equal(walk(forward, characters).matched, verdicts[at], `${text}\n${line}`)
      assert.equal(walk(backward, characters, "backward").matched, verdicts[at], `backward: ${text}\n${line}`)
      walked.lines += 1
      if (verdicts[at] === true) walked.matches += 1
    }
  }
  const { lines, matches } = walked
  t.diagnostic(`${walked.patterns} patterns, ${lines} lines, ${matches} of them matched`)
  assert.ok(matches > 0 && matches < lines, "there is something to compare")
}
