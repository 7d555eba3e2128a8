import assert from "node:assert/strict"
import { spawnSync } from "node:child_process"
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { type TestContext, test } from "node:test"
import { formatProblem } from "../../src/problem.ts"
import { ruleId } from "../../src/rules/rule.ts"
import { loadRuleSet } from "../../src/rules/rule-set.ts"

async function ruleSetWith(context: TestContext, files: Record<string, string>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "tamis-rule-set-"))
  context.after(() => rm(directory, { recursive: true }))
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true })
    await writeFile(join(directory, path), content)
  }
  return directory
}

test("rules are in the order of layers, files and lines", async (context) => {
  const directory = await ruleSetWith(context, {
    "ignore.d.server/ssh": "s1\n# note\ns3\n",
    "ignore.d.paranoid/cron": "c1\n",
    "violations.d/su": "v1\n",
    "cracking.d/kernel": "k1\n",
    "header.txt": "not a rule\n",
  })
  const { ruleSet, problems, warnings } = loadRuleSet("debian", directory)
  assert.deepEqual(ruleSet.rules.map(ruleId), [
    "cracking.d/kernel:1",
    "violations.d/su:1",
    "ignore.d.paranoid/cron:1",
    "ignore.d.server/ssh:1",
    "ignore.d.server/ssh:3",
  ])
  assert.equal(ruleSet.rules[0]?.path, join(directory, "cracking.d/kernel"))
  assert.deepEqual([ruleSet.name, ruleSet.directory, problems, warnings], ["debian", directory, [], []])
})

test("the rule files are those that run-parts lists, and a warning names the others", async (context) => {
  const names = ["b", "a-1", "B", "_x", "0", "README.md", "ssh~", "ssh.disabled", ".hidden", "é"]
  const files = Object.fromEntries(names.map((name) => [`ignore.d.server/${name}`, `${name}\n`]))
  const directory = await ruleSetWith(context, { ...files, "ignore.d.server/sub/rule": "never\n" })
  const layer = join(directory, "ignore.d.server")
  await writeFile(join(directory, "elsewhere.rules"), "linked\n")
  await symlink("../elsewhere.rules", join(layer, "link"))

  const { ruleSet, problems, warnings } = loadRuleSet("local", directory)
  assert.deepEqual(problems, [])
  const taken = ruleSet.rules.map((rule) => rule.file)
  assert.deepEqual(taken, ["0", "B", "_x", "a-1", "b", "link"])
  assert.deepEqual(
    warnings.map((warning) => warning.file.slice(layer.length + 1)),
    ["README.md", "ssh.disabled", "ssh~", "é"],
  )

  const runParts = spawnSync("run-parts", ["--list", layer], { encoding: "utf8", env: { ...process.env, LC_ALL: "C" } })
  if (runParts.error !== undefined) return context.diagnostic("no run-parts here to compare with")
  assert.deepEqual(
    runParts.stdout
      .trim()
      .split("\n")
      .map((path) => path.slice(layer.length + 1)),
    taken,
  )
})

test("a file that cannot be read is a problem, and the others are loaded", async (context) => {
  const directory = await ruleSetWith(context, { "ignore.d.server/ssh": "s1\n", "violations.d": "a file\n" })
  await symlink("nowhere", join(directory, "ignore.d.server/gone"))
  const { ruleSet, problems } = loadRuleSet("local", directory)
  assert.deepEqual(ruleSet.rules.map(ruleId), ["ignore.d.server/ssh:1"])
  assert.deepEqual(problems.map(formatProblem), [
    `${directory}/violations.d:1:1: cannot be listed (ENOTDIR); expected a directory that tamis may read`,
    `${directory}/ignore.d.server/gone:1:1: cannot be read (ENOENT); its rules are not in force: make it readable, or remove it`,
  ])
})

test("a directory without any layer is no rule set", async (context) => {
  const directory = await ruleSetWith(context, { "rules/ssh": "s1\n" })
  const { ruleSet, problems } = loadRuleSet("wrong", directory)
  assert.deepEqual(ruleSet.rules, [])
  assert.deepEqual(
    problems.map((problem) => problem.message),
    ["is not a rule set"],
  )
})

test("a missing directory is one problem", () => {
  const { problems } = loadRuleSet("gone", join(tmpdir(), "tamis-no-such-directory"))
  assert.deepEqual(
    problems.map((problem) => problem.message),
    ["cannot be listed (ENOENT)"],
  )
})

test("an empty layer is a rule set without rules", async (context) => {
  const directory = await ruleSetWith(context, {})
  await mkdir(join(directory, "ignore.d.server"))
  const loaded = loadRuleSet("empty", directory)
  assert.deepEqual(loaded, { ruleSet: { name: "empty", directory, rules: [] }, problems: [], warnings: [] })
})

test("a warning names the line of a sample after the last rule", async (context) => {
  const directory = await ruleSetWith(context, { "ignore.d.server/ssh": "s1\n#+ late\n" })
  const { warnings } = loadRuleSet("local", directory)
  assert.deepEqual(warnings.map(formatProblem), [
    `${directory}/ignore.d.server/ssh:2:1: this sample belongs to no rule; put samples before their rule`,
  ])
})
