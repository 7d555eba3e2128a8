/** `tamis rules check` and `tamis rules test` as a shell calls them. What they find is tested beside this. */
import assert from "node:assert/strict"
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, describe, test } from "node:test"
import { runTamis } from "../support/tamis-command.ts"

describe("tamis rules", { concurrency: true }, () => {
  let directory: string
  let good: string
  let bad: string
  const line = "Nov 23 17:45:00 web1 backup[1]: done"
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "tamis-cli-rules-"))
    good = join(directory, "good/ignore.d.server/backup")
    bad = join(directory, "bad/ignore.d.server/backup")
    for (const file of [good, bad]) await mkdir(join(file, ".."), { recursive: true })
    await writeFile(good, `#+ ${line}\n^\${HEAD} backup\\[\${PID}\\]: \${WHAT}$\n#= WHAT=done\n`)
    await writeFile(bad, `#+ ${line}\n^\${HEAD} backup\\[\${PIT}\\]: done$\n`)
  })
  after(() => rm(directory, { recursive: true }))

  test("rules check exits with 0 without findings, with 1 with findings, and with 2 without a rule set", async () => {
    const [clean, found, nothing, json] = await Promise.all([
      runTamis(["rules", "check", join(directory, "good")]),
      runTamis(["rules", "check", join(directory, "bad")]),
      runTamis(["rules", "check", join(directory, "ugly")]),
      runTamis(["rules", "check", "--json", join(directory, "bad")]),
    ])
    assert.deepEqual(
      [clean.status, clean.stdout.toString(), clean.stderr],
      [0, "1 rule set, 1 rule, 1 sample: no findings\n", ""],
    )
    assert.equal(found.status, 1)
    assert.match(found.stdout.toString(), /backup:2:18: unknown variable \$\{PIT\}; did you mean \$\{PID\}\?/)
    assert.equal(nothing.status, 2)
    assert.equal(json.status, 1)
    assert.equal(JSON.parse(json.stdout.toString()).findings[0].line, 2)
  })

  test("rules check reads lines and prints JUnit, and rules test counts matches", async () => {
    const [junit, unreadable, coverage, both] = await Promise.all([
      runTamis(["rules", "check", "--format", "junit", join(directory, "bad")]),
      runTamis(["rules", "check", "--lines", join(directory, "nowhere"), join(directory, "good")]),
      runTamis(["rules", "test", "--coverage", good, "-"], { input: `${line}\n${line}\n` }),
      runTamis(["rules", "test", "--coverage", "-i", good, "-"]),
    ])
    assert.equal(junit.status, 1)
    assert.match(junit.stdout.toString(), /^<\?xml .*\n<testsuites [^\n]* tests="1" failures="1">/)
    assert.equal(unreadable.status, 2)
    assert.equal(coverage.status, 0)
    assert.match(coverage.stdout.toString(), /^2 .*backup:2: .*\n1 rule, 1 of them matched a line\n$/)
    assert.equal(both.status, 2)
  })

  test("rules test exits with 0 if lines match, with 1 if none does, and with 2 if a rule cannot be run", async () => {
    const input = `${line}\nother\n`
    const rulesTest = (...args: string[]) => runTamis(["rules", "test", ...args, "-"], { input })
    const [matching, inverted, none, broken, missing] = await Promise.all([
      rulesTest(good),
      rulesTest("-i", good),
      rulesTest("--var", "WHAT=undone", good),
      rulesTest(bad),
      rulesTest(join(directory, "nowhere")),
    ])
    assert.deepEqual([matching.status, matching.stdout.toString()], [0, `${line}\n`])
    assert.deepEqual([inverted.status, inverted.stdout.toString()], [0, "other\n"])
    assert.deepEqual([none.status, none.stdout.toString()], [1, ""])
    assert.equal(broken.status, 2)
    assert.match(broken.stderr, /backup:2:18: unknown variable/)
    assert.equal(missing.status, 2)
    assert.match(missing.stderr, /^tamis: .*nowhere: cannot be read/)
  })
})
