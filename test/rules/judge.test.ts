import assert from "node:assert/strict"
import { describe, test } from "node:test"
import type { Matcher } from "../../src/rules/hits.ts"
import { Judge, type Judged } from "../../src/rules/judge.ts"
import { type Level, type Rule, type RuleDirectory, type RuleSet, ruleId } from "../../src/rules/rule.ts"
import { RULE_DIRECTORIES } from "../../src/rules/rule-set.ts"
import { rulesInForce } from "../../src/rules/rules-in-force.ts"
import type { Line } from "../../src/syslog/line.ts"

/** A rule set from `violations.d/su: word …`; each word is a rule that matches the lines that hold it. */
function ruleSet(name: string, ...files: string[]): RuleSet {
  const rules = files.flatMap((file): Rule[] => {
    const [, directory, fileName, words] = /^([^/]+)\/([^:]+): (.*)$/.exec(file) ?? []
    const layer = RULE_DIRECTORIES.find((each) => each === directory)
    assert.ok(layer !== undefined && fileName !== undefined && words !== undefined, file)
    return words.split(" ").map((text, index) => wordRule(layer, fileName, index + 1, text))
  })
  return { name, directory: `/rules/${name}`, rules }
}

function wordRule(directory: RuleDirectory, file: string, line: number, text: string): Rule {
  return { directory, file, path: `/rules/${directory}/${file}`, line, text, samples: [] }
}

/** An engine whose patterns are words, and which gives up on a line that holds "exhausting". */
function wordMatcher(words: readonly string[]): Matcher {
  return {
    match(line) {
      const present = line.toString("utf8").split(" ")
      if (present.includes("exhausting")) return undefined
      return [...words.keys()].filter((index) => present.includes(words[index]!))
    },
    fallbacks: 0,
  }
}

interface Options {
  level?: Level
  crackingIgnore?: boolean
  /** Words of raising rules that only an ISO header satisfies. */
  isoOnly?: readonly string[]
}

function judgeOf(sets: readonly RuleSet[], { level = "server", crackingIgnore = false, isoOnly = [] }: Options = {}) {
  const rules = rulesInForce(sets, level, crackingIgnore)
  const engine = wordMatcher(rules.map((rule) => rule.text))
  const isoRaising = wordMatcher(rules.map((rule) => (isoOnly.includes(rule.text) ? rule.text : "never")))
  return new Judge({ rules, ruleCount: rules.length, engine, isoRaising: isoOnly.length > 0 ? isoRaising : undefined })
}

function lineOf(text: string, isoText?: string): Line {
  const isoForm = isoText === undefined ? undefined : Buffer.from(isoText)
  return { bytes: Buffer.from(text), ascii: true, isoForm: () => isoForm }
}

const layers = ruleSet(
  "layers",
  "cracking.d/kernel: attack",
  "cracking.d/logcheck: generic-attack",
  "cracking.ignore.d/kernel: false-alarm",
  "violations.d/su: su-fail shared",
  "violations.d/sudo: sudo-fail shared",
  "violations.d/logcheck: fail shared",
  "violations.d/logcheck-extra: extra",
  "violations.d/local-x: mine",
  "violations.ignore.d/su: su-ok",
  "violations.ignore.d/logcheck-su: su-fine",
  "violations.ignore.d/sudo: sudo-ok",
  "violations.ignore.d/local: local-ok",
  "violations.ignore.d/local-y: local-y-ok",
  "violations.ignore.d/localhost: localhost-ok",
  "violations.ignore.d/logcheck: logcheck-ok",
  "ignore.d.paranoid/p: paranoid",
  "ignore.d.server/s: known known-too",
  "ignore.d.workstation/w: desktop",
)

