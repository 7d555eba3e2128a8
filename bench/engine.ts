/** All of Debian's rules in one RE2 set, as tamis has them, against a matcher for each rule: the same lines to both. */

import { isAscii } from "node:buffer"
import RE2 from "re2"
import { compileEngine } from "../src/engine/engine.ts"
import { loadRuleSet } from "../src/rules/rule-set.ts"
import { rulesInForce } from "../src/rules/rules-in-force.ts"
import { type Bench, figure, type Measurement } from "./bench.ts"
import { realLines } from "./lines.ts"
import { RULES } from "./service.ts"

const LINES = 50_000
/** For a matcher for each rule, which takes milliseconds a line. */
const FEW_LINES = 500
const PASSES = 5

const ONE_SET = "one set"
const EACH = "a matcher for each rule"
const FIRST_PASS = "us a line in the first pass"
const LATER_PASSES = "us a line in later passes"
const DEFAULT_MEMORY_BYTES = 8 * 1024 * 1024

export const engine: Bench = {
  name: "engine",
  question:
    "What does a line cost that is matched against all of Debian's rules at once, and against one after the other?",

  async run({ file, small }) {
    const { ruleSet } = loadRuleSet("debian", RULES)
    const patterns = rulesInForce([ruleSet], "server", false).map((rule) => rule.text)
    const all = realLines(file)
    // Evenly spread: every program of the corpus is among them.
    const pick = (count: number) =>
      Array.from({ length: count }, (_, at) => all[Math.floor((at * all.length) / count)]!)
    return [
      ...measureSet(patterns, pick(small ? LINES / 100 : LINES)),
      ...measureEach(patterns, pick(small ? FEW_LINES / 100 : FEW_LINES)),
      { case: ONE_SET, run: 1, quantity: "rules that 8 MiB hold", value: rulesThatFit(patterns, DEFAULT_MEMORY_BYTES) },
    ]
  },

  claims(measured) {
    const factor = measured.median(EACH, LATER_PASSES) / measured.median(ONE_SET, LATER_PASSES)
    return [
      {
        holds: factor > 100,
        sentence: `one set is ${figure(factor)} times as fast as a matcher for each rule (at least 100)`,
      },
    ]
  },
}

function measureSet(patterns: readonly string[], lines: readonly Buffer[]): Measurement[] {
  const start = performance.now()
  const compiled = compileEngine(patterns)
  const compileMs = performance.now() - start
  const ascii = lines.map((line) => isAscii(line))
  return [
    { case: ONE_SET, run: 1, quantity: "rules", value: patterns.length - compiled.refused.length },
    { case: ONE_SET, run: 1, quantity: "compile ms", value: compileMs },
    ...passes(ONE_SET, lines, (line, at) => compiled.engine.match(line, ascii[at] === true)),
  ]
}

/** As the rules are written. A few that RE2 does not take are left out, which is to their advantage. */
function measureEach(patterns: readonly string[], lines: readonly Buffer[]): Measurement[] {
  const start = performance.now()
  const matchers = patterns.flatMap((pattern) => {
    try {
      return [new RE2(pattern, "u")]
    } catch {
      return []
    }
  })
  const compileMs = performance.now() - start
  return [
    { case: EACH, run: 1, quantity: "rules", value: matchers.length },
    { case: EACH, run: 1, quantity: "compile ms", value: compileMs },
    ...passes(EACH, lines, (line) => matchers.filter((matcher) => matcher.test(line))),
  ]
}

/** RE2 makes its states when it first needs them, so the first pass is another thing than those after it. */
function passes(name: string, lines: readonly Buffer[], match: (line: Buffer, at: number) => unknown): Measurement[] {
  return Array.from({ length: PASSES }, (_, pass) => {
    const start = performance.now()
    for (const [at, line] of lines.entries()) match(line, at)
    const value = ((performance.now() - start) * 1000) / lines.length
    return pass === 0
      ? { case: name, run: 1, quantity: FIRST_PASS, value }
      : { case: name, run: pass, quantity: LATER_PASSES, value }
  })
}

function rulesThatFit(patterns: readonly string[], maxMem: number): number {
  let fit = 0
  let beyond = patterns.length + 1
  while (beyond - fit > 1) {
    const middle = (fit + beyond) >> 1
    if (compiles(patterns.slice(0, middle), maxMem)) fit = middle
    else beyond = middle
  }
  return fit
}

function compiles(patterns: readonly string[], maxMem: number): boolean {
  try {
    new RE2.Set(patterns.filter(isRe2), "u", { maxMem })
    return true
  } catch {
    return false
  }
}

function isRe2(pattern: string): boolean {
  try {
    new RE2(pattern, "u")
    return true
  } catch {
    return false
  }
}
