/** Compiles so many rules, matches so many lines, and prints what that took as JSON: `node many-rules-run.ts RULES LINES [FILE]`. */
import { isAscii } from "node:buffer"
import { argv, memoryUsage, stdout } from "node:process"
import { compileEngine } from "../src/engine/engine.ts"
import { loadRuleSet } from "../src/rules/rule-set.ts"
import { rulesInForce } from "../src/rules/rules-in-force.ts"
import { median } from "./bench.ts"
import { realLines } from "./lines.ts"
import { variations } from "./rule-variations.ts"
import { RULES } from "./service.ts"

const PASSES = 5
const MEBIBYTE = 1024 * 1024

const count = Number(argv[3])
const all = realLines(argv[4])
const lines = Array.from({ length: count }, (_, at) => all[Math.floor((at * all.length) / count)]!)
const ascii = lines.map((line) => isAscii(line))
const { ruleSet } = loadRuleSet("debian", RULES)
const patterns = variations(
  rulesInForce([ruleSet], "server", false).map(({ text }) => text),
  Number(argv[2]),
)

const residentBefore = memoryUsage.rss()
const start = performance.now()
const { engine, refused } = compileEngine(patterns)
const compileMs = performance.now() - start
const [first = 0, ...later] = Array.from({ length: PASSES }, () => {
  const startOfPass = performance.now()
  for (const [at, line] of lines.entries()) engine.match(line, ascii[at] === true)
  return ((performance.now() - startOfPass) * 1000) / lines.length
})

stdout.write(
  JSON.stringify({
    "rules in force": patterns.length - refused.length,
    "compile ms": compileMs,
    "us a line in the first pass": first,
    "us a line in later passes": median(later),
    "memory MiB more than before": (memoryUsage.rss() - residentBefore) / MEBIBYTE,
    "lines that did not fit into memory": engine.fallbacks,
  }),
)
