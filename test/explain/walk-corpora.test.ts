/** The walker beside GNU grep's verdicts on lines made for rules from the field, where they are at hand. */
import assert from "node:assert/strict"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, it } from "node:test"
import { gunzipSync } from "node:zlib"
import { automatonOf } from "../../src/ere/automaton.ts"
import { parseEre } from "../../src/ere/parse.ts"
import { charactersOf, walk } from "../../src/explain/walk.ts"
import { decodeUtf8b } from "../../src/text/utf8b.ts"

const CASES = join(import.meta.dirname, "../../../shared/corpora/D-oracle/generated-cases.jsonl.gz")
const skip = existsSync(CASES) ? false : `there is no ${CASES}`

interface Generated {
  /** Bytes as Latin-1. */
  readonly rule: string
  /** Lines with grep's verdict in C.UTF-8. */
  readonly lines?: readonly (readonly [line: string, verdict: number])[]
}

describe("walking rules from the field", { skip }, () => {
  it("agrees with grep, forward and backward", (t) => {
    const rules: Generated[] = gunzipSync(readFileSync(CASES))
      .toString()
      .trimEnd()
      .split("\n")
      .map((row) => JSON.parse(row))
    let walked = 0
    for (const { rule, lines = [] } of rules) {
      const parsed = parseEre(decodeUtf8b(Buffer.from(rule, "latin1")))
      // What a group stands in for may match more.
      if (!parsed.ok || parsed.ere.backReference !== undefined) continue
      const forward = automatonOf(parsed.ere.root)
      const backward = automatonOf(parsed.ere.root, "backward")
      assert.ok(forward !== undefined && backward !== undefined, rule)
      for (const [line, verdict] of lines) {
        const characters = charactersOf(Buffer.from(line))
        assert.equal(walk(forward, characters).matched, verdict === 1, `${rule}\n${line}`)
        assert.equal(walk(backward, characters, "backward").matched, verdict === 1, `backward: ${rule}\n${line}`)
        walked += 1
      }
    }
    t.diagnostic(`${rules.length} rules, ${walked} lines`)
  })
})