const cases: { name: string; line: string; options?: Options; layer: string; sections?: string[]; rules?: string[] }[] =
  [
    { name: "a line that no rule knows is a system event", line: "new", layer: "system", sections: ["System Events"] },
    {
      name: "a line that an ignore rule matches is ignored",
      line: "known",
      layer: "ignored",
      rules: ["ignore.d.server/s:1"],
    },
    {
      name: "the verdict names every rule that matches",
      line: "known-too paranoid known",
      layer: "ignored",
      rules: ["ignore.d.paranoid/p:1", "ignore.d.server/s:1", "ignore.d.server/s:2"],
    },
    {
      name: "the server level has no workstation rules",
      line: "desktop",
      layer: "system",
      sections: ["System Events"],
    },
    {
      name: "the workstation level has the rules of all three levels",
      line: "desktop paranoid known",
      options: { level: "workstation" },
      layer: "ignored",
      rules: ["ignore.d.paranoid/p:1", "ignore.d.server/s:1", "ignore.d.workstation/w:1"],
    },
    {
      name: "the paranoid level has only its own rules",
      line: "known",
      options: { level: "paranoid" },
      layer: "system",
      sections: ["System Events"],
    },

    {
      name: "a violation is a security event of its file",
      line: "su-fail",
      layer: "violations",
      sections: ["Security Events for su"],
      rules: ["violations.d/su:1"],
    },
    {
      name: "an ignore rule does not cancel a violation",
      line: "su-fail known",
      layer: "violations",
      sections: ["Security Events for su"],
      rules: ["violations.d/su:1"],
    },
    {
      name: "two files make two sections, in the files' order",
      line: "sudo-fail su-fail",
      layer: "violations",
      sections: ["Security Events for su", "Security Events for sudo"],
      rules: ["violations.d/su:1", "violations.d/sudo:1"],
    },
    {
      name: "lines of the file logcheck have the plain title",
      line: "fail",
      layer: "violations",
      sections: ["Security Events"],
      rules: ["violations.d/logcheck:1"],
    },
    {
      name: "the file logcheck does not repeat a line that another file raises",
      line: "fail su-fail",
      layer: "violations",
      sections: ["Security Events for su"],
      rules: ["violations.d/logcheck:1", "violations.d/su:1"],
    },
    {
      name: "the file logcheck does not repeat a line whose other hit is cancelled",
      line: "fail su-fail su-ok",
      layer: "ignored",
      rules: ["violations.ignore.d/su:1"],
    },
    {
      name: "a file named logcheck-… does not replace the section of logcheck",
      line: "fail extra",
      layer: "violations",
      sections: ["Security Events", "Security Events for logcheck-extra"],
      rules: ["violations.d/logcheck:1", "violations.d/logcheck-extra:1"],
    },

    {
      name: "the ignore file of the same name cancels a violation",
      line: "su-fail su-ok",
      layer: "ignored",
      rules: ["violations.ignore.d/su:1"],
    },
    {
      name: "the ignore file logcheck-NAME cancels a violation of NAME",
      line: "su-fail su-fine",
      layer: "ignored",
      rules: ["violations.ignore.d/logcheck-su:1"],
    },
    {
      name: "the ignore files local and local-… cancel a violation",
      line: "su-fail local-ok local-y-ok",
      layer: "ignored",
      rules: ["violations.ignore.d/local:1", "violations.ignore.d/local-y:1"],
    },
    {
      name: "an ignore file whose name only begins with local does not cancel a violation",
      line: "su-fail localhost-ok",
      layer: "violations",
      sections: ["Security Events for su"],
      rules: ["violations.d/su:1"],
    },
    {
      name: "another file's ignore rules do not cancel a violation",
      line: "su-fail sudo-ok",
      layer: "violations",
      sections: ["Security Events for su"],
      rules: ["violations.d/su:1"],
    },
    {
      name: "the ignore rules of the file logcheck do not cancel a violation",
      line: "su-fail logcheck-ok",
      layer: "violations",
      sections: ["Security Events for su"],
      rules: ["violations.d/su:1"],
    },
    {
      name: "any ignore file cancels a violation of the file logcheck",
      line: "fail localhost-ok sudo-ok",
      layer: "ignored",
      rules: ["violations.ignore.d/localhost:1", "violations.ignore.d/sudo:1"],
    },
    {
      name: "only the cancelled one of two sections disappears",
      line: "su-fail sudo-fail su-ok",
      layer: "violations",
      sections: ["Security Events for sudo"],
      rules: ["violations.d/su:1", "violations.d/sudo:1"],
    },
    {
      name: "local ignore files cancel a violation of a local file",
      line: "mine local-y-ok",
      layer: "ignored",
      rules: ["violations.ignore.d/local-y:1"],
    },
    {
      name: "a cancelled violation is no system event",
      line: "su-fail su-ok new",
      layer: "ignored",
      rules: ["violations.ignore.d/su:1"],
    },
    {
      name: "a cancelling rule alone does not ignore a line",
      line: "su-ok",
      layer: "system",
      sections: ["System Events"],
    },

    {
      name: "an attack is a security alert of its file",
      line: "attack known",
      layer: "cracking",
      sections: ["Security Alerts for kernel"],
      rules: ["cracking.d/kernel:1"],
    },
    {
      name: "an attack is not repeated as a violation",
      line: "attack su-fail",
      layer: "cracking",
      sections: ["Security Alerts for kernel"],
      rules: ["cracking.d/kernel:1"],
    },
    {
      name: "cracking.ignore.d is not in force by default",
      line: "attack false-alarm",
      layer: "cracking",
      sections: ["Security Alerts for kernel"],
      rules: ["cracking.d/kernel:1"],
    },
    {
      name: "cracking.ignore.d cancels an attack with crackingIgnore",
      line: "attack false-alarm",
      options: { crackingIgnore: true },
      layer: "ignored",
      rules: ["cracking.ignore.d/kernel:1"],
    },
    {
      name: "a line whose attack is cancelled may be a violation",
      line: "attack false-alarm su-fail",
      options: { crackingIgnore: true },
      layer: "violations",
      sections: ["Security Events for su"],
      rules: ["violations.d/su:1"],
    },
    {
      name: "the verdict names both cancelling rules if both layers are cancelled",
      line: "attack false-alarm su-fail su-ok",
      options: { crackingIgnore: true },
      layer: "ignored",
      rules: ["cracking.ignore.d/kernel:1", "violations.ignore.d/su:1"],
    },
    {
      name: "violations.ignore.d does not cancel an attack",
      line: "attack local-ok",
      options: { crackingIgnore: true },
      layer: "cracking",
      sections: ["Security Alerts for kernel"],
      rules: ["cracking.d/kernel:1"],
    },
    {
      name: "the file logcheck of cracking.d does not repeat a line that another file raises",
      line: "generic-attack attack",
      layer: "cracking",
      sections: ["Security Alerts for kernel"],
      rules: ["cracking.d/kernel:1", "cracking.d/logcheck:1"],
    },
  ]

