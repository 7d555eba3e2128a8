/** The judge beside the real logcheck: the same rule sets and lines must make the same sections. */
import assert from "node:assert/strict"
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { after, describe, test } from "node:test"
import { compileJudge } from "../../src/rules/compile.ts"
import type { Level } from "../../src/rules/rule.ts"
import { loadRuleSet } from "../../src/rules/rule-set.ts"
import type { Verdict } from "../../src/rules/verdict.ts"
import { runLogcheck, withoutLogcheck } from "../support/logcheck.ts"

/** Each file's rules are words of its own, so that a line chooses freely which files it hits. */
const files = [
  ...["kernel", "logcheck", "logcheck-net", "local-a"].map((file) => `cracking.d/${file}`),
  ...["kernel", "logcheck-kernel", "logcheck", "local", "local-b", "other"].map((file) => `cracking.ignore.d/${file}`),
  ...["su", "sudo", "logcheck", "logcheck-extra", "logchec", "local-x"].map((file) => `violations.d/${file}`),
  ...["su", "logcheck-su", "sudo", "logcheck", "logcheck-logcheck"].map((file) => `violations.ignore.d/${file}`),
  ...["local", "local-x", "local-z", "localhost", "logcheck-local-x"].map((file) => `violations.ignore.d/${file}`),
  ...["a", "b", "b.disabled", "b~"].map((file) => `ignore.d.server/${file}`),
  ...["a", "c"].map((file) => `ignore.d.paranoid/${file}`),
  ...["a", "d"].map((file) => `ignore.d.workstation/${file}`),
]
const words = files.map((_, index) => `word${index}w`)

const LINES = 900

/** Lines with zero to four words; the same at every run. */
function someLines(): string[] {
  let state = 1
  const random = (below: number) => {
    // Numerical Recipes' linear congruential generator; its high bits are good enough to pick words.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  return Array.from({ length: LINES }, (_, index) => {
    const chosen = Array.from({ length: random(5) }, () => words[random(words.length)])
    return `Jun 21 16:47:48 web1 prog[${index}]: ${chosen.join(" ")} end`
  })
}

describe("the real logcheck makes the same sections", { skip: withoutLogcheck }, () => {
  const rules = mkdtempSync(join(tmpdir(), "tamis-rules-"))
  after(() => rmSync(rules, { recursive: true }))
  for (const [index, file] of files.entries()) write(file, `# a comment\n\n${words[index]}\n`)
  write("violations.d/empty", "# nothing\n")
  chmodSync(rules, 0o755) // logcheck's user reads it
  const { ruleSet } = loadRuleSet("oracle", rules)

  function write(path: string, content: string): void {
    mkdirSync(join(rules, dirname(path)), { recursive: true })
    writeFileSync(join(rules, path), content)
  }

  const judgeOf = (level: Level, crackingIgnore: boolean) =>
    compileJudge([ruleSet], { level, crackingIgnore, variables: new Map() }).judge
  const judgeLine = (judge: ReturnType<typeof judgeOf>, line: string): Verdict =>
    judge.judge({ bytes: Buffer.from(line), ascii: true, isoForm: () => undefined })

  async function compare(lines: readonly string[], level: Level, crackingIgnore: boolean): Promise<void> {
    const judge = judgeOf(level, crackingIgnore)
    const log = Buffer.from(lines.map((line) => `${line}\n`).join(""))
    const want = await runLogcheck(log, { rules, level, crackingIgnore })
    const got = new Map<string, string[]>([...want.keys()].map((title) => [title, []]))
    for (const line of lines) {
      const { sections } = judgeLine(judge, line)
      for (const title of sections) got.set(title, [...(got.get(title) ?? []), line])
      const order = sections.map((title) => [...want.keys()].indexOf(title))
      assert.deepEqual(
        order,
        order.toSorted((a, b) => a - b),
        "sections come in the mail's order",
      )
    }
    assert.deepEqual(got, want)
  }

  for (const level of ["server", "workstation", "paranoid"] as const) {
    test(`logcheck makes the same sections at the ${level} level`, () => compare(someLines(), level, false))
  }

  // As soon as logcheck has printed one alert, it drops all lines that a cracking rule matches from the violations. Here
  // a verdict depends only on its own line. So these lines are compared without an alert.
  const cancelling = judgeOf("server", true)
  const crackingWords = words.filter((_, index) => files[index]?.startsWith("cracking.d/"))
  const dependsOnOthers = (line: string) =>
    judgeLine(cancelling, line).layer === "violations" && crackingWords.some((word) => line.includes(word))

  test("logcheck makes the same sections with cracking.ignore.d in force", async () => {
    await compare(
      someLines().filter((line) => !dependsOnOthers(line)),
      "server",
      true,
    )
  })

  test("logcheck makes the same sections if every alert is cancelled", async () => {
    const lines = someLines().filter((line) => judgeLine(cancelling, line).layer !== "cracking")
    assert.ok(lines.some(dependsOnOthers))
    await compare(lines, "server", true)
  })
})
