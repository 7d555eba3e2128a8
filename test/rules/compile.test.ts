import assert from "node:assert/strict"
import { basename, dirname } from "node:path"
import { test } from "node:test"
import { formatProblem } from "../../src/problem.ts"
import { compileJudge } from "../../src/rules/compile.ts"
import { type RuleSet, ruleId } from "../../src/rules/rule.ts"
import { parseRuleFile } from "../../src/rules/rule-file.ts"
import { RULE_DIRECTORIES } from "../../src/rules/rule-set.ts"
import type { Line } from "../../src/syslog/line.ts"

const options = { level: "server", variables: new Map([["WAN_IF", "enp1s0"]]), crackingIgnore: false } as const

function ruleSet(files: Record<string, string>): RuleSet {
  const rules = Object.entries(files).flatMap(([path, text]) => {
    const directory = RULE_DIRECTORIES.find((each) => each === dirname(path))
    assert.ok(directory !== undefined)
    return parseRuleFile(Buffer.from(text), { directory, file: basename(path), path: `/etc/${path}` }).rules
  })
  return { name: "test", directory: "/etc", rules }
}

function lineOf(classic: string, iso?: string): Line {
  const isoForm = iso === undefined ? undefined : Buffer.from(iso)
  return { bytes: Buffer.from(classic), ascii: true, isoForm: () => isoForm }
}

test("a broken rule is reported at its place as written, and all others stay in force", () => {
  const set = ruleSet({
    "violations.d/su": "^su: (fail$\n^su: fail$\n",
    "ignore.d.server/net": "^known$\n^IN=${WAN_IF} (x$\n^IN=${WAM_IF}$\n^IN=${WAN_IF}$\n",
  })
  const { judge, quarantined } = compileJudge([set], options)
  assert.deepEqual(
    quarantined.map(({ rule, problem }) => [ruleId(rule), formatProblem(problem).replace(/;.*/, "")]),
    [
      ["ignore.d.server/net:3", "/etc/ignore.d.server/net:3:5: unknown variable ${WAM_IF}"],
      ["violations.d/su:1", "/etc/violations.d/su:1:6: this ( is never closed"],
      ["ignore.d.server/net:2", "/etc/ignore.d.server/net:2:15: this ( is never closed"],
    ],
  )
  assert.equal(judge.ruleCount, 3)
  const rulesOf = (text: string) => judge.judge(lineOf(text)).rules.map(ruleId)
  assert.deepEqual(["su: fail", "known", "IN=enp1s0", "IN=eth0"].map(rulesOf), [
    ["violations.d/su:2"],
    ["ignore.d.server/net:1"],
    ["ignore.d.server/net:4"],
    [],
  ])
})

test("a broken value is reported at its variable", () => {
  const { quarantined } = compileJudge([ruleSet({ "ignore.d.server/net": "^IN=${WAN_IF} x$\n" })], {
    ...options,
    variables: new Map([["WAN_IF", "(eth0"]]),
  })
  assert.deepEqual(
    quarantined.map(({ problem }) => [problem.line, problem.column]),
    [[1, 5]],
  )
})

test("a host's value precedes the file's default, which precedes the built-in value", () => {
  const set = ruleSet({
    "ignore.d.server/a": "#= WAN_IF=eth0\n#= PID=x\n^${WAN_IF}:${PID}$\n",
    "ignore.d.server/b": "^${PID}$\n",
  })
  const { judge } = compileJudge([set], options)
  const layers = ["enp1s0:x", "eth0:x", "enp1s0:7", "7"].map((text) => judge.judge(lineOf(text)).layer)
  assert.deepEqual(layers, ["ignored", "system", "system", "ignored"])
})

test("a line is judged in both forms of its header", () => {
  const { judge } = compileJudge(
    [
      ruleSet({
        "violations.d/su": "^[0-9T:.+-]{32} web1 su: fail$\n",
        "violations.ignore.d/su": "^[0-9T:.+-]{32} web1 su: .*ok$\n",
        "ignore.d.server/a": "^\\w{3} [ :0-9]{11} web1 su: .*$\n",
        "ignore.d.server/b": "^[0-9]{4}-[^ ]+ web1 cron: .*$\n",
      }),
    ],
    options,
  )
  const layerOf = (text: string) =>
    judge.judge(lineOf(`Nov 23 17:45:00 web1 ${text}`, `2026-11-23T17:45:00.000000+00:00 web1 ${text}`)).layer
  assert.deepEqual(["su: fail", "su: other", "cron: job", "new: x"].map(layerOf), [
    "violations",
    "ignored",
    "ignored",
    "system",
  ])
})
