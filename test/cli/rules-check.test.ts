import assert from "node:assert/strict"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { type TestContext, test } from "node:test"
import { type RulesCheckOptions, rulesCheck } from "../../src/cli/rules-check.ts"
import { sqliteStore } from "../../src/store/sqlite.ts"
import { makeTally } from "../report/make.ts"

function directoryWith(context: TestContext, files: Record<string, string>): string {
  const directory = mkdtempSync(join(tmpdir(), "tamis-rules-check-"))
  context.after(() => rmSync(directory, { recursive: true }))
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true })
    writeFileSync(join(directory, path), content)
  }
  return directory
}

async function check(names: readonly string[], options: RulesCheckOptions = {}) {
  let stdout = ""
  const status = await rulesCheck(names, options, {
    stdout: (text) => {
      stdout += text
    },
    stderr: assert.fail,
  })
  return { status, lines: stdout.split("\n").slice(0, -1) }
}

test("the shipped rule sets have no findings, given by name, by directory or by their parent directory", async () => {
  const byName = await check(["common", "router"])
  assert.equal(byName.status, 0)
  assert.match(byName.lines.join("\n"), /^2 rule sets, \d+ rules, [\d,]+ samples: no findings$/)
  const directories = ["common", "router"].map((name) => join(import.meta.dirname, "../../rules", name))
  assert.deepEqual(await check(directories), byName)
  assert.deepEqual(await check([join(import.meta.dirname, "../../rules")]), byName)
})

