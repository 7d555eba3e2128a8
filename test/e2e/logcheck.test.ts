/**
 * `tamis scan` beside the real logcheck: the same lines and Debian's own rules must make the same report, section by
 * section and line by line, and the same verdicts.
 */
import assert from "node:assert/strict"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, describe, test } from "node:test"
import { LAYER_TITLES } from "../../src/rules/section-title.ts"
import { trimmedEnd } from "../../src/syslog/trailing-blanks.ts"
import { runLogcheck, withoutLogcheck } from "../support/logcheck.ts"
import { madeUpLines } from "../support/made-up-lines.ts"
import { type Difference, differences, readSections, type Sections } from "../support/sections.ts"
import { runTamis } from "../support/tamis-command.ts"

const DEBIAN_RULES = "/etc/logcheck"

describe("tamis scan and logcheck, with Debian's rules", { skip: withoutLogcheck, concurrency: true }, () => {
  const lines = madeUpLines()
  const content = Buffer.concat(lines.flatMap((line) => [line, Buffer.from("\n")]))
  let directory: string
  let log: string
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "tamis-e2e-logcheck-"))
    log = join(directory, "log")
    await writeFile(log, content)
  })
  after(() => rm(directory, { recursive: true }))

  for (const level of ["paranoid", "server", "workstation"] as const) {
    test(`tamis scan and logcheck agree at the ${level} level`, async (context) => {
      const scan = (...options: string[]) => runTamis(["scan", "-r", DEBIAN_RULES, "--level", level, ...options, log])
      const [logcheck, report, verdicts] = await Promise.all([
        runLogcheck(content, { rules: DEBIAN_RULES, level }),
        scan("--format", "logcheck"),
        scan("--verdicts"),
      ])
      assert.deepEqual([report.status, verdicts.status], [1, 1])
      const sections = [...logcheck.keys()]
      for (const title of Object.values(LAYER_TITLES)) {
        assert.ok(
          sections.some((section) => section.startsWith(title)),
          `the lines reach ${title}`,
        )
      }

      const ours = readSections(report.stdout)
      assert.deepEqual([...ours.keys()], sections)
      assert.deepEqual(differences(ours, logcheck).map(shortened), [])
      assert.deepEqual(differences(sectionsOf(verdicts.stdout, lines), logcheck).map(shortened), [])
      const reported = [...ours.values()].reduce((sum, section) => sum + section.length, 0)
      context.diagnostic(`${lines.length} lines, ${reported} reported in ${sections.length} sections`)
    })
  }

  test("tamis scan and logcheck report the same for a rule with a back-reference", async () => {
    // Debian's references name the group of the header, which no real line repeats.
    const ignored = [
      "Nov 23 17:45:00 web1 kernel: sda: < sda5 >",
      'Nov 23 17:45:00 web1 postfix/smtpd[3003]: gethostby*.getanswer: asked for "a.example", got "Nov 23 17:45:00"',
    ]
    const reported = [
      "Nov 23 17:45:00 web1 kernel: sda: sda1 sda2 < sda5 >",
      'Nov 23 17:45:00 web1 postfix/smtpd[3003]: gethostby*.getanswer: asked for "a.example", got "a.example"',
    ]
    const input = Buffer.from([...ignored, ...reported, ""].join("\n"))
    const [logcheck, scan] = await Promise.all([
      runLogcheck(input, { rules: DEBIAN_RULES, level: "server" }),
      runTamis(["scan", "-r", DEBIAN_RULES, "--format", "logcheck"], { input }),
    ])
    const sections = readSections(scan.stdout)
    assert.deepEqual(differences(sections, logcheck), [])
    assert.deepEqual(sections.get(LAYER_TITLES.system), reported)
    assert.equal(scan.stderr, "")
  })
})

function shortened({ line, ...difference }: Difference): Difference {
  return { ...difference, line: line.slice(0, 300) }
}

/** The report that the verdicts of numbered lines make. */
function sectionsOf(verdicts: Buffer, lines: readonly Buffer[]): Sections {
  const sections = new Map<string, string[]>()
  const each = verdicts.toString().trimEnd().split("\n")
  assert.equal(each.length, lines.length, "every line has its verdict")
  for (const [index, json] of each.entries()) {
    const verdict: { line: number; sections: string[] } = JSON.parse(json)
    assert.equal(verdict.line, index + 1)
    for (const title of verdict.sections) {
      const section = sections.get(title) ?? []
      sections.set(title, section)
      const line = lines[index]!
      section.push(line.toString("latin1", 0, trimmedEnd(line, 0, line.length)))
    }
  }
  return sections
}
