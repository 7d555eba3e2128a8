/**
 * Traffic as a network with rules of its own has it: real lines, nine of ten ignored.
 */
import { compileJudge } from "../src/rules/compile.ts"
import { loadRuleSet } from "../src/rules/rule-set.ts"
import { FileLine } from "../src/scan/file-line.ts"
import { realLines } from "./lines.ts"

const IGNORED_TO_ONE_REPORTED = 9

/** Messages without their line feeds: a priority, and the line as a log file has it. */
export function mixedMessages(rules: string, file: string | undefined): readonly Buffer[] {
  return mixedTraffic(rules, file).map(onTheWire)
}

/** Lines as a log file has them, without their line feeds. */
export function mixedTraffic(rules: string, file: string | undefined): readonly Buffer[] {
  const { ruleSet } = loadRuleSet("debian", rules)
  const { judge } = compileJudge([ruleSet], { level: "server", variables: new Map(), crackingIgnore: false })
  const view = new FileLine()
  const isIgnored = (line: Buffer): boolean => {
    view.set(line, 0, line.length)
    return judge.judge(view).layer === "ignored"
  }
  const { ignored = [], reported = [] } = Object.groupBy(realLines(file), (line) =>
    isIgnored(line) ? "ignored" : "reported",
  )
  if (ignored.length === 0 || reported.length === 0) throw new Error("the lines are all known, or all unknown")
  // Of the larger kind evenly spread lines, so that every program of the corpus is among them.
  const reportedCount = Math.min(reported.length, Math.ceil(ignored.length / IGNORED_TO_ONE_REPORTED))
  const ignoredCount = Math.min(ignored.length, reportedCount * IGNORED_TO_ONE_REPORTED)
  const traffic: Buffer[] = []
  for (let count = 0; count < ignoredCount; count += 1) {
    traffic.push(spread(ignored, count, ignoredCount))
    if (count % IGNORED_TO_ONE_REPORTED === 0) {
      traffic.push(spread(reported, count / IGNORED_TO_ONE_REPORTED, reportedCount))
    }
  }
  return traffic
}

/** auth.info: what most of them were. */
const PRI = Buffer.from("<38>")

function onTheWire(line: Buffer): Buffer {
  return Buffer.concat([PRI, line])
}

function spread(lines: readonly Buffer[], position: number, of: number): Buffer {
  return lines[Math.floor((position * lines.length) / of)]!
}
