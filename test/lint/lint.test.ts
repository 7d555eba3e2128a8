import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { checkRules } from "../../src/lint/check.ts"
import type { RuleDirectory } from "../../src/rules/rule.ts"
import { parseRuleFile } from "../../src/rules/rule-file.ts"
import { SHIPPED_ALARM_RULES } from "../support/alarming.ts"

type Files = { [path in `${RuleDirectory}/${string}`]?: string }

/** `code file:line:column` of what is found in a rule set, and the first message. */
function found(files: Files, lines: readonly string[] = []): string[] {
  const rules = Object.entries(files).flatMap(([path, content]) => {
    const [directory, file = ""] = path.split("/") as [RuleDirectory, string]
    return parseRuleFile(Buffer.from(content ?? ""), { directory, file, path: file }).rules
  })
  const findings = checkRules(rules, new Map(), {
    lines: lines.map((line) => Buffer.from(line)),
    alarms: SHIPPED_ALARM_RULES.rules,
  })
  return findings.map(({ code, problem }) => `${code} ${problem.file}:${problem.line}:${problem.column}`)
}

function messages(content: string): string[] {
  const { rules } = parseRuleFile(Buffer.from(content), { directory: "ignore.d.server", file: "f", path: "f" })
  return checkRules(rules, new Map(), { alarms: SHIPPED_ALARM_RULES.rules }).map(
    ({ problem }) => `${problem.message}; ${problem.hint}`,
  )
}

describe("a dot without a backslash", () => {
  const dots: { rule: string; column: number | undefined }[] = [
    { rule: "^from 127.0.0.1$", column: 10 },
    { rule: "^[0-9]{1,3}.[0-9]{1,3}$", column: 12 },
    { rule: "^([0-9]{1,3}.){3}[0-9]$", column: 13 },
    { rule: "^version [[:digit:]]+.[[:digit:]]+$", column: 22 },
    { rule: "^see http://www.example$", column: 16 },
    { rule: "^at gluck.debian.org: x$", column: 17 },
    { rule: "^${PID} of 2.5$", column: 13 },
    { rule: "^from 127\\.0\\.0\\.1$", column: undefined },
    { rule: "^x[0-9]+.*[0-9]$", column: undefined },
    { rule: "^x[0-9]+.+$", column: undefined },
    { rule: "^[.0-9]{7,15}.[.0-9]$", column: undefined },
    { rule: "^(a.){3}$", column: undefined },
    { rule: "^${IPV4}$", column: undefined },
    { rule: "^wwwx.y$", column: undefined },
    { rule: "^x.complete$", column: undefined },
  ]
  for (const { rule, column } of dots) {
    test(`${rule} has ${column === undefined ? "no finding" : `a finding in column ${column}`}`, () => {
      const want = column === undefined ? [] : [`unescaped-dot f:1:${column}`]
      assert.deepEqual(found({ "ignore.d.server/f": `${rule}\n` }), want)
    })
  }
})

test("the hint names the bar that splits a rule in two if an end is not anchored", () => {
  assert.deepEqual(messages("^snort: | Hash$\n"), [
    "not anchored at the start: also hides lines that merely contain this text; put the alternatives in parentheses, or write \\| for a literal |",
    "not anchored at the end: also hides lines that continue after this text; put the alternatives in parentheses, or write \\| for a literal |",
  ])
})

