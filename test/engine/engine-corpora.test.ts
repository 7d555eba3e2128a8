/**
 * The engine beside GNU grep's verdicts on rules and lines from the field, where they are at hand.
 */
import assert from "node:assert/strict"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, it } from "node:test"
import { gunzipSync } from "node:zlib"
import { compileEngine, type Engine } from "../../src/engine/engine.ts"
import { parseRuleFile } from "../../src/rules/rule-file.ts"
import { decodeUtf8b } from "../../src/text/utf8b.ts"

const CORPORA = join(import.meta.dirname, "../../../shared/corpora")
const DEBIAN = join(CORPORA, "B-rules/debian-1.4.2+deb12u1")
const skip = existsSync(CORPORA) ? false : `there is no ${CORPORA}`

describe("rules and lines from the field", { skip }, () => {
  it("every rule of Debian's is in force", (t) => {
    const patterns = readdirSync(DEBIAN, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap((directory) => rulesIn(join(DEBIAN, directory.name)))
    const { refused } = compileEngine(patterns)
    t.diagnostic(`${patterns.length} rules, ${refused.length} refused`)
    assert.deepEqual(refused, [])
  })

  it("agrees with grep on its own tests and those of others", (t) => {
    const { cases }: { cases: Conformance[] } = JSON.parse(
      readFileSync(join(CORPORA, "D-oracle/ere-conformance.json"), "utf8"),
    )
    for (const { pattern, pattern_b64, line, line_b64, grep_utf8 } of cases) {
      const rule = decodeUtf8b(bytes(pattern, pattern_b64))
      const { engine, refused } = compileEngine([rule])
      assert.equal(refused.length === 1, grep_utf8 === "error", rule)
      if (grep_utf8 !== "error") assert.equal(match(engine, bytes(line, line_b64)).length === 1, grep_utf8, rule)
    }
    t.diagnostic(`${cases.length} cases`)
  })

  it("agrees with grep on lines made for each rule", (t) => {
    const rows = gunzipSync(readFileSync(join(CORPORA, "D-oracle/generated-cases.jsonl.gz")))
      .toString()
      .trimEnd()
      .split("\n")
    const rules: Generated[] = rows.map((row) => JSON.parse(row))
    let lines = 0
    let refusals = 0
    for (let first = 0; first < rules.length; first += RULES_AT_ONCE) {
      const chunk = rules.slice(first, first + RULES_AT_ONCE)
      const { engine, refused } = compileEngine(chunk.map(({ rule }) => decodeUtf8b(Buffer.from(rule, "latin1"))))
      const refusalOf = new Map(refused.map(({ index, message }) => [index, message]))
      for (const [index, { rule, error, lines: cases = [] }] of chunk.entries()) {
        const refusal = refusalOf.get(index)
        assert.equal(refusal === undefined, error === undefined, `${rule}: ${refusal}`)
        if (refusal !== undefined) refusals++
        for (const [line, verdict] of cases) {
          assert.equal(match(engine, Buffer.from(line)).includes(index), verdict === 1, `${rule}\n${line}`)
          lines++
        }
      }
    }
    t.diagnostic(`${rules.length} rules, ${lines} lines, ${refusals} rules refused`)
  })
})

const RULES_AT_ONCE = 700

interface Conformance {
  readonly pattern: string | null
  /** Where the pattern is not UTF-8. */
  readonly pattern_b64?: string
  readonly line: string | null
  readonly line_b64?: string
  readonly grep_utf8: boolean | "error"
}

interface Generated {
  /** Bytes as Latin-1. */
  readonly rule: string
  /** grep's, where it refuses the rule. */
  readonly error?: string
  /** Lines with grep's verdict in C.UTF-8, and another in C where it differs. */
  readonly lines?: readonly (readonly [line: string, verdict: number, inC?: number])[]
}

function bytes(text: string | null, base64 = ""): Buffer {
  return text === null ? Buffer.from(base64, "base64") : Buffer.from(text)
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
