/**
 * What suggested rules hide of real logs, counted by GNU grep and not by tamis: the samples of 2,000 lines that loghub has of several
 * systems.
 *
 * "What they have not seen" is the other half of a file, with rules made of every second line: rules that only repeat what they were made
 * of would hide little of it.
 */
import { spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import { basename, join } from "node:path"
import { BUILT_IN_VARIABLES } from "../src/rules/built-in-variables.ts"
import { loadShippedAlarms } from "../src/rules/rule-set.ts"
import { expandVariables } from "../src/rules/variables.ts"
import { alarmingOf } from "../src/suggest/alarming.ts"
import { LeftoverBook } from "../src/suggest/leftover-book.ts"
import { type Suggestions, suggest as suggestRules } from "../src/suggest/suggest.ts"
import { decodeUtf8b, encodeUtf8b } from "../src/text/utf8b.ts"
import { type Bench, figure, type Measured, type Measurement } from "./bench.ts"
import { CORPUS, realLines } from "./lines.ts"

const SAMPLES = ["openssh-2k", "thunderbird-2k", "mac-2k", "linux-full"].map((name) =>
  join(CORPUS, `R/loghub-${name}.log.gz`),
)
const LINES = 2_000

/** What the shipped alarm rules call alarming. */
const SHIPPED = alarmingOf([], loadShippedAlarms(join(import.meta.dirname, "../rules/common")).ruleSet, new Map())

const HIDDEN = "% of the lines hidden"
const LINES_PER_RULE = "lines a rule"
const ALARMING = "alarming lines hidden"
const ALL = "all files"

/** The rest is rare, alarming, a login or too long: a person decides about it. */
const MIN_HIDDEN = 70
const MIN_LINES_PER_RULE = 20

export const suggest: Bench = {
  name: "suggest",
  question: `What do suggested rules hide of ${figure(LINES)} real lines that no rule knows, how many rules are that, and how long does it take?`,

  async run({ file, small }) {
    const files = file === undefined ? SAMPLES : [file]
    const missing = files.find((path) => !existsSync(path))
    if (missing !== undefined) throw new Error(`${missing} is not there: give a log file with --file`)
    const measurements: Measurement[] = []
    const sums = { lines: 0, hidden: 0, rules: 0, alarming: 0 }
    for (const path of files) {
      const lines = realLines(path)
        .slice(0, small ? LINES / 100 : LINES)
        .map((line) => decodeUtf8b(line).trimEnd())
        .filter((line) => line !== "")
      const start = performance.now()
      const { suggestions } = suggested(lines)
      const ms = performance.now() - start
      const rules = suggestions.map(({ rule }) => rule)
      const hidden = countHidden(rules, lines)
      const programs = new Set(suggestions.map(({ program }) => program))
      const alarming = countHidden(
        rules,
        [...programs].flatMap((each) => [...SHIPPED.linesBy(each).map(decodeUtf8b)]).concat(SHIPPED.lines),
      )
      const half = (rest: number) => lines.filter((_, at) => at % 2 === rest)
      const unseen = countHidden(
        suggested(half(0)).suggestions.map(({ rule }) => rule),
        half(1),
      )
      sums.lines += lines.length
      sums.hidden += hidden
      sums.rules += rules.length
      sums.alarming += alarming
      const name = basename(path, ".log.gz")
      const count = (quantity: string, value: number) => measurements.push({ case: name, run: 1, quantity, value })
      count("lines", lines.length)
      count("rules", rules.length)
      count(HIDDEN, (100 * hidden) / lines.length)
      count(LINES_PER_RULE, lines.length / rules.length)
      count(ALARMING, alarming)
      count("% hidden of what they have not seen", (100 * unseen) / half(1).length)
      count("characters of the longest rule", Math.max(0, ...rules.map((rule) => rule.length)))
      count("ms", ms)
    }
    const { lines, hidden, rules, alarming } = sums
    const total = (quantity: string, value: number) => measurements.push({ case: ALL, run: 1, quantity, value })
    total("lines", lines)
    total("rules", rules)
    total(HIDDEN, (100 * hidden) / lines)
    total(LINES_PER_RULE, lines / rules)
    total(ALARMING, alarming)
    return measurements
  },

  claims(measured) {
    const least = (quantity: string) => Math.min(...values(measured, quantity))
    return [
      {
        holds: least(HIDDEN) >= MIN_HIDDEN,
        sentence: `they hide ${figure(least(HIDDEN))} % of every file at least (promised: ${MIN_HIDDEN} %)`,
      },
      {
        holds: least(LINES_PER_RULE) >= MIN_LINES_PER_RULE,
        sentence: `there are ${figure(least(LINES_PER_RULE))} lines for each rule at least (promised: ${MIN_LINES_PER_RULE})`,
      },
      {
        holds: values(measured, ALARMING).every((count) => count === 0),
        sentence: "they hide no alarming line, whatever program would say it",
      },
    ]
  },
}

function values(measured: Measured, quantity: string): readonly number[] {
  return measured.cases
    .filter((name) => measured.quantities(name).includes(quantity))
    .flatMap((name) => measured.values(name, quantity))
}

function suggested(lines: readonly string[]): Suggestions {
  const book = new LeftoverBook()
  for (const line of lines) book.leftover(line, "", 0)
  return suggestRules(book.take().leftovers, { raised: [], rules: [], alarming: SHIPPED, scope: "few" })
}

/** How many of the lines grep finds any of the rules in. */
function countHidden(rules: readonly string[], lines: readonly string[]): number {
  if (rules.length === 0) return 0
  const patterns = rules.map((rule) => {
    const expansion = expandVariables(rule, [BUILT_IN_VARIABLES])
    if (!expansion.ok) throw new Error(`${rule}: ${expansion.problem.message}`)
    return expansion.expanded.pattern
  })
  // One pattern at a time: with all of them at once, grep takes minutes.
  const hidden = new Set<number>()
  const input = Buffer.concat(lines.map((line) => encodeUtf8b(`${line}\n`)))
  for (const pattern of patterns) {
    const { status, stdout, stderr } = spawnSync("grep", ["-E", "--text", "-n", "-e", pattern], {
      input,
      env: { ...process.env, LC_ALL: "C.UTF-8" },
      maxBuffer: 1 << 28,
    })
    if (status === null || status > 1) throw new Error(`grep: ${stderr}`)
    for (const row of stdout.toString("latin1").split("\n")) if (row !== "") hidden.add(Number.parseInt(row, 10))
  }
  return hidden.size
}
