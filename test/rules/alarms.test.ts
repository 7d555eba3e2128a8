import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { compileJudge, type JudgeOptions } from "../../src/rules/compile.ts"
import { compileHostJudges } from "../../src/rules/host-judges.ts"
import { type RuleDirectory, type RuleSet, SHIPPED_ALARMS } from "../../src/rules/rule.ts"
import { parseRuleFile } from "../../src/rules/rule-file.ts"
import { rulesByKey } from "../../src/rules/rules-by-key.ts"
import { alarmRules } from "../../src/rules/rules-in-force.ts"
import type { Verdict } from "../../src/rules/verdict.ts"
import { FileLine } from "../../src/scan/file-line.ts"
import { CanonicalLine } from "../../src/syslog/canonical.ts"
import { emptyMessage } from "../../src/syslog/message.ts"
import { parseMessage } from "../../src/syslog/parse.ts"

type Files = { [path in `${RuleDirectory}/${string}`]?: string }

function setOf(name: string, files: Files): RuleSet {
  const rules = Object.entries(files).flatMap(([path, content]) => {
    const [directory, file = ""] = path.split("/") as [RuleDirectory, string]
    return parseRuleFile(Buffer.from(content ?? ""), { directory, file, path: `/${name}/${path}` }).rules
  })
  return { name, directory: `/${name}`, rules }
}

const OPTIONS = { level: "server", variables: new Map(), crackingIgnore: false } as const

function judgeOf(files: Files, options: Partial<JudgeOptions> = {}) {
  return compileJudge([setOf("own", files)], { ...OPTIONS, ...options }).judge
}

function verdictOf(files: Files, text: string, severity?: number, options: Partial<JudgeOptions> = {}): Verdict {
  return judgeOf(files, options).judge(lineOf(`Nov 23 18:00:00 web1 ${text}`), severity)
}

function lineOf(text: string): FileLine {
  const line = new FileLine()
  const bytes = Buffer.from(text)
  line.set(bytes, 0, bytes.length)
  return line
}

const DISK = "^${HEAD} kernel: I/O error\n"
const SHIPPED = setOf(SHIPPED_ALARMS, { "alarm.d/disk": DISK })
const [EMERG, CRIT, ERR] = [0, 2, 3]

describe("the alarm of a line", () => {
  test("a rule of alarm.d makes a reported line an alarm of the file's topic, and is the evidence", () => {
    const { layer, sections, alarm, alarmRule } = verdictOf({ "alarm.d/disk": DISK }, "kernel: I/O error on sda")
    assert.deepEqual(
      [layer, sections, alarm, alarmRule?.path],
      ["system", ["System Events"], "disk", "/own/alarm.d/disk"],
    )
  })
  test("other lines are none", () => {
    assert.equal("alarm" in verdictOf({ "alarm.d/disk": DISK }, "kernel: all is well"), false)
  })
  test("a line that a rule ignores is no alarm", () => {
    const files = { "alarm.d/disk": DISK, "ignore.d.server/kernel": "^${HEAD} kernel: I/O error on sda$\n" }
    assert.deepEqual([verdictOf(files, "kernel: I/O error on sda", EMERG).layer], ["ignored"])
    assert.equal(verdictOf(files, "kernel: I/O error on sda", EMERG).alarm, undefined)
  })
  test("a line of a security layer can be an alarm as well", () => {
    const { layer, alarm } = verdictOf({ "alarm.d/disk": DISK, "cracking.d/x": "sda\n" }, "kernel: I/O error on sda")
    assert.deepEqual([layer, alarm], ["cracking", "disk"])
  })
  test("of several topics the first in the C locale's order stands", () => {
    const files = { "alarm.d/memory": "error\n", "alarm.d/Zeal": "error\n", "alarm.d/disk": "error\n" }
    assert.equal(verdictOf(files, "kernel: error").alarm, "Zeal")
  })
  test("a rule of any file of alarm.ignore.d cancels every alarm of a line, and hides nothing", () => {
    const files = {
      "alarm.d/disk": DISK,
      "alarm.d/kernel": "kernel\n",
      "alarm.ignore.d/local": "^${HEAD} .* on sr0$\n",
    }
    assert.equal(verdictOf(files, "kernel: I/O error on sda").alarm, "disk")
    const cancelled = verdictOf(files, "kernel: I/O error on sr0", CRIT)
    assert.deepEqual([cancelled.layer, cancelled.alarm], ["system", undefined])
  })
  test("equal verdicts are one object, and those of two alarms are two", () => {
    const judge = judgeOf({ "alarm.d/a": " a$\n", "alarm.d/b": " b$\n" })
    const [a, b, again, none] = ["a", "b", "a", "c"].map((text) => judge.judge(lineOf(text === "" ? "" : `x ${text}`)))
    assert.equal(a, again)
    assert.deepEqual([a?.alarm, b?.alarm, none?.alarm], ["a", "b", undefined])
  })
  test("a rule for either form of the header matches", () => {
    const message = emptyMessage()
    const bytes = Buffer.from("<13>Nov 23 18:00:00 web1 kernel: I/O error")
    parseMessage(bytes, 0, bytes.length, message)
    const line = new CanonicalLine()
    for (const header of ["^${HEAD}", "^[A-Z][a-z]{2} [ :0-9]{11} web1", "^[0-9T:.+-]{32} web1"]) {
      line.write(message, "", Date.UTC(2026, 10, 23))
      assert.equal(judgeOf({ "alarm.d/disk": `${header} kernel: I/O error$\n` }).judge(line).alarm, "disk", header)
    }
  })
  test("a rule with a variable has the host's value", () => {
    const variables = new Map([["WAN_IF", "enp1s0"]])
    const files = { "alarm.d/network": "^${HEAD} kernel: ${WAN_IF}: Link is Down$\n" }
    assert.equal(verdictOf(files, "kernel: enp1s0: Link is Down", undefined, { variables }).alarm, "network")
    assert.equal(verdictOf(files, "kernel: enp3s0: Link is Down", undefined, { variables }).alarm, undefined)
  })
  test("a rule that cannot be run is quarantined, and the others make alarms", () => {
    const { judge, quarantined } = compileJudge([setOf("own", { "alarm.d/disk": `(\n${DISK}` })], OPTIONS)
    assert.deepEqual(
      quarantined.map(({ rule }) => rule.line),
      [1],
    )
    assert.equal(judge.judge(lineOf("Nov 23 18:00:00 web1 kernel: I/O error")).alarm, "disk")
  })
})

