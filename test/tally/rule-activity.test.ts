import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { compileJudge } from "../../src/rules/compile.ts"
import type { Rule, RuleSet } from "../../src/rules/rule.ts"
import { ruleKey } from "../../src/rules/rule-key.ts"
import { ACTIVITY_INTERVAL_MS, programOf, RuleActivityBook } from "../../src/tally/rule-activity.ts"
import { aTally } from "./tallies.ts"

const T0 = Date.parse("2026-11-23T18:00:00Z")
const HOUR = 3_600_000

function rule(line: number, text: string): Rule {
  return { directory: "ignore.d.server", file: "own", path: "/rules/own", line, text, samples: [] }
}

function setOf(...texts: readonly string[]): RuleSet {
  return { name: "own", directory: "/rules", rules: texts.map((text, index) => rule(index + 1, text)) }
}

function judgeOf(set: RuleSet) {
  return compileJudge([set], { level: "server", variables: new Map(), crackingIgnore: false }).judge
}

function lineOf(program: string, text: string) {
  const bytes = Buffer.from(`Nov 23 18:00:00 web1 ${program}[7]: ${text}`)
  return { bytes, ascii: true, isoForm: () => undefined }
}

const ONE = "^${HEAD} app\\[${PID}\\]: one"
const TWO = "^${HEAD} (app|tool)\\[${PID}\\]: two"
const SET = setOf(ONE, TWO)
const KEYS = SET.rules.map((each) => ruleKey("own", each))
const [KEY_ONE = "", KEY_TWO = ""] = KEYS

describe("the activity of rules", () => {
  test("the activity has the hits since the last time, by key, with a line and its program", () => {
    const judge = judgeOf(SET)
    const book = new RuleActivityBook([judge, judge], [SET])
    for (const [program, text] of [
      ["app", "one"],
      ["app", "one"],
      ["tool", "two"],
      ["tool", "three"],
    ] as const) {
      judge.judge(lineOf(program, text))
    }
    assert.deepEqual(book.take(T0, false), {
      atMs: T0,
      lines: 4,
      rules: new Map([
        [KEY_ONE, { count: 2, sample: "Nov 23 18:00:00 web1 app[7]: one" }],
        [KEY_TWO, { count: 1, sample: "Nov 23 18:00:00 web1 tool[7]: two" }],
      ]),
      programs: ["app", "tool"],
    })
  })

  test("the activity is returned every five seconds and at the end, unless there is none", () => {
    const judge = judgeOf(SET)
    const book = new RuleActivityBook([judge], [SET])
    assert.equal(book.take(T0, true), undefined)
    judge.judge(lineOf("app", "one"))
    assert.equal(book.take(T0 + ACTIVITY_INTERVAL_MS - 1, false), undefined)
    assert.equal(book.take(T0 + ACTIVITY_INTERVAL_MS, false)?.lines, 1)
    judge.judge(lineOf("app", "one"))
    assert.equal(book.take(T0 + ACTIVITY_INTERVAL_MS + 1, false), undefined)
    assert.equal(book.take(T0 + ACTIVITY_INTERVAL_MS + 2, true)?.lines, 1)
    judge.judge(lineOf("app", "one"))
    assert.equal(book.take(T0 - HOUR, false)?.lines, 1, "a clock that is set back stops nothing")
  })

  test("the activity has sample lines and programs about once an hour", () => {
    const judge = judgeOf(SET)
    const book = new RuleActivityBook([judge], [SET])
    const take = (atMs: number, text: string) => {
      judge.judge(lineOf("app", text))
      const activity = book.take(atMs, false)
      return [activity?.rules.get(KEY_ONE)?.sample?.split(": ")[1], activity?.programs]
    }
    assert.deepEqual(take(T0, "one a"), ["one a", ["app"]])
    assert.deepEqual(take(T0 + HOUR - 10_000, "one b"), [undefined, []])
    assert.deepEqual(take(T0 + HOUR, "one c"), [undefined, []])
    assert.deepEqual(take(T0 + HOUR + 5_000, "one d"), ["one d", ["app"]])
  })

  test("the activity has the programs of reported lines that a rule names", () => {
    const book = new RuleActivityBook([judgeOf(SET)], [SET])
    book.hear([aTally({ program: "tool" }), aTally({ program: "invented" }), aTally({ program: "" })])
    assert.deepEqual(book.take(T0, false)?.programs, ["tool"])
  })

  test("the activity loses no hit when rules are replaced", () => {
    const judge = judgeOf(SET)
    const book = new RuleActivityBook([judge], [SET])
    judge.judge(lineOf("app", "one"))
    const moved = setOf("# was here", ONE)
    const next = judgeOf(moved)
    book.follow([next], [moved])
    next.judge(lineOf("app", "one"))
    const activity = book.take(T0, false)
    assert.deepEqual([activity?.lines, activity?.rules.get(KEY_ONE)?.count], [2, 2])
  })
})

test("a line's program is the word before the bracket or the colon", () => {
  const programs = ["sshd[7]: x", "postfix/smtpd[7]: x", "kernel: x", "no tag here", "-"].map((rest) =>
    programOf(`Nov 23 18:00:00 web1 ${rest}`),
  )
  assert.deepEqual(programs, ["sshd", "postfix/smtpd", "kernel", "no", "-"])
  assert.equal(programOf("short"), "")
})
