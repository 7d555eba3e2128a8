/** Compiles the rule set in a directory, once, and prints the milliseconds that took; reading the files is not in them. */
import { argv, stdout } from "node:process"
import { compileJudge } from "../src/rules/compile.ts"
import { loadRuleSet } from "../src/rules/rule-set.ts"

const { ruleSet } = loadRuleSet("debian", argv[2] ?? "/etc/logcheck")
const start = performance.now()
compileJudge([ruleSet], { level: "server", variables: new Map(), crackingIgnore: false })
stdout.write(`${performance.now() - start}\n`)