describe("a line's verdict", () => {
  for (const { name, line, options, layer, sections = [], rules = [] } of cases) {
    test(name, () => {
      const verdict = judgeOf([layers], options).judge(lineOf(line))
      const said = { ...verdict, rules: verdict.rules.map(ruleId) }
      assert.deepEqual(said, { layer, sections, rules, unjudged: false })
    })
  }
})

test("a line that the engine cannot judge is reported as unjudged", () => {
  const verdict = judgeOf([layers]).judge(lineOf("known exhausting"))
  assert.deepEqual(verdict, { layer: "system", sections: ["System Events"], rules: [], unjudged: true })
})

describe("several rule sets", () => {
  const site = ruleSet(
    "site",
    "violations.ignore.d/su: site-ok",
    "violations.d/su: site-su",
    "ignore.d.server/site: ours",
  )
  const judge = judgeOf([layers, site])
  const sectionsOf = (text: string) => judge.judge(lineOf(text)).sections

  test("the rules of all sets ignore lines", () =>
    assert.deepEqual([sectionsOf("known"), sectionsOf("ours")], [[], []]))
  test("files with the same name in several sets count as one file", () => {
    assert.deepEqual(sectionsOf("su-fail site-ok"), [])
    assert.deepEqual(sectionsOf("su-fail site-su"), ["Security Events for su"])
  })
})

