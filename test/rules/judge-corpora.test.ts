/** The judge beside the verdicts that logcheck's algorithm and GNU grep made of lines from the field, where they are at hand. */
import assert from "node:assert/strict"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, test } from "node:test"
import { gunzipSync } from "node:zlib"
import { compileJudge } from "../../src/rules/compile.ts"
import { loadRuleSet } from "../../src/rules/rule-set.ts"
import type { Verdict } from "../../src/rules/verdict.ts"
import { FileLine } from "../../src/scan/file-line.ts"

const CORPORA = join(import.meta.dirname, "../../../shared/corpora")
const DEBIAN = "debian-1.4.2+deb12u1"

/** Verdicts by file, run-length coded: `system`, `ignored`, `violation:su`. */
type Levels = Record<string, Record<string, { rle: [string, number][] }>>

describe("Debian's rules and lines from the field", {
  skip: existsSync(CORPORA) ? false : `there is no ${CORPORA}`,
}, () => {
  for (const level of ["paranoid", "server", "workstation"] as const) {
    test(`get logcheck's verdicts at the ${level} level`, (context) => {
      const { ruleSet } = loadRuleSet(DEBIAN, join(CORPORA, "B-rules", DEBIAN))
      const { judge } = compileJudge([ruleSet], { level, variables: new Map(), crackingIgnore: false })
      let judged = 0
      for (const [file, { rle }] of Object.entries(verdictsAt(level))) {
        const path = join(CORPORA, "A-lines", `${file}.gz`)
        if (!existsSync(path)) continue
        const want = rle.flatMap(([verdict, count]) => Array.from({ length: count }, () => verdict))
        const lines = linesOf(gunzipSync(readFileSync(path)))
        assert.equal(lines.length, want.length)
        const wrong = [...lines.keys()].filter((index) => label(judge.judge(lines[index]!)) !== want[index])
        assert.deepEqual(
          wrong.map((index) => [file, index + 1, want[index]]),
          [],
        )
        judged += lines.length
      }
      assert.ok(judged > 0)
      context.diagnostic(`${judged} lines`)
    })
  }
})

function verdictsAt(level: string): Levels[string] {
  const verdicts: { rulesets: Record<string, Levels> } = JSON.parse(
    gunzipSync(readFileSync(join(CORPORA, "D-oracle/verdicts.json.gz"))).toString(),
  )
  const found = verdicts.rulesets[DEBIAN]?.[level]
  assert.ok(found !== undefined)
  return found
}

function linesOf(bytes: Buffer): FileLine[] {
  const lines: FileLine[] = []
  for (let start = 0; start < bytes.length; ) {
    const lineFeed = bytes.indexOf(0x0a, start)
    const end = lineFeed === -1 ? bytes.length : lineFeed
    const line = new FileLine()
    line.set(bytes, start, end)
    lines.push(line)
    start = end + 1
  }
  return lines
}

/** In the words of the recorded verdicts, which name the file of each section. */
function label({ layer, sections }: Verdict): string {
  if (layer === "ignored" || layer === "system") return layer
  const files = sections.map((title) => title.replace(/^.* for /, ""))
  return files.map((file) => `${layer === "cracking" ? "cracking" : "violation"}:${file}`).join("+")
}