describe("alarms by severity", () => {
  test("emerg, alert and crit make a line an alarm, err does not", () => {
    const alarms = [EMERG, 1, CRIT, ERR, undefined].map((severity) => verdictOf({}, "app: x", severity).alarm)
    assert.deepEqual(alarms, ["severity", "severity", "severity", undefined, undefined])
  })
  test("the topic of a rule says more than the severity", () => {
    assert.equal(verdictOf({ "alarm.d/space": "full\n" }, "app: full", CRIT).alarm, "space")
  })
  test("alarm.ignore.d cancels them", () => {
    assert.equal(verdictOf({ "alarm.ignore.d/app": "^${HEAD} app: x$\n" }, "app: x", EMERG).alarm, undefined)
  })
})

describe("the shipped alarm rules", () => {
  const line = "kernel: I/O error on sda"
  test("they apply to every host, whatever its rule sets are", () => {
    assert.equal(verdictOf({}, line, undefined, { shippedAlarms: SHIPPED }).alarm, "disk")
  })
  test("a host that turns them off has the alarms of its own rule sets, and none by severity", () => {
    const off = { shippedAlarms: SHIPPED, alarms: false }
    assert.equal(verdictOf({}, line, EMERG, off).alarm, undefined)
    assert.equal(verdictOf({ "alarm.d/own": "sda\n" }, line, undefined, off).alarm, "own")
  })
  test("they stay off for a host that uses the set that they are in", () => {
    assert.deepEqual(alarmRules([SHIPPED], { shipped: SHIPPED, apply: false }), [])
    assert.equal(alarmRules([SHIPPED], { shipped: SHIPPED, apply: true }).length, 1)
  })
  test("each host's entry decides, and each rule is in force once", () => {
    const own = setOf("own", { "ignore.d.server/app": "^${HEAD} app: usual$\n" })
    const ruleSets = new Map([own, SHIPPED].map((set) => [set.name, set]))
    const entry = { rules: ["own"], ...OPTIONS }
    const hosts = [
      { ...entry, alarms: true },
      { ...entry, alarms: false },
      { ...entry, alarms: true },
    ]
    const { judges, quarantined } = compileHostJudges(hosts, ruleSets)
    assert.deepEqual(
      judges.map((judge) => judge.judge(lineOf(`Nov 23 18:00:00 web1 ${line}`)).alarm),
      ["disk", undefined, "disk"],
    )
    const used = [...rulesByKey({ hosts, ruleSets, quarantined }).values()]
    assert.deepEqual(
      used.map(({ ruleSet, rule }) => `${ruleSet} ${rule.directory}`),
      ["own ignore.d.server", "common/alarm.d alarm.d"],
    )
  })
})

describe("the hits of alarm rules", () => {
  test("rules of alarm.d and alarm.ignore.d count the reported lines that they match", () => {
    const judge = judgeOf({ "alarm.d/disk": DISK, "alarm.ignore.d/cd": "sr0$\n", "ignore.d.server/x": "usual$\n" })
    for (const text of ["on sda", "on sdb", "on sr0", "usual"]) {
      judge.judge(lineOf(`Nov 23 18:00:00 web1 kernel: I/O error ${text}`))
    }
    const { lines, rules } = judge.takeHits(false)
    assert.equal(lines, 4)
    assert.deepEqual(
      [...rules].map(([rule, { count, sample }]) => [rule.file, count, sample?.toString().slice(-3)]).sort(),
      [
        ["cd", 1, "sr0"],
        ["disk", 3, "sda"],
        ["x", 1, "ual"],
      ],
    )
    assert.equal(judge.takeHits(false).rules.size, 0)
  })
})