describe("a line whose header has two forms", () => {
  const judge = judgeOf([layers], { isoOnly: ["attack"] })
  const verdictOf = (text: string, isoText: string) => {
    const { layer, rules, unjudged } = judge.judge(lineOf(text, isoText))
    return [layer, rules.map(ruleId), unjudged]
  }

  test("a rule for either form of the header ignores a line", () => {
    assert.deepEqual(verdictOf("known", "other"), ["ignored", ["ignore.d.server/s:1"], false])
    assert.deepEqual(verdictOf("other", "known"), ["ignored", ["ignore.d.server/s:1"], false])
    assert.equal(verdictOf("su-ok", "known")[0], "ignored", "a cancelling rule does not decide in the classic form")
  })
  test("a rule for either form of the header raises a line", () => {
    assert.deepEqual(verdictOf("other", "su-fail"), ["violations", ["violations.d/su:1"], false])
    assert.deepEqual(verdictOf("sudo-fail", "su-fail"), [
      "violations",
      ["violations.d/su:1", "violations.d/sudo:1"],
      false,
    ])
  })
  test("a rule for either form of the header cancels a violation", () => {
    assert.deepEqual(verdictOf("su-fail", "su-ok su-fail"), ["ignored", ["violations.ignore.d/su:1"], false])
  })
  test("a rule for the ISO form raises a line even if an ignore rule matches the classic form", () => {
    assert.deepEqual(verdictOf("known", "attack"), ["cracking", ["cracking.d/kernel:1"], false])
  })
  test("a line is unjudged if its second form could not be judged", () => {
    assert.deepEqual(verdictOf("other", "exhausting"), ["system", [], true])
  })
})

test("the second form is made only if it can change the verdict", () => {
  const line: Line = { bytes: Buffer.from("known"), ascii: true, isoForm: () => assert.fail("it is not needed") }
  assert.equal(judgeOf([layers]).judge(line).layer, "ignored")
})

test("equal hits get equal verdicts, in one object if they follow each other", () => {
  const judge = judgeOf([layers])
  const known = judge.judge(lineOf("known"))
  assert.equal(judge.judge(lineOf("known")), known)
  const both = judge.judge(lineOf("known known-too"))
  assert.deepEqual(both.rules.map(ruleId), ["ignore.d.server/s:1", "ignore.d.server/s:2"])
  assert.deepEqual(judge.judge(lineOf("known")), known)
})

describe("what a judge counts", () => {
  const counts = ({ rules }: Judged) => Object.fromEntries([...rules].map(([rule, { count }]) => [ruleId(rule), count]))
  const sampleOf = ({ rules }: Judged) => [...rules.values()].map(({ sample }) => sample?.toString())

  test("a judge counts every rule that a verdict names, and every line", () => {
    const judge = judgeOf([layers])
    for (const line of ["shared", "shared su-ok", "su-fail", "su-fail", "nobody's", "exhausting"])
      judge.judge(lineOf(line))
    const judged = judge.takeHits(false)
    assert.equal(judged.lines, 6)
    assert.deepEqual(counts(judged), {
      "violations.d/su:1": 2,
      "violations.d/su:2": 2,
      "violations.d/sudo:2": 2,
      "violations.d/logcheck:2": 2,
    })
    assert.deepEqual(judge.takeHits(false), { lines: 0, rules: new Map() })
  })

  test("the counts are exact if verdicts alternate", () => {
    const judge = judgeOf([ruleSet("own", "ignore.d.server/app: a b c")])
    const lines = ["a", "a b", "a b c", "b c", "c", "a"]
    for (let turn = 0; turn < 10; turn += 1) for (const line of lines) judge.judge(lineOf(line))
    const judged = judge.takeHits(false)
    assert.equal(judged.lines, 60)
    assert.deepEqual(counts(judged), {
      "ignore.d.server/app:1": 40,
      "ignore.d.server/app:2": 30,
      "ignore.d.server/app:3": 30,
    })
  })

  test("the counts include a line for each rule once, and again after sampleAnew", () => {
    const judge = judgeOf([ruleSet("own", "ignore.d.server/app: a")])
    const take = (line: string, sampleAnew: boolean) => {
      judge.judge(lineOf(line))
      return sampleOf(judge.takeHits(sampleAnew))[0]
    }
    assert.deepEqual(
      [take("a one", false), take("a two", false), take("a three", true), take("a four", false), take("a five", false)],
      ["a one", undefined, undefined, "a four", undefined],
    )
  })

  test("a sample line is copied and cut", () => {
    const judge = judgeOf([ruleSet("own", "ignore.d.server/app: a")])
    const line = lineOf(`a ${"x".repeat(2_000)}`)
    judge.judge(line)
    line.bytes.fill("z")
    assert.equal(sampleOf(judge.takeHits(false))[0], `a ${"x".repeat(510)}`)
  })
})
