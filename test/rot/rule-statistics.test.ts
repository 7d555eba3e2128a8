import assert from "node:assert/strict"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, test } from "node:test"
import { type RuleStatistic, ruleStatistics } from "../../src/rot/rule-statistics.ts"
import type { Rule, RuleDirectory, RuleSet } from "../../src/rules/rule.ts"
import { ruleKey } from "../../src/rules/rule-key.ts"
import { forgetGoneRules } from "../../src/service/forgotten-rules.ts"
import { sqliteStore } from "../../src/store/sqlite.ts"

const NOW = Date.parse("2026-11-23T18:00:00Z")
const DAY = 86_400_000

function rule(line: number, text: string, directory: RuleDirectory = "ignore.d.server"): Rule {
  return { directory, file: "own", path: `/rules/${directory}/own`, line, text, samples: [] }
}

const BUSY = rule(1, "^${HEAD} sshd\\[${PID}\\]: busy$")
const DEAD = rule(2, "^${HEAD} sshd\\[${PID}\\]: misspelt$")
const UNHEARD = rule(3, "^${HEAD} uucico\\[${PID}\\]: anything$")
const ANYBODY = rule(4, "^${HEAD} [^:]+: *$")
const BROKEN = rule(5, "^${HEAD} sshd\\[${PID}\\]: (broken$")
const UNUSED = rule(1, "^${HEAD} sshd\\[${PID}\\]: of another level$", "ignore.d.workstation")

const SET: RuleSet = { name: "own", directory: "/rules", rules: [BUSY, DEAD, UNHEARD, ANYBODY, BROKEN, BUSY, UNUSED] }
const HOST = { rules: ["own"], level: "server", variables: new Map(), crackingIgnore: false, alarms: true } as const
const keyOf = (of: Rule) => ruleKey("own", of)

const RECORD = { hits: 900, firstMs: NOW - 40 * DAY, lastMs: NOW, gapMs: DAY, days: 40, sample: "" }

function statistics() {
  return ruleStatistics({
    hosts: [HOST, { ...HOST, level: "paranoid" }],
    ruleSets: new Map([["own", SET]]),
    quarantined: [{ rule: BROKEN, problem: { file: BROKEN.path, line: 5, column: 1, message: "unmatched (" } }],
    history: {
      rules: new Map([
        [keyOf(BUSY), RECORD],
        [keyOf(DEAD), { ...RECORD, lastMs: NOW - 31 * DAY }],
      ]),
      programs: new Map([
        ["sshd", NOW - DAY],
        ["uucico", NOW - 31 * DAY],
      ]),
    },
    sums: { lines: 1_000, hits: new Map([[keyOf(BUSY), 250]]) },
    fromMs: NOW - 30 * DAY,
  })
}

describe("the statistics of rules", () => {
  const of = (wanted: Rule): RuleStatistic =>
    statistics().rules.find(({ rule: each }) => each === wanted) ?? assert.fail("not there")

  test("statistics have every rule in force once, those with most hits first", () => {
    assert.deepEqual(
      statistics().rules.map((each) => each.rule),
      [BUSY, DEAD, UNHEARD, ANYBODY],
    )
  })

  test("statistics have hits and their share of all lines", () => {
    assert.deepEqual(of(BUSY), {
      ruleSet: "own",
      rule: BUSY,
      hits: 250,
      share: 0.25,
      lastMs: NOW,
      state: "used",
    })
    assert.equal(statistics().sinceMs, NOW - 40 * DAY)
  })

  test("a rule is dead if its program sent lines and it matched none", () => {
    assert.deepEqual([of(DEAD).state, of(DEAD).lastMs], ["dead", NOW - 31 * DAY])
    assert.deepEqual([of(UNHEARD).state, of(UNHEARD).lastMs], ["unheard", undefined])
    assert.equal(of(ANYBODY).state, "dead", "it names no program, and somebody spoke")
  })
})

test("only rules that are in no rule set are forgotten, after a month", async (t) => {
  const directory = mkdtempSync(join(tmpdir(), "tamis-forget-"))
  const store = sqliteStore({ file: join(directory, "tamis.db") })
  await store.open()
  t.after(async () => {
    await store.close()
    rmSync(directory, { recursive: true })
  })
  const heard = (daysAgo: number, keys: readonly string[], programs: readonly string[]) => ({
    atMs: NOW - daysAgo * DAY,
    lines: keys.length,
    rules: new Map(keys.map((key) => [key, { count: 1 }])),
    programs,
  })
  await store.addActivity({ collector: "c", sequence: 1 }, heard(31, [keyOf(BUSY), "gone"], ["sshd", "gone"]))
  await store.addActivity({ collector: "c", sequence: 2 }, heard(29, ["gone lately"], ["gone lately"]))
  await forgetGoneRules(store, [SET], NOW)
  const { rules, programs } = await store.ruleHistory()
  assert.deepEqual(
    [[...rules.keys()].sort(), [...programs.keys()].sort()],
    [[keyOf(BUSY), "gone lately"].sort(), ["gone lately", "sshd"]],
  )
})
