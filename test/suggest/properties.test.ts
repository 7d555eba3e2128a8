/** Whatever lines it is made of, a suggested rule holds what is promised of it. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import fc from "fast-check"
import { compileEngine } from "../../src/engine/engine.ts"
import { checkRules } from "../../src/lint/check.ts"
import { BUILT_IN_VARIABLES } from "../../src/rules/built-in-variables.ts"
import { parseRuleFile } from "../../src/rules/rule-file.ts"
import { expandVariables } from "../../src/rules/variables.ts"
import type { Leftover } from "../../src/suggest/leftover.ts"
import { suggest } from "../../src/suggest/suggest.ts"
import { suggestRule } from "../../src/suggest/suggest-rule.ts"
import { encodeUtf8b } from "../../src/text/utf8b.ts"
import { SHIPPED_ALARM_RULES, SHIPPED_ALARMING } from "../support/alarming.ts"
import { askGrep, withoutGnuGrep } from "../support/gnu-grep.ts"

/** Words as logs have them: what masks know, what they do not, every character that means something in a pattern. */
const word = fc.oneof(
  fc.constantFrom(
    "session",
    "opened",
    "closed",
    "for",
    "user",
    "from",
    "port",
    "by",
    "job",
    "done",
    "device",
    "rhost=",
  ),
  fc.constantFrom("root", "ada", "bob-2", "mx1.example.org", "eth0", "br-lan", "/srv/a", "/srv/b/c", "uid=0", "(x)"),
  fc.constantFrom("203.0.113.7", "2001:db8::7", "02:00:00:00:00:aa", "12:00:01", "0x1f", "7.5", "-3", "42", "50022"),
  fc.constantFrom("", "[7]", "a*b", "^$", "{2}", "\\d", "|", "a+b?", "${IP}", "${", "$", "é", "ß", "☃", "[a-z]", "#"),
  fc.string({ maxLength: 6 }).filter((text) => /^[!-~]*$/.test(text)),
)
const tag = fc.constantFrom(
  "app: ",
  "app[7]: ",
  "app[12]: ",
  "sshd(pam_unix)[3]: ",
  "kernel: [   12.345678] ",
  "no tag ",
)
const head = fc.constantFrom("Nov 23 18:33:13 web1", "Nov  3 08:00:00 db1", "2026-11-23T18:33:13.123456+01:00 src@web1")
const line = fc
  .tuple(head, tag, fc.array(word, { minLength: 1, maxLength: 7 }))
  .map(([host, name, words]) => `${host} ${name}${words.join(" ")}`.trimEnd())
/** Lines that differ in a word or two, as a program's lines do. */
const group = fc
  .tuple(
    head,
    tag,
    fc.array(word, { minLength: 3, maxLength: 7 }),
    fc.array(fc.tuple(fc.nat(6), word), { maxLength: 6 }),
  )
  .map(([host, name, words, changes]) => [
    `${host} ${name}${words.join(" ")}`.trimEnd(),
    ...changes.map(([at, changed]) => `${host} ${name}${words.with(at % words.length, changed).join(" ")}`.trimEnd()),
  ])

const expand = (rule: string): string => {
  const expansion = expandVariables(rule, [BUILT_IN_VARIABLES])
  assert.ok(expansion.ok)
  return expansion.expanded.pattern
}

function matchesAll(rule: string, lines: readonly string[]): void {
  const { engine, refused } = compileEngine([expand(rule)])
  assert.deepEqual(refused, [])
  for (const each of lines) {
    const bytes = encodeUtf8b(each)
    assert.deepEqual(engine.match(bytes, /^[\0-\x7f]*$/.test(each)), [0], `${rule}\n${each}`)
  }
}

describe("a suggested rule", () => {
  test("a suggested rule matches all its lines and no alarming one, is anchored, and has no findings", () => {
    let suggested = 0
    fc.assert(
      fc.property(group, (lines) => {
        const rule = suggestRule({ lines, alarming: SHIPPED_ALARMING })?.pattern
        if (rule === undefined) return
        suggested += 1
        matchesAll(rule, lines)
        assert.match(rule, /^\^\$\{HEAD\} .*\$$/)
        const samples =
          lines.map((each) => `#+ ${each}\n`).join("") + SHIPPED_ALARMING.lines.map((each) => `#- ${each}\n`).join("")
        const source = { directory: "ignore.d.server", file: "local", path: "local" } as const
        const { rules } = parseRuleFile(Buffer.from(`${samples}${rule}\n`), source)
        assert.deepEqual(checkRules(rules, new Map(), { alarms: SHIPPED_ALARM_RULES.rules }), [])
      }),
    )
    assert.ok(suggested > 20, `${suggested} groups had a rule`)
  })

  test("a suggested rule does not depend on the order of the lines", () => {
    const shuffled = group.chain((lines) =>
      fc.tuple(fc.constant(lines), fc.shuffledSubarray(lines, { minLength: lines.length })),
    )
    fc.assert(
      fc.property(shuffled, ([lines, others]) => {
        assert.deepEqual(
          suggestRule({ lines, alarming: SHIPPED_ALARMING }),
          suggestRule({ lines: others, alarming: SHIPPED_ALARMING }),
        )
      }),
    )
  })

  test("a suggested rule matches the same lines in GNU grep", { skip: withoutGnuGrep() }, () => {
    const groups = fc.sample(group, 60)
    const rules = groups.flatMap((lines) => suggestRule({ lines, alarming: SHIPPED_ALARMING })?.pattern ?? [])
    const lines = groups.flat().map(encodeUtf8b)
    const { engine } = compileEngine(rules.map(expand))
    const answers = askGrep(rules.map(expand), lines)
    for (const [index, rule] of rules.entries()) {
      const ours = lines.flatMap((each, at) =>
        engine
          .match(
            each,
            each.every((byte) => byte < 0x80),
          )
          ?.includes(index)
          ? [at]
          : [],
      )
      assert.deepEqual(answers[index], ours, rule)
    }
  })
})

describe("suggestions", () => {
  const leftovers = fc.array(
    fc.record({
      line: fc.oneof(line, fc.constantFrom(...SHIPPED_ALARMING.lines)),
      host: fc.constantFrom("web1", "db1"),
      count: fc.integer({ min: 1, max: 9 }),
    }),
    { maxLength: 30 },
  )
  const options = { raised: [], rules: [], alarming: SHIPPED_ALARMING, scope: "few" } as const

  test("suggestions account for every line: hidden by a rule, refused with a reason, or too rare", () => {
    fc.assert(
      fc.property(leftovers, (given: readonly Leftover[]) => {
        const made = suggest(given, options)
        const total = given.reduce((sum, { count }) => sum + count, 0)
        const refused = made.refusals.reduce((sum, { lines }) => sum + lines, 0)
        assert.equal(made.lines, total)
        assert.ok(made.hidden + refused + made.rare.lines >= total, "no line goes missing")
        assert.ok(made.hidden + refused <= total, "and none is counted twice")
        for (const { rule, samples } of made.suggestions) matchesAll(rule, samples)
      }),
      { numRuns: 50 },
    )
  })

  test("suggestions do not depend on the order of the lines", () => {
    const shuffled = leftovers.chain((given) =>
      fc.tuple(fc.constant(given), fc.shuffledSubarray(given, { minLength: given.length })),
    )
    fc.assert(
      fc.property(shuffled, ([given, others]) => {
        assert.deepEqual(suggest(given, options), suggest(others, options))
      }),
      { numRuns: 50 },
    )
  })
})
