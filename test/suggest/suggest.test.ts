import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { parseRuleFile } from "../../src/rules/rule-file.ts"
import { LeftoverBook } from "../../src/suggest/leftover-book.ts"
import { mailLeftovers } from "../../src/suggest/mail-leftovers.ts"
import { similarRuleSentence } from "../../src/suggest/similar-rule.ts"
import { type Suggestions, type SuggestOptions, suggest } from "../../src/suggest/suggest.ts"
import { unaskedRules } from "../../src/suggest/unasked.ts"
import { pileUp } from "../../src/tally/pile.ts"
import type { Tally } from "../../src/tally/tally.ts"
import { makeTally, makeWindow } from "../report/make.ts"
import { SHIPPED_ALARMING } from "../support/alarming.ts"

const HEAD = "Nov 23 18:33:13"

/** Suggests for lines without their dates: `web1 app[7]: done`. */
function suggested(lines: readonly string[], options: Partial<SuggestOptions> = {}): Suggestions {
  const leftovers = lines.map((line) => ({ line: `${HEAD} ${line}`, host: line.split(" ")[0] ?? "", count: 1 }))
  return suggest(leftovers, { raised: [], rules: [], alarming: SHIPPED_ALARMING, all: false, ...options })
}

const rules = ({ suggestions }: Suggestions) => suggestions.map(({ rule }) => rule)

function ruleFile(text: string) {
  const source = { directory: "ignore.d.server", file: "app", path: "rules/site/ignore.d.server/app" } as const
  return parseRuleFile(Buffer.from(text), source).rules
}

describe("suggestions", () => {
  test("suggestions are sorted by the lines that they would have hidden, most first", () => {
    const { suggestions, lines, hidden } = suggested([
      "web1 disk: swept for dust",
      "web1 app[7]: job ada is done",
      "db1 app[8]: job bob is done",
      "db1 app[9]: job ada is done",
    ])
    assert.deepEqual(
      suggestions.map((each) => [each.rule, each.lines, each.hosts]),
      [
        ["^${HEAD} app\\[${PID}\\]: job (ada|bob) is done$", 3, 2],
        ["^${HEAD} disk: swept for dust$", 1, 1],
      ],
    )
    assert.deepEqual([lines, hidden], [4, 4])
  })

  test("lines that are alarming, have no header or too little in common get a reason instead of a rule", () => {
    const { suggestions, refusals } = suggest(
      [
        { line: `${HEAD} web1 kernel: Out of memory: Killed process 7 (a)`, host: "web1", count: 3 },
        { line: `${HEAD} db1 kernel: Out of memory: Killed process 8 (b)`, host: "db1", count: 1 },
        { line: "no date", host: "", count: 2 },
        { line: `${HEAD} web1 app: 7`, host: "web1", count: 1 },
      ],
      { raised: [], rules: [], alarming: SHIPPED_ALARMING, all: false },
    )
    assert.deepEqual(suggestions, [])
    assert.deepEqual(
      refusals.map(({ reason, program, lines, hosts }) => [reason, program, lines, hosts]),
      [
        ["the lines look alarming: memory", "kernel", 4, 2],
        ["the lines do not begin with a date and a host that ${HEAD} matches", "", 2, 1],
        ["the lines have too few words in common", "app", 1, 1],
      ],
    )
  })

  test("suggestions hide no line that a rule of cracking.d or violations.d raises", () => {
    const lines = ["ada", "bob", "cyd", "dan", "eve", "fay", "gus"].map(
      (who) => `web1 door[7]: badge of ${who} was taken`,
    )
    const raised = [`${HEAD} web1 door[7]: badge of mallory was taken`]
    assert.deepEqual(rules(suggested(lines)), ["^${HEAD} door\\[${PID}\\]: badge of [[:alnum:]]+ was taken$"])
    assert.deepEqual(rules(suggested(lines, { raised })), [
      "^${HEAD} door\\[${PID}\\]: badge of (ada|bob|cyd|dan|eve|fay|gus) was taken$",
    ])
    const all = [...lines, "web1 door[7]: badge of mallory was taken"]
    const { suggestions, refusals } = suggested(all, { raised })
    assert.deepEqual(suggestions, [])
    assert.equal(refusals[0]?.reason, `the rule would hide lines like "${raised[0]}"`)
  })

  test("a suggestion names the most similar rule and the differences", () => {
    const known = ruleFile(
      "#= APP=app(-old)?\\[[0-9]+\\]\n^${HEAD} other: job is done$\n^\\w{3} [ :0-9]{11} [._[:alnum:]-]+ app\\[[0-9]+\\]: job [a-z]+ was done$\n",
    )
    const [first] = suggested(["web1 app[7]: job ada is done", "web1 app[7]: job bob is done"], {
      rules: known,
    }).suggestions
    assert.equal(
      first?.near && similarRuleSentence(first.near),
      'rules/site/ignore.d.server/app:3 has "[a-z]+" where this rule has "(ada|bob)", "was" where this rule has "is"',
    )
    assert.equal(suggested(["web1 app[7]: out of paper again"], { rules: known }).suggestions[0]?.near, undefined)
  })

  test("a suggestion has a near miss, which is rather an alarming line of the program than another leftover", () => {
    const { suggestions } = suggested([
      "web1 sshd[7]: Failed password for ada from 192.0.2.7 port 7 ssh2",
      "web1 app[7]: job one has been done",
      "web1 app[7]: job two has been put off",
    ])
    const miss = (program: string) => suggestions.find((each) => each.program === program)?.nearMiss
    assert.match(miss("sshd") ?? "", /Accepted password for (root|oracle)/)
    assert.equal(miss("app"), `${HEAD} web1 app[7]: job two has been put off`)
  })

  describe("of many groups", () => {
    const many = Array.from(
      { length: 80 },
      (_, n) => `web1 app[7]: ${"abcdefghijklmnopqrstuvwxyz"[n % 26]}${n}x says so`,
    )
    const rare = suggested(many)

    test("many groups share rules with alternatives: one rule for 20 lines, but at least 25", () => {
      assert.ok(rare.suggestions.length <= 25)
      assert.equal(rare.hidden, 80)
      for (const { rule, samples } of rare.suggestions) {
        assert.match(rule, /^\^\$\{HEAD\} app\\\[\$\{PID\}\\\]: \(.* says so(\|.* says so)+\)\$$/)
        assert.ok(samples.length > 1)
      }
    })

    test("an optional blank stays with the alternatives after it", () => {
      const lines = [
        ...["user bob was let in", "user  cyd was let in", "user eve was let in", "user adam went home again"],
        ..."abcdefghijklmnopqrstuvwxyz".split("").map((letter) => `user ${letter}${letter} has said ${letter}x`),
      ]
      const { suggestions, hidden } = suggested(lines.map((text) => `web1 app[7]: ${text}`))
      assert.equal(hidden, lines.length)
      assert.ok(suggestions.length <= 25)
    })

    test("with all, every group has a rule of its own", () => {
      assert.equal(suggested(many, { all: true }).suggestions.length, 80)
    })

    test("the rarest groups get no rule if their programs cannot share one", () => {
      const programs = Array.from({ length: 26 }, (_, n) => `web1 app-${"abcdefghijklmnopqrstuvwxyz"[n]}: says so`)
      const { suggestions, rare, hidden } = suggested([...programs, ...programs.slice(0, 9)])
      assert.equal(suggestions.length, 25)
      assert.deepEqual(rare, { groups: 1, lines: 1 })
      assert.equal(hidden, 34)
    })
  })
})

