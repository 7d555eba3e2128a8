/** Compares the engine with GNU grep on rules and lines: those of test/corpus, and real ones if they are available. */
import assert from "node:assert/strict"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, it, type TestContext } from "node:test"
import { compileEngine, type Engine } from "../../src/engine/engine.ts"
import { parseRuleFile } from "../../src/rules/rule-file.ts"
import { type TriedPattern, triedPatterns } from "../support/corpus.ts"
import { conformancePatterns, DEBIAN_RULES, generatedPatterns, withoutFieldCorpora } from "../support/field-corpora.ts"
import { withoutGnuGrep } from "../support/gnu-grep.ts"

/** Patterns of one engine: more of them at once need more memory than an engine has for one set. */
const PATTERNS_AT_ONCE = 700

describe("the engine and GNU grep", () => {
  it("the engine agrees with grep on the rules of test/corpus", { skip: withoutGnuGrep() }, (t) => {
    compare(t, triedPatterns())
  })

  it("the engine agrees with grep on the tests of grep and of other engines", { skip: withoutFieldCorpora }, (t) => {
    // One by one: a case says whether its own pattern is refused.
    compare(t, conformancePatterns(), 1)
  })

  it("the engine agrees with grep on lines made for real rules", { skip: withoutFieldCorpora }, (t) => {
    compare(t, generatedPatterns())
  })

  it("all of Debian's rules are in force", { skip: withoutFieldCorpora }, (t) => {
    const patterns = readdirSync(DEBIAN_RULES, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap((directory) => rulesIn(join(DEBIAN_RULES, directory.name)))
    const { refused } = compileEngine(patterns)
    t.diagnostic(`${patterns.length} rules, ${refused.length} refused`)
    assert.deepEqual(refused, [])
  })
})

function compare(t: TestContext, patterns: readonly TriedPattern[], atOnce = PATTERNS_AT_ONCE): void {
  const tried = { matches: 0, lines: 0, refused: 0 }
  for (let first = 0; first < patterns.length; first += atOnce) {
    const chunk = patterns.slice(first, first + atOnce)
    const { engine, refused } = compileEngine(chunk.map(({ text }) => text))
    const refusalOf = new Map(refused.map(({ index, message }) => [index, message]))
    for (const [index, { text, lines, verdicts }] of chunk.entries()) {
      const refusal = refusalOf.get(index)
      assert.equal(refusal !== undefined, verdicts === "refused", `${text}: ${refusal}`)
      if (verdicts === "refused") {
        tried.refused += 1
        continue
      }
      for (const [at, line] of lines.entries()) {
        assert.equal(match(engine, line).includes(index), verdicts[at], `${text}\n${line}`)
        tried.lines += 1
        if (verdicts[at] === true) tried.matches += 1
      }
    }
  }
  const { matches, lines, refused } = tried
  t.diagnostic(`${patterns.length} patterns, ${refused} of them refused; ${lines} lines, ${matches} of them matched`)
  assert.ok(refused > 0 && matches > 0 && matches < lines, "there is something to compare")
}

function match(engine: Engine, line: Buffer): readonly number[] {
  const hits = engine.match(
    line,
    line.every((byte) => byte < 0x80),
  )
  assert.ok(hits !== undefined)
  return hits
}

function rulesIn(directory: string): string[] {
  return readdirSync(directory).flatMap((file) => {
    const path = join(directory, file)
    const source = { directory: "ignore.d.server", file, path } as const
    return parseRuleFile(readFileSync(path), source).rules.map(({ text }) => text)
  })
}
