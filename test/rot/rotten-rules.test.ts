import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { type KnownRule, type RottenRule, rottenRules } from "../../src/rot/rotten-rules.ts"
import { BUILT_IN_VARIABLES } from "../../src/rules/built-in-variables.ts"
import type { RuleDirectory } from "../../src/rules/rule.ts"
import type { RuleRecord } from "../../src/store/rule-history.ts"
import type { Tally } from "../../src/tally/tally.ts"
import { template } from "../../src/tally/template.ts"
import { makeTally } from "../report/make.ts"
import { SHIPPED_ALARMING } from "../support/alarming.ts"

const NOW = Date.parse("2026-11-23T18:00:00Z")
const HOUR = 3_600_000
const DAY = 24 * HOUR
const LAST = NOW - 4 * HOUR

const SSH = "^${HEAD} sshd\\[${PID}\\]: Accepted publickey for ${USER} from ${IP} port ${PORT} ssh2$"
const line = (text: string) => `Nov 23 15:00:00 web1 ${text}`
const accepted = (tag: string, how = "Accepted publickey") =>
  line(`${tag}[71]: ${how} for ada from 192.0.2.7 port 40122 ssh2`)

function known(
  text: string,
  sample: string,
  fields: Partial<RuleRecord> = {},
  directory: RuleDirectory = "ignore.d.server",
): KnownRule {
  const rule = { directory, file: "ssh", path: "/rules/ssh", line: 12, text, samples: [] }
  const record = { hits: 14 * 24, firstMs: NOW - 14 * DAY, lastMs: LAST, gapMs: HOUR, days: 14, sample, ...fields }
  return { rule, record, scopes: [[BUILT_IN_VARIABLES]] }
}

function group(sample: string, fields: Partial<Tally> = {}): Tally {
  return makeTally({
    host: "web1",
    template: template(sample),
    samples: [sample],
    count: 4,
    firstMs: LAST + HOUR,
    lastMs: NOW,
    ...fields,
  })
}

function find(rule: KnownRule, tallies: readonly Tally[], before: readonly Tally[] = []): RottenRule | undefined {
  const past = [{ id: 1, opensAtMs: NOW - 9 * DAY, closesAtMs: NOW - DAY, tallies: before }]
  return rottenRules({ rules: [rule], tallies, past, alarming: SHIPPED_ALARMING, nowMs: NOW })[0]
}

const RULE = known(SSH, accepted("sshd"))
const NEW = group(accepted("sshd-session"))

describe("a rule that began to fail", () => {
  test("a rule that began to fail is reported with the new lines and the change that matches them", () => {
    const rot = find(RULE, [group(line("app: anything else")), NEW])
    assert.deepEqual(rot?.groups, [NEW])
    assert.deepEqual(rot?.proposal, { pattern: SSH.replace("sshd", "sshd(-session)?"), isChange: true })
  })

  test("a raising rule that began to fail is reported, and its new lines may be alarming", () => {
    const text = "^${HEAD} su\\[${PID}\\]: FAILED SU \\(to root\\) ${USER} on .*$"
    const rule = known(text, line("su[7]: FAILED SU (to root) ada on pts/0"), {}, "violations.d")
    const rot = find(rule, [group(line("su-l[7]: FAILED SU (to root) ada on pts/1"))])
    assert.deepEqual(rot?.proposal, { pattern: text.replace("su\\[", "su(-l)?\\["), isChange: true })
  })

  test("lines that changed in two places get a rule of their own, tried on them", () => {
    const text = "^${HEAD} chronyd\\[${PID}\\]: Selected source ${IP} for the clock of this host now$"
    const rule = known(text, line("chronyd[7]: Selected source 192.0.2.1 for the clock of this host now"))
    const rot = find(rule, [
      group(line("chronyd[7]: Chosen source 192.0.2.1 for the clock of this machine now"), { count: 40 }),
    ])
    assert.equal(rot?.proposal?.isChange, false)
    assert.match(rot?.proposal?.pattern ?? "", /^\^\$\{HEAD\} chronyd\\\[\$\{PID\}\\\]: Chosen source /)
  })

  test("the change uses the variables of the host that has them", () => {
    const rule = known("^${HEAD} kernel: link of ${WAN_IF} is up$", line("kernel: link of ppp0 is up"))
    const scopes = [
      [new Map([["WAN_IF", "eth0"]]), BUILT_IN_VARIABLES],
      [new Map([["WAN_IF", "ppp0"]]), BUILT_IN_VARIABLES],
    ]
    const rot = find({ ...rule, scopes }, [group(line("kernel: carrier of ppp0 is up"))])
    assert.equal(rot?.proposal?.pattern, "^${HEAD} kernel: (link|carrier) of ${WAN_IF} is up$")
  })
})

const INNOCENT: readonly { name: string; rule?: KnownRule; tallies: readonly Tally[]; before?: readonly Tally[] }[] = [
  { name: "a rule that still hits", rule: known(SSH, accepted("sshd"), { lastMs: NOW - HOUR }), tallies: [NEW] },
  { name: "a rule of which no line is known", rule: known(SSH, ""), tallies: [NEW] },
  { name: "silence without new lines", tallies: [] },
  { name: "silence with unrelated lines", tallies: [group(line("sshd[7]: Server listening on 0.0.0.0 port 22."))] },
  {
    name: "lines that came while the rule still hit",
    tallies: [group(accepted("sshd-session"), { firstMs: LAST - 1 })],
  },
  {
    name: "lines that came in a window before, on another host",
    tallies: [NEW],
    before: [group(accepted("sshd-session").replace("web1", "web2"), { host: "web2", firstMs: LAST - DAY })],
  },
  { name: "lines that complain where the rule's did not", tallies: [group(accepted("sshd", "Failed publickey"))] },
  {
    name: "a change that would hide what is alarming",
    rule: known("^${HEAD} kernel: .* happened.*$", line("kernel: nothing happened")),
    tallies: [group(line("kernel: Out of memory: Killed process 1234 (postgres) happened"))],
  },
  {
    name: "a single line where there were thousands",
    rule: known(SSH, accepted("sshd"), { hits: 100_000 }),
    tallies: [NEW],
  },
  { name: "lines of a raising layer", tallies: [group(accepted("sshd-session"), { layer: "violations" })] },
  { name: "coarse groups", tallies: [group(accepted("sshd-session"), { coarseness: 1 })] },
]

describe("rules that are not reported", () => {
  for (const { name, rule = RULE, tallies, before } of INNOCENT) {
    test(name, () => assert.equal(find(rule, tallies, before), undefined))
  }
})

test("of any number of rules and groups, few are reported, within a short time", () => {
  const rules = Array.from({ length: 200 }, (_, n) =>
    known(SSH.replace("publickey", `key${n}`), accepted("sshd", `Accepted key${n}`)),
  )
  const tallies = Array.from({ length: 2_000 }, (_, n) => group(accepted("sshd-session", `Accepted key${n}`)))
  assert.ok(rottenRules({ rules, tallies, past: [], alarming: SHIPPED_ALARMING, nowMs: NOW }).length <= 10)
})
