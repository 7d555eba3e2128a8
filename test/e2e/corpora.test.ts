/**
 * Compares the verdicts of `tamis scan --verdicts` with those of logcheck's algorithm and GNU grep: on the rules of
 * test/corpus, and on real lines with Debian's rules if they are available.
 */
import assert from "node:assert/strict"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, type TestContext, test } from "node:test"
import { gunzipSync } from "node:zlib"
import type { Level } from "../../src/rules/rule.ts"
import { LAYER_TITLES } from "../../src/rules/section-title.ts"
import { CORPUS_RULES, corpusMessages } from "../support/corpus.ts"
import { DEBIAN, DEBIAN_RULES, FIELD_CORPORA, withoutFieldCorpora } from "../support/field-corpora.ts"
import { withoutGnuGrep } from "../support/gnu-grep.ts"
import { grepVerdicts } from "../support/grep-verdicts.ts"
import { inVariants } from "../support/made-up-lines.ts"
import { runTamis } from "../support/tamis-command.ts"

/** Of one line: `system`, `ignored`, or each section by its layer and rule file, as `cracking:kernel+cracking:su`. */
type VerdictName = string

const LEVELS: readonly Level[] = ["paranoid", "server", "workstation"]

describe("lines of test/corpus", { concurrency: true, skip: withoutGnuGrep() }, () => {
  const lines = inVariants(corpusMessages())
  const input = Buffer.concat(lines.flatMap((line) => [line, Buffer.from("\n")]))
  for (const level of LEVELS) {
    test(`lines of test/corpus get logcheck's verdicts at the ${level} level`, async (context) => {
      const given = await scanned(level, CORPUS_RULES, ["-"], input)
      const expected = grepVerdicts(CORPUS_RULES, level, lines)
        .map((verdict) => JSON.stringify(verdict))
        .map(nameOf)
      assertSame(context, given, expected, (index) => lines[index]?.toString("latin1") ?? "")
      for (const kind of ["cracking:gate", "violation:pump", "ignored", "system"]) {
        assert.ok(given.includes(kind), `a line is ${kind}`)
      }
    })
  }
})

describe("lines from the field", { concurrency: true, skip: withoutFieldCorpora }, () => {
  for (const level of LEVELS) {
    test(`lines from the field get logcheck's verdicts at the ${level} level`, async (context) => {
      const recorded = recordedVerdicts(level).filter(({ path }) => existsSync(path))
      const given = await scanned(
        level,
        DEBIAN_RULES,
        recorded.map(({ path }) => path),
      )
      const expected = recorded.flatMap(({ path, verdicts }) =>
        verdicts.flatMap(([verdict, lines]) => Array.from({ length: lines }, () => ({ path, verdict }))),
      )
      const names = expected.map(({ verdict }) => verdict)
      assertSame(context, given, names, (index) => expected[index]?.path ?? "")
    })
  }
})

async function scanned(
  level: Level,
  rules: string,
  paths: readonly string[],
  input?: Buffer,
): Promise<readonly (VerdictName | typeof REPEATED)[]> {
  const command = ["scan", "-r", rules, "--level", level, "--verdicts", ...paths]
  const { status, stdout, stderr } = await runTamis(command, input === undefined ? {} : { input })
  assert.deepEqual([status, stderr], [1, ""])
  return stdout.toString().trimEnd().split("\n").map(nameOf)
}

function assertSame(
  context: TestContext,
  given: readonly (VerdictName | typeof REPEATED)[],
  expected: readonly VerdictName[],
  placeOf: (index: number) => string,
): void {
  assert.equal(given.length, expected.length)
  assert.ok(given.length > 0)
  const wrong = expected.flatMap((verdict, index) =>
    given[index] === verdict || given[index] === REPEATED
      ? []
      : [{ at: placeOf(index), expected: verdict, given: given[index] }],
  )
  assert.deepEqual(wrong.slice(0, 10), [], `${wrong.length} lines`)
  const repeated = given.filter((name) => name === REPEATED).length
  context.diagnostic(
    `${given.length - repeated} lines compared, ${wrong.length} differences; ${repeated} stand for others`,
  )
}

interface RecordedVerdicts {
  readonly path: string
  /** Run-length coded. */
  readonly verdicts: readonly (readonly [verdict: VerdictName, lines: number])[]
}

function recordedVerdicts(level: Level): readonly RecordedVerdicts[] {
  type Files = Record<string, { rle: RecordedVerdicts["verdicts"] }>
  const recorded: { rulesets: Record<string, Record<string, Files>> } = JSON.parse(
    gunzipSync(readFileSync(join(FIELD_CORPORA, "D-oracle/verdicts.json.gz"))).toString(),
  )
  return Object.entries(recorded.rulesets[DEBIAN]?.[level] ?? {}).map(([file, { rle }]) => ({
    path: join(FIELD_CORPORA, "A-lines", `${file}.gz`),
    verdicts: rle,
  }))
}

/** A line that says that another one was repeated: it has the verdict of that line, and logcheck judges it as it stands. */
const REPEATED = "repeated"

function nameOf(json: string): VerdictName | typeof REPEATED {
  const { verdict, sections, times }: { verdict: string; sections: string[]; times?: number } = JSON.parse(json)
  if (times !== undefined) return REPEATED
  if (verdict === "ignored" || verdict === "system") return verdict
  const layer = verdict === "cracking" ? "cracking" : "violation"
  const bare = LAYER_TITLES[verdict === "cracking" ? "cracking" : "violations"]
  return sections
    .map((title) => `${layer}:${title === bare ? "logcheck" : title.slice(`${bare} for `.length)}`)
    .join("+")
}
