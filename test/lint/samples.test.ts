import assert from "node:assert/strict"
import { readdirSync } from "node:fs"
import { join } from "node:path"
import { describe, test } from "node:test"
import { checkRules } from "../../src/lint/check.ts"
import { formatProblem } from "../../src/problem.ts"
import { compileRules, variableScopes } from "../../src/rules/compile.ts"
import { type RuleDirectory, ruleId } from "../../src/rules/rule.ts"
import { parseRuleFile } from "../../src/rules/rule-file.ts"
import { loadRuleSet } from "../../src/rules/rule-set.ts"
import { SHIPPED_ALARM_RULES } from "../support/alarming.ts"

const root = join(import.meta.dirname, "../..")
const noVariables = new Map<string, string>()

function check(directory: RuleDirectory, bytes: string | Buffer, variables = noVariables): string[] {
  const { rules } = parseRuleFile(Buffer.from(bytes), { directory, file: "f", path: "f" })
  return checkRules(rules, variables, { alarms: SHIPPED_ALARM_RULES.rules }).map(
    ({ code, problem }) => `${code} ${formatProblem(problem)}`,
  )
}

describe("the check of a rule file", () => {
  test("the check finds samples that fail", () => {
    assert.deepEqual(check("ignore.d.server", "#+ a1\n#+ b\n#- a2\n#- c\n^a[0-9]$\n"), [
      "sample f:2:4: the rule does not match this sample; the rule is in line 5",
      "sample f:3:4: the rule must not match this sample, but does; the rule is in line 5",
    ])
  })
  test("the check tries samples on their own rule only", () => {
    assert.deepEqual(check("ignore.d.server", "#- b\n^a$\n#+ b\n#- a\n^b$\n"), [])
  })
  test("the check removes trailing blanks from samples, as from lines", () => {
    assert.deepEqual(check("ignore.d.server", "#+ a \t\n^a$\n"), [])
  })
  test("the check tries samples with the file's defaults, even if the host has other values", () => {
    const host = new Map([
      ["LAN_IF", "enp3s0"],
      ["PID", "none"],
    ])
    assert.deepEqual(check("ignore.d.server", "#= LAN_IF=lan0\n#+ lan0 7\n#- enp3s0 7\n^${LAN_IF} ${PID}$\n", host), [])
    assert.deepEqual(check("ignore.d.server", "#+ enp3s0\n^${LAN_IF}$\n", host), [])
  })
  test("the check tries samples with bytes that are not UTF-8", () => {
    assert.deepEqual(check("ignore.d.server", Buffer.from("#+ a\xff\n#- ab\n^a\xff$\n", "latin1")), [])
  })
  test("the check finds ignore rules without anchors", () => {
    assert.deepEqual(check("ignore.d.server", "§a$\n^b\n(^c|§)$\n^(e$|f$)\n"), [
      "unanchored-start f:1:1: not anchored at the start: also hides lines that merely contain this text; start it with ^",
      "unanchored-end f:2:3: not anchored at the end: also hides lines that continue after this text; end it with $",
      "unanchored-start f:3:1: not anchored at the start: also hides lines that merely contain this text; start it with ^",
    ])
  })
  test("the check finds cancelling alarm rules without anchors, and accepts alarm rules without them", () => {
    assert.deepEqual(check("alarm.ignore.d", "§§$\n"), [
      "unanchored-start f:1:1: not anchored at the start: also cancels the alarms of lines that merely contain this text; start it with ^",
    ])
    assert.deepEqual(check("alarm.d", "§§\n"), [])
  })
  test("the check accepts raising rules without anchors", () => assert.deepEqual(check("violations.d", "ATTACK\n"), []))
  test("the check finds blanks that are part of a pattern", () => {
    assert.deepEqual(check("ignore.d.server", "^a$ \n^b$\r\n  # c\n"), [
      "trailing-blank f:1:4: the blanks at the end are part of the pattern; remove them: tamis removes blanks at the end of each line",
      "carriage-return f:2:4: the carriage return at the end is part of the pattern; save the file with LF line ends",
      "live-comment f:3:1: blanks before the # make this line a rule, not a comment; start the comment in column 1",
    ])
  })
})

describe("the shipped rule sets", () => {
  for (const name of readdirSync(join(root, "rules"))) {
    const { ruleSet, problems, warnings } = loadRuleSet(name, join(root, "rules", name))
    const { compiled, engine } = compileRules(ruleSet.rules, (rule) => variableScopes(rule, noVariables))

    test(`${name} has no findings`, () => {
      const findings = [
        ...problems,
        ...warnings,
        ...checkRules(ruleSet.rules, noVariables, { alarms: SHIPPED_ALARM_RULES.rules }).map(({ problem }) => problem),
      ]
      assert.deepEqual(findings.map(formatProblem), [])
    })

    test(`${name} has a sample for and against every rule`, () => {
      const without = ruleSet.rules.filter(({ samples }) => new Set(samples.map((each) => each.mustMatch)).size < 2)
      assert.deepEqual(without.map(ruleId), [])
      assert.ok(ruleSet.rules.length > 0)
    })

    test(`${name} has only documentation addresses in its samples`, () => {
      const strange = ruleSet.rules
        .flatMap(({ samples }) => samples.flatMap(({ text }) => addresses(text)))
        .filter(isReal)
      assert.deepEqual(strange, [])
    })

    test(`${name} matches every header that senders write`, () => {
      const failed = compiled.flatMap(({ rule }, index) =>
        rule.samples
          .filter((sample) => sample.mustMatch)
          .flatMap(({ text }) => HEADERS.map((header) => text.replace(/^(\w{3} [ :0-9]{11}|[^ ]+) [^ ]+/, header)))
          .filter((line) => !engine.match(Buffer.from(line), true)?.includes(index))
          .map((line) => `${ruleId(rule)} ${line}`),
      )
      assert.deepEqual(failed, [])
    })
  }
})

const HEADERS = [
  "Jun  1 06:47:48 web-1.example.net",
  "Jun 21 16:47:48 192.0.2.7",
  "2026-06-21T16:47:48.123456+02:00 web1",
  "2026-06-21T16:47:48Z web1",
  "2026-06-21T16:47:48.123-05:00 2001:db8::7",
]

function addresses(text: string): string[] {
  return text.match(/\b(\d{1,3}\.){3}\d{1,3}\b|\b2[0-9a-f]{3}:(?=[0-9a-f:]*::|(?:[0-9a-f]+:){6})[0-9a-f:]+/g) ?? []
}

/** Whether an address is not one that RFC 5737 and RFC 3849 set aside, even reversed, nor "any", loopback or broadcast. */
function isReal(address: string): boolean {
  return !/\.113\.0\.203$|^(127\.0\.|192\.0\.2\.|198\.51\.100\.|203\.0\.113\.|0\.0\.0\.0$|255\.255\.255\.255$|2001:0?db8:)/.test(
    address,
  )
}
