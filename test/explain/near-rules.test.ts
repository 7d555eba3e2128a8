import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import { underline } from "../../src/explain/caret.ts"
import { type LineForms, type NearRule, nearRules } from "../../src/explain/near-rules.ts"
import { charactersOf } from "../../src/explain/walk.ts"
import { parseRuleFile } from "../../src/rules/rule-file.ts"
import { CanonicalLine } from "../../src/syslog/canonical.ts"
import { emptyMessage } from "../../src/syslog/message.ts"
import { parseMessage } from "../../src/syslog/parse.ts"

function formsOf(text: string): LineForms {
  const message = emptyMessage()
  const bytes = Buffer.from(text)
  parseMessage(bytes, 0, bytes.length, message)
  const line = new CanonicalLine()
  line.write(message, "", Date.UTC(2026, 10, 23))
  assert.equal(line.bytes.toString(), text, "the line is canonical")
  return {
    classic: charactersOf(line.bytes),
    iso: charactersOf(line.isoForm()),
    nameEnd: message.appNameEnd,
    textStart: message.textStart,
  }
}

function near(rules: string, text: string, variables: Record<string, string> = {}, most = 3): NearRule[] {
  const source = { directory: "ignore.d.server", file: "f", path: "f" } as const
  const parsed = parseRuleFile(Buffer.from(rules), source)
  return nearRules(parsed.rules, new Map(Object.entries(variables)), formsOf(text), most)
}

/** Carets under the line and under the rule as it was written, as a person sees them. */
function carets({ line, expected, rule }: NearRule, text: string): string[] {
  const place = expected[0]?.rule ?? { start: 0, end: 0 }
  return [...underline(text, line.start, line.end), ...underline(rule.text, place.start, place.end)]
}

const HEADER = "Nov 23 03:14:07 web1"

test("the place of the mismatch is shown in the line and in the rule, with the expected text", () => {
  const text = `${HEADER} cron[x7]: done`
  const [found] = near("^\\w{3} [ :0-9]{11} [._[:alnum:]-]+ cron\\[[[:digit:]]+\\]: done$", text)
  assert.ok(found !== undefined)
  assert.deepEqual(carets(found, text), [
    "Nov 23 03:14:07 web1 cron[x7]: done",
    "                          ^",
    "^\\w{3} [ :0-9]{11} [._[:alnum:]-]+ cron\\[[[:digit:]]+\\]: done$",
    "                                         ^^^^^^^^^^^^",
  ])
  assert.deepEqual([found.expected[0]?.text, found.expected[0]?.literal, found.got], ["[[:digit:]]+", false, "x"])
  assert.equal(found.resumes, 27)
})

test("a word that differs in the middle is shown whole, with carets at the difference", () => {
  const text = `${HEADER} cron: job finnished in 3 s`
  const [found] = near("^${HEAD} cron: job finished in [0-9]+ s$", text)
  assert.ok(found !== undefined)
  assert.deepEqual([found.expected[0]?.text, found.got], ["finished", "finnished"])
  assert.deepEqual(carets(found, text).slice(1), [
    `${" ".repeat("Nov 23 03:14:07 web1 cron: job fin".length)}^`,
    "^${HEAD} cron: job finished in [0-9]+ s$",
    "                      ^^^^^",
  ])
})

test("the carets mark a variable as written in the rule", () => {
  const text = `${HEADER} dhcpd: lease on wlan0 ends`
  const [found] = near("^${HEAD} dhcpd: lease on ${LAN_IF} ends$", text, { LAN_IF: "eth[0-9]" })
  assert.ok(found !== undefined)
  const { text: wanted, variable, rule } = found.expected[0]!
  assert.deepEqual([wanted, variable, found.got], ["eth", "${LAN_IF}", "wlan0"])
  assert.deepEqual(rule, { start: 25, end: 34 })
  assert.equal(found.pattern.endsWith("dhcpd: lease on eth[0-9] ends$"), true)
})

test("text that the rule does not expect is shown up to where the rule resumes", () => {
  const [found] = near("^${HEAD} sshd\\[${PID}\\]: Connection closed$", `${HEADER} sshd-session[7]: Connection closed`)
  assert.ok(found !== undefined)
  assert.equal(found.sameProgram, false)
  assert.deepEqual([found.expected[0]?.text, found.got, found.resumes], ["[", "-session", 33])
})

test("a different word is shown whole", () => {
  const [found] = near("^${HEAD} cron: job of root done$", `${HEADER} cron: job of nobody done`)
  assert.deepEqual([found?.expected[0]?.text, found?.got, found?.resumes], ["root", "nobody", 40])
})

