/** The rule file that comes with a mail. */
import assert from "node:assert/strict"
import { test } from "node:test"
import type { Rule } from "../../src/rules/rule.ts"
import { parseRuleFile } from "../../src/rules/rule-file.ts"
import { attachedRules } from "../../src/suggest/attached-rules.ts"
import { mailLeftovers } from "../../src/suggest/mail-leftovers.ts"
import { pileUp } from "../../src/tally/pile.ts"
import type { Tally } from "../../src/tally/tally.ts"
import { template } from "../../src/tally/template.ts"
import { makeTally, makeWindow } from "../report/make.ts"
import { SHIPPED_ALARMING } from "../support/alarming.ts"

const HEAD = "Nov 23 18:33:13"

/** A tally of lines without their dates: `web1 app[7]: done`. */
function tallyOf(count: number, ...lines: readonly string[]): Tally {
  const samples = lines.map((line) => `${HEAD} ${line}`)
  return makeTally({ host: lines[0]!.split(" ")[0]!, count, samples, template: template(samples[0]!) })
}

function attached(tallies: readonly Tally[], before: readonly Tally[] = [], rules: readonly Rule[] = []) {
  const past = [{ id: 1, opensAtMs: 0, closesAtMs: 1, tallies: before }]
  const pile = pileUp([makeWindow({ id: 2, tallies })])
  const ruleSets = new Map([["own", { name: "own", directory: "/rules", rules }]])
  return attachedRules(mailLeftovers(pile, past), ruleSets, SHIPPED_ALARMING)
}

const RAISED = { layer: "violations", sections: ["Security Events"] } as const

test("the attached file has a rule for each family that came twice, with the number of remembered lines that it would have hidden", () => {
  const file = attached(
    [
      tallyOf(3, "web1 app[7]: job 1 is done", "web1 app[8]: job 2 is done"),
      tallyOf(2, "web1 disk: swept for dust"),
      tallyOf(1, "web1 disk: swept for webs"),
      tallyOf(2, "web1 kernel: Out of memory: Killed process 7 (a)"),
    ],
    [tallyOf(40, "db1 app[9]: job 1 is done")],
  )
  assert.equal(
    file,
    `# 2 suggested rules for lines in the System Events of this mail.
# Delete the rules for lines that you do not know to be normal. Put the rest into ignore.d.server/ of a rule set.

# Would have hidden 43 lines on 2 hosts in 1 day.
#+ ${HEAD} web1 app[7]: job 1 is done
#+ ${HEAD} web1 app[8]: job 2 is done
^\${HEAD} app\\[\${PID}\\]: job [0-9]+ is done$

# Would have hidden 2 lines on 1 host in 1 day.
#+ ${HEAD} web1 disk: swept for dust
#- ${HEAD} web1 disk: swept for webs
^\${HEAD} disk: swept for dust$

# No rule for 2 lines of kernel on 1 host: the lines look alarming: memory.
#     ${HEAD} web1 kernel: Out of memory: Killed process 7 (a)

# No rule for 1 line of disk on 1 host: only one such line came.
#     ${HEAD} web1 disk: swept for webs
`,
  )
})

test("no file is attached if no rule can be suggested", () => {
  assert.equal(attached([]), undefined)
  assert.equal(attached([tallyOf(2, "web1 kernel: Out of memory: Killed process 7 (a)")]), undefined)
  assert.equal(attached([{ ...tallyOf(9, "web1 app[7]: job ada is done"), ...RAISED }]), undefined)
})

test("attached rules hide no line that rules raise, neither now nor earlier nor in samples", () => {
  const users = ["ada", "bob", "cyd", "dan", "fay", "gus", "hal", "ida"]
  const groups = users.map((who) => tallyOf(2, `web1 app: user ${who} wrote a letter`))
  const raised = "web1 app: user eve wrote a letter"
  const source = { directory: "violations.d", file: "app", path: "/rules/violations.d/app" } as const
  const { rules } = parseRuleFile(Buffer.from(`#+ ${HEAD} ${raised}\nuser eve\n`), source)
  const again = { ...tallyOf(1, raised), ...RAISED }
  for (const file of [attached([...groups, again]), attached(groups, [again]), attached(groups, [], rules)]) {
    assert.match(file ?? "", /user \(ada\|bob\|cyd\|dan\|fay\|gus\|hal\|ida\) wrote/)
  }
  assert.match(attached(groups) ?? "", /user \$\{USER\} wrote/)
})

test("the attached file has no other rules, whatever the lines contain", () => {
  const file = attached([
    tallyOf(9, "web1 app: one #012^.*$"),
    tallyOf(8, "web1 app: two\n^.*$"),
    tallyOf(7, "web1 app: three\u0085^.*$\u2028^.*$\r^.*$"),
    tallyOf(6, "web1 disk: swept for dust"),
  ])
  const { rules } = parseRuleFile(Buffer.from(file ?? ""), { directory: "ignore.d.server", file: "a", path: "a" })
  assert.ok(rules.length >= 2)
  for (const { text } of rules) assert.match(text, /^\^\$\{HEAD\} (app|disk): .*\$$/)
})

test("the attached file has the three hundred largest groups, and says how many more there are", () => {
  const letters = (n: number) => String.fromCharCode(97 + (n % 26), 97 + (Math.floor(n / 26) % 26))
  const groups = Array.from({ length: 320 }, (_, n) => tallyOf(1_000 - n, `web1 ${letters(n)}d: swept for dust`))
  const file = attached(groups) ?? ""
  assert.match(file, /^# 300 suggested rules for /)
  assert.match(file, /\n\n# This file has no rules for 20 further groups; run tamis suggest for them\.\n$/)
  assert.doesNotMatch(file, new RegExp(`^\\^.* ${letters(319)}d:`, "m"))
})
