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
  return suggest(leftovers, { ...OPTIONS, ...options })
}

const OPTIONS: SuggestOptions = { raised: [], rules: [], alarming: SHIPPED_ALARMING, scope: "few" }

const USERS = ["ada", "bob", "cyd", "dan", "fay", "gus", "hal", "ida"]

const rules = ({ suggestions }: Suggestions) => suggestions.map(({ rule }) => rule)

function ruleFile(text: string) {
  const source = { directory: "ignore.d.server", file: "app", path: "rules/site/ignore.d.server/app" } as const
  return parseRuleFile(Buffer.from(text), source).rules
}

describe("suggestions", () => {
  test("suggestions are sorted by the lines that they would have hidden, most first", () => {
    const { suggestions, lines, hidden } = suggested([
      "web1 disk: swept for dust",
      "web1 app[7]: job 1 is done",
      "db1 app[8]: job 2 is done",
      "web1 disk: swept for dust",
      "db1 app[9]: job 1 is done",
    ])
    assert.deepEqual(
      suggestions.map((each) => [each.rule, each.lines, each.hosts]),
      [
        ["^${HEAD} app\\[${PID}\\]: job [0-9]+ is done$", 3, 2],
        ["^${HEAD} disk: swept for dust$", 2, 1],
      ],
    )
    assert.deepEqual([lines, hidden], [5, 5])
  })

  test("a rule is for one family: lines that differ in another word have rules of their own", () => {
    const lines = ["opened", "closed", "opened", "closed"].map((what) => `web1 app: gate ${what} for a delivery`)
    assert.deepEqual(rules(suggested(lines)).toSorted(), [
      "^${HEAD} app: gate closed for a delivery$",
      "^${HEAD} app: gate opened for a delivery$",
    ])
  })

  test("an alternative in under 1 % of the lines is left out and gets a reason", () => {
    const leftovers = [...USERS.slice(0, 5), "mallory"].map((who) => ({
      line: `${HEAD} web1 door[7]: badge of user ${who} was taken`,
      host: "web1",
      count: who === "mallory" ? 2 : 60,
    }))
    // So that the users are written out.
    const raised = [`${HEAD} web1 door[7]: badge of user zoe was taken`]
    const { suggestions, refusals, hidden } = suggest(leftovers, { ...OPTIONS, raised })
    assert.deepEqual(
      suggestions.map(({ rule }) => rule),
      ["^${HEAD} door\\[${PID}\\]: badge of user (ada|bob|cyd|dan|fay) was taken$"],
    )
    assert.deepEqual(
      refusals.map(({ reason, lines, sample }) => [reason, lines, sample]),
      [["they have a word that fewer than 1 % of such lines have", 2, leftovers[5]?.line]],
    )
    assert.equal(hidden, 300)
  })

  test("a rule longer than 200 characters is not suggested", () => {
    const line = (length: number) => `web1 app: ${"word ".repeat(60).slice(0, length - "^${HEAD} app: $".length - 1)}x`
    assert.equal(rules(suggested([line(200), line(200)]))[0]?.length, 200)
    assert.deepEqual(rules(suggested([line(201), line(201)])), [])
  })

  describe("no rule is suggested, unless scope is careful,", () => {
    const careful: readonly [string, string][] = [
      ["who logged in", "sshd[7]: Accepted publickey for ada from 192.0.2.7 port 50022 ssh2"],
      ["who logged in", "sshd[7]: pam_unix(sshd:session): session opened for user ada(uid=1000) by (uid=0)"],
      ["who logged in", "systemd-logind[7]: New session 12 of user ada."],
      ["who logged in", "dovecot: imap-login: Login: user=<ada>, method=PLAIN, rip=192.0.2.7"],
      ["who logged in", "ftpd[7]: FTP LOGIN FROM 192.0.2.7 as ada"],
      ["who logged in", "sudo:      ada : TTY=pts/0 ; PWD=/home/ada ; USER=backup ; COMMAND=/usr/bin/ls"],
      ["look alarming", "app[7]: Too many open files"],
      ["parts of a stack trace", "app[7]: #011at org.example.Pool.take(Pool.java:41)"],
      ["what was repeated", "last message repeated 3 times"],
    ]
    for (const [reason, text] of careful) {
      test(`for ${text}`, () => {
        const lines = [`web1 ${text}`, `web1 ${text}`]
        const { suggestions, refusals } = suggested(lines)
        assert.deepEqual(suggestions, [])
        assert.match(refusals[0]?.reason ?? "", new RegExp(reason))
        const asked = suggested(lines, { scope: "careful" })
        assert.deepEqual(asked.refusals, [])
        assert.match(asked.suggestions[0]?.careful ?? "", new RegExp(reason))
        assert.equal(asked.suggestions[0]?.lines, 2)
      })
    }

    test("for a line that came once", () => {
      const { suggestions, refusals } = suggested(["web1 disk: swept for dust"])
      assert.deepEqual([suggestions, refusals[0]?.reason], [[], "only one such line came"])
      const [asked] = suggested(["web1 disk: swept for dust"], { scope: "careful" }).suggestions
      assert.deepEqual([asked?.rule, asked?.careful], ["^${HEAD} disk: swept for dust$", "only one such line came"])
    })
  })

  test("no rule hides a login that is in the log", () => {
    const job = (who: string) => `web1 app: session of ${who} is ${who === "eve" ? "done, eve logged in" : "done"}`
    for (const rule of rules(suggested([...USERS, "eve"].map(job)))) assert.doesNotMatch(rule, /logged|\.\+/)
  })

  test("lines that are alarming, have no header or too little in common get a reason instead of a rule", () => {
    const { suggestions, refusals } = suggest(
      [
        { line: `${HEAD} web1 kernel: Out of memory: Killed process 7 (a)`, host: "web1", count: 3 },
        { line: `${HEAD} db1 kernel: Out of memory: Killed process 8 (b)`, host: "db1", count: 1 },
        { line: "no date", host: "", count: 2 },
        { line: `${HEAD} web1 app: 7`, host: "web1", count: 2 },
      ],
      OPTIONS,
    )
    assert.deepEqual(suggestions, [])
    assert.deepEqual(
      refusals.map(({ reason, program, lines, hosts }) => [reason, program, lines, hosts]),
      [
        ["the lines look alarming: memory", "kernel", 4, 2],
        ["the lines have too few words in common", "app", 2, 1],
        ["the lines do not begin with a date and a host that ${HEAD} matches", "", 2, 1],
      ],
    )
  })

  test("suggestions hide no line that a rule of cracking.d or violations.d raises", () => {
    const lines = USERS.map((who) => `web1 door[7]: badge of user ${who} was taken`)
    const raised = [`${HEAD} web1 door[7]: badge of user mallory was taken`]
    assert.deepEqual(rules(suggested(lines)), ["^${HEAD} door\\[${PID}\\]: badge of user ${USER} was taken$"])
    assert.deepEqual(rules(suggested(lines, { raised })), [
      "^${HEAD} door\\[${PID}\\]: badge of user (ada|bob|cyd|dan|fay|gus|hal|ida) was taken$",
    ])
    const all = [...lines, "web1 door[7]: badge of user mallory was taken"]
    const { suggestions, refusals } = suggested(all, { raised })
    assert.deepEqual(suggestions, [])
    assert.equal(refusals[0]?.reason, `the rule would hide lines like "${raised[0]}"`)
  })

  test("a suggestion names the most similar rule and the differences", () => {
    const known = ruleFile(
      "#= APP=app(-old)?\\[[0-9]+\\]\n^${HEAD} other: job is done$\n^\\w{3} [ :0-9]{11} [._[:alnum:]-]+ app\\[[0-9]+\\]: job [a-z]+ was done$\n",
    )
    const [first] = suggested(["web1 app[7]: job ada is done", "web1 app[7]: job ada is done"], {
      rules: known,
    }).suggestions
    assert.equal(
      first?.near && similarRuleSentence(first.near),
      'rules/site/ignore.d.server/app:3 has "[a-z]+" where this rule has "ada", "was" where this rule has "is"',
    )
    const paper = "web1 app[7]: out of paper again"
    const [other] = suggested([paper, paper], { rules: known }).suggestions
    assert.deepEqual([other?.lines, other?.near], [2, undefined])
  })

  test("a suggestion has a near miss, which is rather an alarming line of the program than another leftover", () => {
    const lines = [
      "web1 sshd[7]: Failed password for ada from 192.0.2.7 port 7 ssh2",
      "web1 app[7]: job one has been done",
      "web1 app[7]: job two has been put off",
    ]
    const { suggestions } = suggested([...lines, ...lines])
    const miss = (program: string) => suggestions.find((each) => each.program === program)?.nearMiss
    assert.match(miss("sshd") ?? "", /Accepted password for (root|oracle)/)
    assert.equal(miss("app"), `${HEAD} web1 app[7]: job two has been put off`)
  })

  test("there is one rule for 20 lines, but up to 25 in any case; the rarest groups get none", () => {
    const programs = Array.from({ length: 26 }, (_, n) => `web1 app-${"abcdefghijklmnopqrstuvwxyz"[n]}: says so`)
    const lines = [...programs, ...programs, ...programs.slice(0, 9)]
    const { suggestions, rare, hidden } = suggested(lines)
    assert.equal(suggestions.length, 25)
    assert.deepEqual(rare, { groups: 1, lines: 2 })
    assert.equal(hidden, 59)
    assert.equal(suggested(lines, { scope: "every" }).suggestions.length, 26)
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
    const { suggestions, refusals } = suggested(
      [...shuffled, ...shuffled, "web1 disk: swept for dust", "web1 disk: swept for dust"],
      { scope: "every" },
    )
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
