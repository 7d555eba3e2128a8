import assert from "node:assert/strict"
import { readdirSync } from "node:fs"
import { join } from "node:path"
import { describe, test } from "node:test"
import { checkRules } from "../../src/lint/check.ts"
import { formatProblem } from "../../src/problem.ts"
import { compileRules, variableScopes } from "../../src/rules/compile.ts"
import { ruleId } from "../../src/rules/rule.ts"
import { parseRuleFile } from "../../src/rules/rule-file.ts"
import { loadRuleSet } from "../../src/rules/rule-set.ts"

const root = join(import.meta.dirname, "../..")
const noVariables = new Map<string, string>()

function check(
  directory: "ignore.d.server" | "violations.d",
  bytes: string | Buffer,
  variables = noVariables,
): string[] {
  const { rules } = parseRuleFile(Buffer.from(bytes), { directory, file: "f", path: "f" })
  return checkRules(rules, variables).map(({ code, problem }) => `${code} ${formatProblem(problem)}`)
}

describe("a rule file is told", () => {
  test("samples that its rules do not judge as they claim", () => {
    assert.deepEqual(check("ignore.d.server", "#+ a1\n#+ b\n#- a2\n#- c\n^a[0-9]$\n"), [
      "sample f:2:4: the rule does not match this sample; the rule stands in line 5",
      "sample f:3:4: the rule matches this sample, and must not; the rule stands in line 5",
    ])
  })
  test("nothing where samples hold, whatever other rules match", () => {
    assert.deepEqual(check("ignore.d.server", "#- b\n^a$\n#+ b\n#- a\n^b$\n"), [])
  })
  test("nothing of a sample's trailing blanks, which lines lose before they are judged", () => {
    assert.deepEqual(check("ignore.d.server", "#+ a \t\n^a$\n"), [])
  })
  test("nothing where a host's value differs from the default that the samples were written for", () => {
    const host = new Map([
      ["LAN_IF", "enp3s0"],
      ["PID", "none"],
    ])
    assert.deepEqual(check("ignore.d.server", "#= LAN_IF=lan0\n#+ lan0 7\n#- enp3s0 7\n^${LAN_IF} ${PID}$\n", host), [])
    assert.deepEqual(check("ignore.d.server", "#+ enp3s0\n^${LAN_IF}$\n", host), [])
  })
  test("samples with bytes that are not UTF-8", () => {
    assert.deepEqual(check("ignore.d.server", Buffer.from("#+ a\xff\n#- ab\n^a\xff$\n", "latin1")), [])
  })
  test("rules that hide what only contains them", () => {
    assert.deepEqual(check("ignore.d.server", "a$\n^b\n(^c|§)$\n^(e$|f$)\n"), [
      "unanchored-start f:1:1: the rule hides lines that only contain what it matches; start it with ^",
      "unanchored-end f:2:3: the rule hides lines whatever follows what it matches; end it with $",
      "unanchored-start f:3:1: the rule hides lines that only contain what it matches; start it with ^",
    ])
  })
  test("nothing of loose rules that raise", () => assert.deepEqual(check("violations.d", "ATTACK\n"), []))
  test("blanks that became part of a pattern", () => {
    assert.deepEqual(check("ignore.d.server", "^a$ \n^b$\r\n  # c\n"), [
      "trailing-blank f:1:4: the blanks at the end are part of the pattern; remove them: lines are judged without",
      "carriage-return f:2:4: the carriage return is part of the pattern; save the file with LF line ends",
      "live-comment f:3:1: a comment with blanks before its # is a live rule; start the comment in column 1",
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
        ...checkRules(ruleSet.rules, noVariables).map(({ problem }) => problem),
      ]
      assert.deepEqual(findings.map(formatProblem), [])
    })

    test(`${name} has a sample for and against every rule`, () => {
      const without = ruleSet.rules.filter(({ samples }) => new Set(samples.map((each) => each.mustMatch)).size < 2)
      assert.deepEqual(without.map(ruleId), [])
      assert.ok(ruleSet.rules.length > 0)
    })

    test(`${name} names documentation addresses only in its samples`, () => {
      const strange = ruleSet.rules
        .flatMap(({ samples }) => samples.flatMap(({ text }) => addresses(text)))
        .filter(isReal)
      assert.deepEqual(strange, [])
    })

    test(`${name} takes every header that senders write`, () => {
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
  return text.match(/\b(\d{1,3}\.){3}\d{1,3}\b|\b2[0-9a-f]{3}:[0-9a-f:]+/g) ?? []
}

/** Whether an address is not one that RFC 5737 and RFC 3849 set aside, nor "any" nor broadcast. */
function isReal(address: string): boolean {
  return !/^(192\.0\.2\.|198\.51\.100\.|203\.0\.113\.|0\.0\.0\.0$|255\.255\.255\.255$|2001:0?db8:)/.test(address)
}
