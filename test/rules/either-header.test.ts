/**
 * Rules for one of the two header forms match whatever the sender used: from a sender's bytes to the verdict.
 */

import assert from "node:assert/strict"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { describe, it } from "node:test"
import { compileJudge } from "../../src/rules/compile.ts"
import type { Judge } from "../../src/rules/judge.ts"
import type { Rule, RuleDirectory, RuleSet } from "../../src/rules/rule.ts"
import { loadRuleSet } from "../../src/rules/rule-set.ts"
import type { Verdict } from "../../src/rules/verdict.ts"
import { CanonicalLine } from "../../src/syslog/canonical.ts"
import { CORPUS_RULES, corpusMessages } from "../support/corpus.ts"
import { DEBIAN_RULES } from "../support/field-corpora.ts"
import { madeUpLines } from "../support/made-up-lines.ts"
import { missing } from "../support/requirement.ts"
import { parse } from "../syslog/fields.ts"

const RECEIVED_AT_MS = Date.parse("2026-11-23T17:45:00Z")

/** One message as senders write it. */
const SENDERS: readonly { name: string; frame: (message: string) => string }[] = [
  { name: "the classic header", frame: (message) => `<13>Nov 23 17:45:00 web1 ${message}` },
  { name: "RSYSLOG_ForwardFormat", frame: (message) => `<13>2026-11-23T17:45:00.123456+00:00 web1 ${message}` },
  { name: "whole seconds", frame: (message) => `<13>2026-11-23T17:45:00+01:00 web1 ${message}` },
  { name: "milliseconds and Z", frame: (message) => `<13>2026-11-23T17:45:00.123Z web1 ${message}` },
]

const CLASSIC = "\\w{3} [ :0-9]{11}"
const ISO = "[0-9T:.+-]{32}"

/** Headers that rules of the field have. */
const HEADERS: readonly { name: string; header: string }[] = [
  { name: "both forms, as Debian's", header: `^(${CLASSIC}|${ISO}) [._[:alnum:]-]+` },
  { name: "the classic form only", header: `^${CLASSIC} [._[:alnum:]-]+` },
  { name: "the classic form only, by a class", header: "^[[:alpha:]]{3} [ :[:digit:]]{11} [^ ]+" },
  { name: "the ISO form only", header: `^${ISO} [._[:alnum:]-]+` },
  { name: "the ISO form only, in a group", header: `^(${ISO}|<never>) [._[:alnum:]-]+` },
  { name: "the ISO form only, part by part", header: "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[^ ]+ [^ ]+" },
  { name: "a year as it stands", header: "^2026-[^ ]+ web1" },
  { name: "tamis' own variable", header: "^${HEAD}" },
  { name: "no date at all", header: " web1" },
]

describe("a rule whose header is for", () => {
  for (const { name, header } of HEADERS) {
    const again = header.startsWith("^(") ? "\\2" : "\\1"
    const rules = [
      rule("ignore.d.server", `${header} app: usual$`),
      rule("ignore.d.server", `${header} app: (same|other) ${again}$`),
      rule("violations.d", `${header} app: odd`),
      rule("violations.ignore.d", `${header} app: odd but fine$`),
      rule("cracking.d", `${header} app: attack$`),
      rule("ignore.d.server", "app: (odd|attack)"),
    ]
    const judge = judgeOf(rules)
    for (const sender of SENDERS) {
      it(`a rule whose header is for ${name} matches a line with ${sender.name}`, () => {
        const layerOf = (message: string) => judgeFrame(judge, sender.frame(message)).layer
        const messages = ["usual", "same same", "same other", "odd", "odd but fine", "attack", "new"]
        assert.deepEqual(
          messages.map((message) => layerOf(`app: ${message}`)),
          ["ignored", "ignored", "system", "violations", "ignored", "cracking", "system"],
        )
      })
    }
  }
})

const installed = ["/etc/logcheck", DEBIAN_RULES].find((directory) =>
  existsSync(join(directory, "ignore.d.server/ssh")),
)

const RULE_SETS: readonly { name: string; directory: string; messages: () => readonly string[]; ignored: number }[] = [
  { name: "the rules of test/corpus", directory: CORPUS_RULES, messages: corpusMessages, ignored: 20 },
  { name: "Debian's rules", directory: installed ?? "", messages: madeUpMessages, ignored: 100 },
]

for (const { name, directory, messages, ignored: atLeast } of RULE_SETS) {
  describe(name, { skip: directory === "" ? missing("logcheck-database") : false }, () => {
    it(`${name} give the same verdicts, written for both headers or for one, with any sender's header`, (t) => {
      const { ruleSet } = loadRuleSet("tried", directory)
      const judges = [undefined, "classic", "iso"].map((form) =>
        judgeOf(ruleSet.rules.map((each) => restricted(each, form))),
      )
      const tried = messages()
      let ignored = 0
      for (const message of tried) {
        const verdicts = judges.flatMap((judge) =>
          SENDERS.map(({ frame }) => described(judgeFrame(judge, frame(message)))),
        )
        assert.equal(new Set(verdicts).size, 1, `${message}: ${[...new Set(verdicts)].join(" or ")}`)
        if (verdicts[0]?.startsWith("ignored") === true) ignored += 1
      }
      t.diagnostic(
        `${tried.length} messages, ${ignored} of them ignored, ${judges.length} x ${SENDERS.length} ways each`,
      )
      assert.ok(ignored > atLeast && ignored < tried.length)
    })
  })
}

/** The made-up lines with the ordinary header, without it. */
function madeUpMessages(): readonly string[] {
  const start = "Nov 23 17:45:00 web1 "
  return madeUpLines()
    .map(String)
    .filter((line) => line.startsWith(start) && line.length < 1000)
    .map((line) => line.slice(start.length))
}

/** The header that nearly all of Debian's rules have, cut down to one of its forms. */
function restricted(each: Rule, form: string | undefined): Rule {
  const header = /^\^\((\\w\{3\} \[ :(?:0-9|\[:digit:\])\]\{11\})\|(\[0-9T:\.\+-\]\{32\})\)/
  const text = each.text.replace(header, (both, classic, iso) => {
    // Groups are counted as before.
    return form === undefined ? both : `^(${form === "classic" ? classic : iso})`
  })
  return { ...each, text }
}

function rule(directory: RuleDirectory, text: string): Rule {
  return { directory, file: "app", path: `${directory}/app`, line: 1, text, samples: [] }
}

function judgeOf(rules: readonly Rule[]): Judge {
  const set: RuleSet = { name: "test", directory: "test", rules }
  const { judge, quarantined } = compileJudge([set], { level: "server", variables: new Map(), crackingIgnore: false })
  assert.deepEqual(quarantined, [])
  return judge
}

function judgeFrame(judge: Judge, frame: string): Verdict {
  const line = new CanonicalLine()
  line.write(parse(Buffer.from(frame)), "peer1", RECEIVED_AT_MS)
  return judge.judge(line)
}

/** Without the rules: a line that is ignored in one form is not tried with the rules for the other form only. */
function described({ layer, sections, unjudged }: Verdict): string {
  return `${layer} ${unjudged} ${sections.join(", ")}`
}