test("without names, the configuration's rule sets are checked as its hosts use them", async (context) => {
  const directory = directoryWith(context, { "rules/site/ignore.d.server/net": "^IN=${WAN_IF} OUT=${LAN_IF}$\n" })
  const config = join(directory, "tamis.yml")
  const host = (name: string, variables: string) =>
    `  - { name: ${name}, rules: [site], variables: { ${variables} } }\n`
  writeFileSync(config, `ruleSets: { site: rules/site }\nhosts:\n${host("gate", "WAN_IF: wan0, LAN_IF: lan0")}`)
  assert.equal((await check([], { config })).status, 0)

  writeFileSync(
    config,
    `ruleSets: { site: rules/site }\nhosts:\n${host("gate", "WAN_IF: wan0")}${host("db", "WAN_IF: eth0")}`,
  )
  const { status, lines } = await check([], { config })
  assert.equal(status, 1)
  assert.equal(lines.length, 2, "what is wrong for two hosts is told once")
  assert.match(lines[0] ?? "", /^\/.*net:1:19: unknown variable \$\{LAN_IF\}; .*#= LAN_IF=/)
  assert.equal((await check([], { config, var: new Map([["LAN_IF", "lan0"]]) })).status, 0)
})

test("all findings are printed at once, with their places", async (context) => {
  const directory = directoryWith(context, {
    "violations.d/su": "su: (fail\n",
    "ignore.d.server/net": "#+ x\n^IN=${WAN_IF}$\nloose$\n",
    "ignore.d.server/old.disabled": "^x$\n",
  })
  const { status, lines } = await check([directory], { var: new Map([["WAN_IF", "wan0"]]) })
  assert.equal(status, 1)
  const told = lines.map((line) => line.replace(`${directory}/`, "").replace(/; .*(?= \[)/, ""))
  assert.deepEqual(told, [
    "ignore.d.server/net:1:4: the rule does not match this sample [sample]",
    "ignore.d.server/net:3:1: warning: not anchored at the start: also hides lines that merely contain this text [unanchored-start]",
    "ignore.d.server/old.disabled:1:1: warning: is skipped, as in logcheck [skipped-file]",
    "violations.d/su:1:5: this ( is never closed [pattern]",
    "1 rule set, 3 rules, 1 sample: 2 errors, 2 warnings",
  ])
})

test("--level checks only the rules in force at that level", async (context) => {
  const directory = directoryWith(context, { "ignore.d.workstation/a": "^(\n", "ignore.d.server/b": "^b$\n" })
  assert.equal((await check([directory])).status, 1)
  assert.equal((await check([directory], { level: "server" })).status, 0)
  assert.equal((await check([directory], { level: "workstation" })).status, 1)
})

test("--json prints the same findings", async (context) => {
  const directory = directoryWith(context, { "ignore.d.server/net": "^${NOWHERE_TO_BE_FOUND}$\n" })
  const { status, lines } = await check([directory], { json: true })
  assert.equal(status, 1)
  const { findings, ...checked } = JSON.parse(lines.join("\n"))
  assert.deepEqual(await check([directory], { format: "json" }), { status, lines })
  assert.deepEqual(checked, { ruleSets: 1, rules: 1, samples: 0 })
  assert.equal(findings.length, 1)
  const { code, severity, file, line, column, message } = findings[0]
  assert.deepEqual(
    { code, severity, file, line, column, message },
    {
      code: "variable",
      severity: "error",
      file: join(directory, "ignore.d.server/net"),
      line: 1,
      column: 2,
      message: "unknown variable ${NOWHERE_TO_BE_FOUND}",
    },
  )
})

test("a directory that is not a rule set is refused", async (context) => {
  assert.equal((await check([directoryWith(context, {})])).status, 2)
  assert.equal((await check([join(tmpdir(), "tamis-no-such-directory")])).status, 2)
})

test("JUnit output has a test case for each rule, which fails with the findings of that rule", async (context) => {
  const directory = directoryWith(context, {
    "ignore.d.server/net": '^<good> [0-9]$\n#+ x\n^<bad>\u001b & "[0-9]\n',
    "ignore.d.server/old.disabled": "^x$\n",
  })
  const { status, lines } = await check([directory], { format: "junit" })
  assert.equal(status, 1)
  const net = join(directory, "ignore.d.server/net")
  assert.deepEqual(lines.slice(0, 4), [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites name="tamis rules check" tests="3" failures="2">',
    `  <testsuite name="${directory}" tests="3" failures="2">`,
    `    <testcase classname="${net}" name="line 1"/>`,
  ])
  const xml = lines.join("\n")
  // A failed sample and a loose end are found in one rule.
  assert.match(
    xml,
    /name="line 3"><failure type="unanchored-end" message="not anchored .*:3:\d+: warning: .*\n.*:2:4: .*<\/failure>/,
  )
  assert.match(xml, /old\.disabled" name="file"><failure type="skipped-file" /)
  assert.doesNotMatch(xml, /[\u0000-\u0009\u000b-\u001f]|&(?!amp;|lt;|gt;|quot;|#39;)/)
  assert.equal(lines.at(-1), "</testsuites>")
})

test("--lines finds shadowed rules that cannot be proved to be shadowed", async (context) => {
  const header = "Nov 23 17:45:00 web1"
  const directory = directoryWith(context, {
    "ignore.d.server/net": "^.{16}web1 a\\>: .* amid [0-9]+$\n^.{16}web1 [a-z]+\\>: .* amid .*$\n",
    log: `${header} a: one amid 7\n${header} a: two amid 9\n${header} b: three amid x\n`,
    "other-log": `${header} b: three amid x\n`,
  })
  const codes = async (log: string) => (await check([directory], { lines: [join(directory, log)] })).lines.slice(0, -1)
  const [shadowed, ...more] = await codes("log")
  assert.match(
    shadowed ?? "",
    /net:1:1: warning: the rule in line 2 matched .* \(2 tried; not proved\); .* \[shadowed\]$/,
  )
  assert.deepEqual(more, [])
  assert.deepEqual(await codes("other-log"), [])
})

test("lines that a running service keeps find shadowed rules in its own rule sets", async (context) => {
  const header = "Nov 23 17:45:00 web1"
  const directory = directoryWith(context, {
    "net/ignore.d.server/net": "^.{16}web1 a\\>: .* amid [0-9]+$\n^.{16}web1 [a-z]+\\>: .* amid .*$\n",
    "loud/violations.d/loud": "\\<fire in [a-z]+\\>\n\\<fire in .*\\>\n",
    "tamis.yml": "ruleSets: { net: net, loud: loud }\nhosts: [{ name: '*', rules: [net, loud] }]\nstateDirectory: .\n",
  })
  const config = join(directory, "tamis.yml")
  const shadowed = async () => (await check([], { config })).lines.filter((line) => line.endsWith("[shadowed]"))
  assert.deepEqual(await shadowed(), [], "there is no store yet")

  const store = sqliteStore({ file: join(directory, "tamis.db") })
  await store.open()
  const hit = (sample: string) => ({ count: 3, sample: `${header} ${sample}` })
  const rules = new Map([
    ["a".repeat(32), hit("a: two amid 9")],
    ["b".repeat(32), hit("a: ten amid 7")],
    ["c".repeat(32), hit("b: one amid x")],
  ])
  await store.addActivity({ collector: "c", sequence: 1 }, { atMs: 0, lines: 3, rules, programs: [] })
  const tally = makeTally({
    host: "web1",
    layer: "violations",
    samples: ["hall", "bath", "2"].map((room) => `fire in ${room}`),
  })
  const counters = {
    received: 1,
    ignored: 0,
    reported: 1,
    rejected: 0,
    unjudged: 0,
    own_mail: 0,
    firstMs: 0,
    lastMs: 0,
  }
  const content = { tallies: [tally], hosts: new Map([["web1", counters]]), losses: new Map() }
  await store.add("default", { collector: "c", sequence: 2 }, content, 0)
  await store.close()
  const found = await shadowed()
  assert.equal(found.length, 2, found.join("\n"))
  for (const finding of found)
    assert.match(finding, /:1:1: warning: the rule in line 2 matched .* \(2 tried; not proved\); /)
  assert.deepEqual(
    (await check([join(directory, "net")], { config })).lines.length,
    1,
    "named sets stand for themselves",
  )
})

test("if the service's store is away, the check prints a warning and goes on without its lines", async (context) => {
  const directory = directoryWith(context, {
    "tamis.yml": "store: { redis: { url: 'redis://127.0.0.1:1' } }\nmail: stdout\n",
  })
  const stderr: string[] = []
  const output = { stdout: () => {}, stderr: (text: string) => void stderr.push(text) }
  assert.equal(await rulesCheck([], { config: join(directory, "tamis.yml") }, output), 0)
  assert.match(
    stderr.join(""),
    /^tamis: the lines that the service keeps are not used: cannot reach the store \(.*ECONNREFUSED/,
  )
})
