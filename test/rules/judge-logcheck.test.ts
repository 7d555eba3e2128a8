/** The judge beside the real logcheck: the same rule sets and lines must make the same sections. */
import assert from "node:assert/strict"
import { spawnSync } from "node:child_process"
import { chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { after, describe, test } from "node:test"
import { compileJudge } from "../../src/rules/compile.ts"
import type { Level } from "../../src/rules/rule.ts"
import { loadRuleSet } from "../../src/rules/rule-set.ts"
import type { Verdict } from "../../src/rules/verdict.ts"

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

const uid = (user: string) => Number.parseInt(spawnSync("id", ["-u", user], { encoding: "utf8" }).stdout, 10)
const user = uid("logcheck")
const reason =
  process.getuid?.() !== 0
    ? "logcheck must be run by root, as its own user"
    : Number.isNaN(user) || spawnSync("logcheck", ["-h"]).error !== undefined
      ? "logcheck is not installed"
      : undefined

describe("the real logcheck makes the same sections", { skip: reason ?? false }, () => {
  const directory = mkdtempSync(join(tmpdir(), "tamis-logcheck-"))
  after(() => rmSync(directory, { recursive: true }))
  for (const [index, file] of files.entries()) write(join("rules", file), `# a comment\n\n${words[index]}\n`)
  write("rules/violations.d/empty", "# nothing\n")
  const { ruleSet } = loadRuleSet("oracle", join(directory, "rules"))

  function write(path: string, content: string): string {
    const absolute = join(directory, path)
    mkdirSync(dirname(absolute), { recursive: true })
    writeFileSync(absolute, content)
    return absolute
  }

  /** Runs logcheck over the lines. Its lock and scratch files are ours, so that no other logcheck is in the way. */
  function logcheckSections(lines: readonly string[], level: Level, crackingIgnore: boolean): Map<string, string[]> {
    const state = join(directory, "state")
    mkdirSync(state, { recursive: true })
    const log = write("log", lines.map((line) => `${line}\n`).join(""))
    const config = write(
      "logcheck.conf",
      `INTRO=0\nREPORTLEVEL=${level}\nSUPPORT_CRACKING_IGNORE=${crackingIgnore ? 1 : 0}\nTMP=${state}\nLOCKDIR=${state}\nLOCKFILE=${state}/lock\n`,
    )
    for (const path of [directory, state]) chownSync(path, user, -1)
    const command = `logcheck -o -t -c ${config} -S ${state} -r ${join(directory, "rules")} -l ${log}`
    const run = spawnSync("su", ["-s", "/bin/bash", "-c", command, "logcheck"], {
      encoding: "utf8",
      env: { ...process.env, LC_ALL: "C.UTF-8" },
    })
    assert.equal(run.stderr, "")
    return parseReport(run.stdout)
  }

  const judgeOf = (level: Level, crackingIgnore: boolean) =>
    compileJudge([ruleSet], { level, crackingIgnore, variables: new Map() }).judge
  const judgeLine = (judge: ReturnType<typeof judgeOf>, line: string): Verdict =>
    judge.judge({ bytes: Buffer.from(line), ascii: true, isoForm: () => undefined })

  function compare(lines: readonly string[], level: Level, crackingIgnore: boolean): void {
    const judge = judgeOf(level, crackingIgnore)
    const want = logcheckSections(lines, level, crackingIgnore)
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
    test(`at the ${level} level`, () => compare(someLines(), level, false))
  }

  // logcheck drops from the violations whatever any cracking rule matches as soon as one alert was printed for any
  // line. A verdict depends on its own line only: these lines are compared where no alert is printed.
  const cancelling = judgeOf("server", true)
  const crackingWords = words.filter((_, index) => files[index]?.startsWith("cracking.d/"))
  const dependsOnOthers = (line: string) =>
    judgeLine(cancelling, line).layer === "violations" && crackingWords.some((word) => line.includes(word))

  test("with cracking.ignore.d in force", () => {
    compare(
      someLines().filter((line) => !dependsOnOthers(line)),
      "server",
      true,
    )
  })

  test("with every alert cancelled", () => {
    const lines = someLines().filter((line) => judgeLine(cancelling, line).layer !== "cracking")
    assert.ok(lines.some(dependsOnOthers))
    compare(lines, "server", true)
  })
})

/** Sections by title: a title is underlined with =-=-, and its lines go on to a blank line. */
function parseReport(report: string): Map<string, string[]> {
  const sections = new Map<string, string[]>()
  const lines = report.split("\n")
  let section: string[] = []
  for (const [index, line] of lines.entries()) {
    if (/^(=-)+=?$/.test(lines[index + 1] ?? "")) {
      section = []
      sections.set(line, section)
    } else if (line !== "" && !/^(=-)+=?$/.test(line)) {
      section.push(line)
    }
  }
  return sections
}