describe("a program that says whatever it is made to say", () => {
  const words = Array.from(
    { length: 58 },
    (_, n) => `word${String.fromCharCode(97 + (n % 26), 97 + Math.floor(n / 26))}`,
  )
  /** Lines of the same words, each in an order of its own: compared with each other, they would take minutes. */
  const shuffled = Array.from({ length: 1_500 }, (_, turn) => {
    const inTurn = words.toSorted((a, b) => hash(a + turn) - hash(b + turn))
    return `web1 flood: ${inTurn.join(" ")}`
  })
  function hash(text: string): number {
    return [...text].reduce((sum, character) => Math.imul(sum ^ character.charCodeAt(0), 16_777_619), 2_166_136_261)
  }

  test("a program with too many different messages gets a reason, and costs no other program its rules", () => {
    const { suggestions, refusals } = suggested([...shuffled, "web1 disk: swept for dust"], { all: true })
    assert.ok(suggestions.some(({ program }) => program === "disk"))
    const reasons = refusals.map(({ program, reason }) => `${program}: ${reason}`)
    assert.ok(reasons.includes("flood: the program logs too many different messages"), reasons.join("\n"))
  })
})

describe("leftovers of a log", () => {
  const book = (lines: readonly [string, number][]) => {
    const made = new LeftoverBook()
    for (const [line, atMs] of lines) made.leftover(line, "web1", atMs)
    return made.take()
  }

  test("leftovers that differ only in time and PID are one, and their days are counted", () => {
    const { leftovers, days } = book([
      [`${HEAD} web1 app[8]: done`, 86_400_000 * 3],
      [`${HEAD} web1 app[7]: done`, 0],
    ])
    assert.deepEqual(leftovers, [{ line: `${HEAD} web1 app[7]: done`, host: "web1", count: 2 }])
    assert.equal(days, 3)
  })

  test("a log without leftovers spans one day", () => {
    assert.deepEqual(book([]), { leftovers: [], raised: [], beyond: 0, days: 1 })
  })
})

describe("a mail suggests", () => {
  const leftoversOf = (tallies: readonly Tally[]) => mailLeftovers(pileUp([makeWindow({ tallies })]), [])
  const job = (host: string, count: number) =>
    makeTally({ host, program: "app", count, samples: [`${HEAD} ${host} app[7]: job ada is done`] })
  const unasked = (...tallies: ReturnType<typeof makeTally>[]) => {
    return unaskedRules(leftoversOf(tallies), 5, SHIPPED_ALARMING)
  }

  test("a mail suggests a rule for lines that came ten times, on any hosts", () => {
    assert.deepEqual(unasked(job("web1", 6), job("db1", 4)), [
      { rule: "^${HEAD} app\\[${PID}\\]: job ada is done$", lines: 10, hosts: 2, days: 1 },
    ])
    assert.deepEqual(unasked(job("web1", 6), job("db1", 3)), [])
  })

  test("a mail suggests no rule for complaints, logins, raised lines and coarse groups", () => {
    const failing = makeTally({ host: "web1", count: 99, samples: [`${HEAD} web1 app[7]: job ada has failed`] })
    const login = makeTally({
      host: "web1",
      count: 99,
      samples: [`${HEAD} web1 sshd[7]: Accepted publickey for ada from 192.0.2.7 port 7 ssh2`],
    })
    const raised = makeTally({ host: "web1", layer: "violations", count: 99, samples: [`${HEAD} web1 app[7]: job`] })
    const coarse = makeTally({
      host: "web1",
      coarseness: 1,
      count: 99,
      samples: [`${HEAD} web1 app[7]: job ada is done`],
    })
    assert.deepEqual(unasked(failing, login, raised, coarse), [])
  })

  test("a mail suggests at most the configured number of rules", () => {
    assert.deepEqual(unaskedRules(leftoversOf([job("web1", 50)]), 0, SHIPPED_ALARMING), [])
  })
})