describe("over-broad rules", () => {
  test("a rule that ignores or cancels is over-broad, a rule that raises is not", () => {
    const rule = "^.{15} [[:alnum:]]+ kernel: .*$\n"
    assert.deepEqual(found({ "ignore.d.server/f": rule }), ["over-broad f:1:1"])
    assert.deepEqual(found({ "violations.ignore.d/f": rule }), ["over-broad f:1:1"])
    assert.deepEqual(found({ "cracking.ignore.d/f": rule }), ["over-broad f:1:1"])
    assert.deepEqual(found({ "violations.d/f": rule, "cracking.d/f": rule }), [])
  })
  test("a rule that makes or cancels alarms hides nothing", () => {
    const rule = "^${HEAD} kernel: .*$\n"
    assert.deepEqual(found({ "alarm.d/f": rule }), [])
    assert.deepEqual(found({ "alarm.ignore.d/f": rule }), [])
  })
  test("the samples of the set's own alarm rules must not be hidden", () => {
    const alarm = "#+ Jun 21 16:47:48 pump1 pump[7]: dry run\n^${HEAD} pump\\[${PID}\\]: dry run$\n"
    const ignore = "^${HEAD} pump\\[${PID}\\]: .*$\n"
    assert.deepEqual(found({ "ignore.d.server/f": ignore }), [])
    assert.deepEqual(found({ "ignore.d.server/f": ignore, "alarm.d/pump": alarm }), ["over-broad f:1:1"])
  })
  test("the finding shows the first hidden line, and the number of others", () => {
    assert.match(
      messages("^${HEAD} kernel: .*I/O error.*$\n")[0] ?? "",
      /nas1 kernel: .*I\/O error.*", and \d more like it/,
    )
    assert.match(messages("^${HEAD} login.* ROOT LOGIN {2}on .*$\n")[0] ?? "", /ROOT LOGIN {2}on '\/dev\/tty1'";/)
  })
  test("a rule that requires an ISO date can be over-broad", () => {
    assert.deepEqual(found({ "ignore.d.server/f": "^[0-9T:.+-]{32} [[:alnum:]]+ kernel: .*$\n" }), ["over-broad f:1:1"])
  })
})

describe("duplicate rules", () => {
  const one = "^a [0-9]$\n"
  const cases: { name: string; files: Files; want: string[] }[] = [
    {
      name: "a rule twice in one file is a duplicate",
      files: { "ignore.d.server/f": one + one },
      want: ["duplicate f:2:1"],
    },
    {
      name: "a rule in two files of a layer is a duplicate",
      files: { "ignore.d.server/f": one, "ignore.d.server/g": one },
      want: ["duplicate g:1:1"],
    },
    {
      name: "a rule at two levels is a duplicate at the higher one",
      files: { "ignore.d.server/f": one, "ignore.d.paranoid/g": one },
      want: ["duplicate f:1:1"],
    },
    {
      name: "a rule whose variables give the same pattern is a duplicate",
      files: { "ignore.d.server/f": "^${PID}$\n^[0-9]+$\n" },
      want: ["duplicate f:2:1"],
    },
    {
      name: "a rule in two files with sections of their own is no duplicate",
      files: { "violations.d/f": one, "violations.d/g": one },
      want: [],
    },
    {
      name: "a rule in two layers is no duplicate",
      files: { "violations.d/f": one, "ignore.d.server/f": one },
      want: [],
    },
  ]
  for (const { name, files, want } of cases) test(name, () => assert.deepEqual(found(files), want))
})

describe("shadowed rules", () => {
  const cases: { name: string; files: Files; want: string[] }[] = [
    {
      name: "a rule is shadowed by one that matches more",
      files: { "ignore.d.server/f": "^a: [[:digit:]]+ of (x|y)$\n^a: [[:alnum:]]+ of [a-z]$\n" },
      want: ["shadowed f:1:1"],
    },
    {
      name: "the later of two equivalent rules is shadowed",
      files: { "ignore.d.server/f": "^a: (x|y|xx)$\n^a: (x(x|)|y)$\n" },
      want: ["shadowed f:2:1"],
    },
    {
      name: "a rule is shadowed by one without anchors",
      files: { "violations.d/f": "^a: fail$\na: f\n" },
      want: ["shadowed f:1:1"],
    },
    {
      name: "a rule is shadowed by one that matches more headers",
      files: { "ignore.d.server/f": "^\\w{3} [ :0-9]{11} a: b$\n^(\\w{3} [ :[:digit:]]{11}|[0-9T:.+-]{32}) a: b$\n" },
      want: ["shadowed f:1:1"],
    },
    {
      name: "a rule is not shadowed by one of a higher level",
      files: { "ignore.d.paranoid/f": "^a: [0-9]$\n", "ignore.d.server/f": "^a: .$\n" },
      want: [],
    },
    {
      name: "a rule is shadowed by one of a lower level",
      files: { "ignore.d.server/f": "^a: [0-9]$\n", "ignore.d.paranoid/g": "^a: .$\n" },
      want: ["shadowed f:1:1"],
    },
    {
      name: "a rule is not shadowed by one that lacks a letter",
      files: { "ignore.d.server/f": "^a: [[:alnum:]]$\n^a: [0-9A-Za-zéß]$\n" },
      want: ["shadowed f:2:1"],
    },
    {
      name: "a rule is not shadowed by one of another section",
      files: { "violations.d/f": "^a: fail$\n", "violations.d/g": "a: f\n" },
      want: [],
    },
    {
      name: "a rule is not shadowed by one that does not match a byte which is not UTF-8",
      files: { "ignore.d.server/f": "^a: .*;$\n^a: [^;]*;$\n^a: x\n" },
      want: ["unanchored-end f:3:6", "shadowed f:2:1"],
    },
  ]
  for (const { name, files, want } of cases) test(name, () => assert.deepEqual(found(files), want))

  test("if many rules are shadowed by one, the finding is about that one", () => {
    const six = Array.from("123456", (digit) => `^a: ${digit}$\n`).join("")
    assert.deepEqual(found({ "ignore.d.server/f": `${six}^a: [0-9]$\n` }), ["shadowed f:7:1"])
  })

  test("a rule without a proof is shadowed if samples and given lines show it", () => {
    const rules = "^a\\b: [0-9]+$\n^a\\b: .*$\n"
    assert.deepEqual(found({ "ignore.d.server/f": rules }), [])
    assert.deepEqual(found({ "ignore.d.server/f": `#+ a: 7\n${rules}` }), [], "one common line shows nothing")
    // The second rule matched nothing else, so as far as the lines show, the first one does the same.
    assert.deepEqual(found({ "ignore.d.server/f": `#+ a: 7\n#+ a: 8\n${rules}` }), ["shadowed f:3:1"])
    assert.deepEqual(found({ "ignore.d.server/f": rules }, ["a: 7", "a: 8", "a: x"]), ["shadowed f:1:1"])
    assert.deepEqual(found({ "ignore.d.server/f": rules }, ["a: x", "a: y"]), [])
  })
})