test("a rule of the same program that matches nothing of the text is not near", () => {
  assert.deepEqual(near("^${HEAD} cron: start of all$", `${HEADER} cron: job of nobody done in a while`), [])
})

test("the end of the line can be expected or found", () => {
  const rule = "^${HEAD} cron: job done$"
  const longer = near(rule, `${HEADER} cron: job done twice`)[0]
  assert.deepEqual([longer?.expected[0]?.anchor, longer?.got], ["line-end", " "])
  const shorter = near(rule, `${HEADER} cron: job`)[0]
  assert.deepEqual([shorter?.expected[0]?.text, shorter?.got], [" ", undefined])
})

test("all expected alternatives are shown", () => {
  const [found] = near("^${HEAD} cron: job (started|done|\\(none\\))$", `${HEADER} cron: job failed`)
  assert.deepEqual(found?.expected.map(({ text }) => text).sort(), ["(", "done", "started"])
})

test("the nearest rules come first, and another program's rule only if it matches the text", () => {
  const rules = [
    "^${HEAD} cron: something else altogether$",
    "^${HEAD} cron: job [0-9]+ done$",
    "^${HEAD} anacron: job [0-9]+ begun in the night$",
    "^${HEAD} cron: job [0-9]+ done in [0-9]+ s$",
    "^${HEAD} (fcron|acron): job [0-9]+ done in the night$",
    "^${HEAD} cron: .*",
  ]
  const found = near(rules.slice(0, 5).join("\n"), `${HEADER} cron: job 12 done in the night`, {}, 9)
  assert.deepEqual(
    found.map(({ rule }) => rule.line),
    [4, 2, 5],
  )
  assert.deepEqual(near(rules.join("\n"), `${HEADER} cron: job 12 done in the night`, {}, 1).length, 1)
})

test("rules with equal patterns are shown once", () => {
  const rule = "^${HEAD} cron: job [0-9]+ done$\n"
  assert.equal(near(rule + rule, `${HEADER} cron: job x done`).length, 1)
})

test("a rule with an ISO date is tried on the ISO form", () => {
  const [found] = near("^[0-9T:.+-]{32} [._[:alnum:]-]+ cron: job done$", `${HEADER} cron: job dona`)
  assert.deepEqual([found?.form, found?.expected[0]?.text, found?.got], ["iso", "done", "dona"])
})

test("a back-reference is treated as its group, and the result is marked approximate", () => {
  const written = "^[A-Z][a-z]{2} [ :0-9]{11} [[:alnum:]]+ cron: (a|b) and \\1$"
  const [but] = near(written, `${HEADER} cron: a and b`)
  assert.deepEqual([but?.approximate, but?.expected], [true, []])
  const [other] = near(written, `${HEADER} cron: a and c`)
  assert.deepEqual([other?.approximate, other?.got], [true, "c"])
})

test("carets stand under the shown characters, and a long text is cut around them", () => {
  assert.deepEqual(underline("a\u0007b", 2, 3), ["a\\x07b", "     ^"])
  assert.deepEqual(underline("ab", 2, 2), ["ab", "  ^"])
  const [text, marks] = underline(`${"x".repeat(300)}HERE${"y".repeat(300)}`, 300, 304)
  assert.equal(text.slice(marks.indexOf("^"), marks.length), "HERE")
  assert.ok(text.startsWith("…") && text.endsWith("…") && text.length < 120)
})

test("any rules and any line have an explanation", () => {
  const piece = fc.constantFrom("a", "b1", "[[:digit:]]+", "\\[", "(x|y)", ".*", "${PID}", "é", "\\<", "$", " ", "{2}")
  const text = fc.string({ unit: fc.constantFrom("a", "b", "1", "x", " ", "é", "[", "\u0007"), maxLength: 12 })
  fc.assert(
    fc.property(fc.array(fc.array(piece, { maxLength: 8 }), { maxLength: 6 }), text, (rules, text) => {
      const content = rules.map((pieces) => `^\${HEAD} p: ${pieces.join("")}\n`).join("")
      const message = emptyMessage()
      const bytes = Buffer.from(`Nov 23 03:14:07 web1 p: ${text}`)
      parseMessage(bytes, 0, bytes.length, message)
      const line = new CanonicalLine()
      line.write(message, "", 0)
      for (const found of near(content, line.bytes.toString())) {
        const [lineText, lineCarets, ruleText, ruleCarets] = carets(found, line.bytes.toString())
        assert.ok(lineCarets!.indexOf("^") <= lineText!.length)
        assert.ok(ruleCarets!.indexOf("^") <= ruleText!.length)
        assert.ok(found.expected.length > 0)
        assert.ok(found.line.start >= 0 && found.line.end <= line.bytes.toString().length)
      }
    }),
  )
})
