/**
 * `tamis scan --verdicts` over lines from the field, beside the verdicts that logcheck's algorithm and GNU grep made of
 * them with Debian's rules, where these are at hand.
 */
import assert from "node:assert/strict"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, test } from "node:test"
import { gunzipSync } from "node:zlib"
import { LAYER_TITLES } from "../../src/rules/section-title.ts"
import { runTamis } from "../support/tamis-command.ts"

const CORPORA = join(import.meta.dirname, "../../../shared/corpora")
const DEBIAN = "debian-1.4.2+deb12u1"

/** Run-length coded: `system`, `ignored`, `cracking:kernel`, `violation:su`. */
type Verdicts = readonly (readonly [verdict: string, lines: number])[]

describe("lines from the field", {
  concurrency: true,
  skip: existsSync(CORPORA) ? false : `there is no ${CORPORA}`,
}, () => {
  for (const level of ["paranoid", "server", "workstation"] as const) {
    test(`get logcheck's verdicts at the ${level} level`, async (context) => {
      const recorded = recordedVerdicts(level).filter(({ path }) => existsSync(path))
      const rules = join(CORPORA, "B-rules", DEBIAN)
      const paths = recorded.map(({ path }) => path)
      const { status, stdout } = await runTamis(["scan", "-r", rules, "--level", level, "--verdicts", ...paths])
      assert.equal(status, 1)

      const given = stdout.toString().trimEnd().split("\n").map(verdictOf)
      const expected = recorded.flatMap(({ path, verdicts }) =>
        verdicts.flatMap(([verdict, lines]) => Array.from({ length: lines }, () => ({ path, verdict }))),
      )
      assert.equal(given.length, expected.length)
      assert.ok(given.length > 0)
      const wrong = expected.flatMap(({ path, verdict }, index) =>
        given[index] === verdict ? [] : [{ path, expected: verdict, given: given[index] }],
      )
      assert.deepEqual(wrong.slice(0, 10), [], `${wrong.length} lines`)
      context.diagnostic(`${given.length} lines of ${paths.length} files compared, ${wrong.length} differences`)
    })
  }
})

function recordedVerdicts(level: string): readonly { path: string; verdicts: Verdicts }[] {
  const recorded: { rulesets: Record<string, Record<string, Record<string, { rle: Verdicts }>>> } = JSON.parse(
    gunzipSync(readFileSync(join(CORPORA, "D-oracle/verdicts.json.gz"))).toString(),
  )
  return Object.entries(recorded.rulesets[DEBIAN]?.[level] ?? {}).map(([file, { rle }]) => ({
    path: join(CORPORA, "A-lines", `${file}.gz`),
    verdicts: rle,
  }))
}

/** In the words of the recorded verdicts, which name the rule file of each section. */
function verdictOf(json: string): string {
  const { verdict, sections }: { verdict: string; sections: string[] } = JSON.parse(json)
  if (verdict === "ignored" || verdict === "system") return verdict
  const layer = verdict === "cracking" ? "cracking" : "violation"
  const bare = LAYER_TITLES[verdict === "cracking" ? "cracking" : "violations"]
  return sections
    .map((title) => `${layer}:${title === bare ? "logcheck" : title.slice(`${bare} for `.length)}`)
    .join("+")
}
