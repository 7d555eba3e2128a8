/**
 * Asks GNU grep and tamis of every rule which lines it matches, one rule after the other, and prints where they differ.
 *
 *     node scripts/compare-with-grep.ts --rules PATH… [--lines PATH…]
 *
 * Paths are files, gzipped or not, or directories of such: all files below. Without --lines the log lines are the rules' own
 * text: hardly any matches, but most nearly do. Exit status 0: no difference; 1: some; 2: could not compare.
 */
import { isAscii } from "node:buffer"
import { readdirSync, readFileSync, statSync } from "node:fs"
import { basename, join } from "node:path"
import { parseArgs } from "node:util"
import { gunzipSync } from "node:zlib"
import { compileEngine } from "../src/engine/engine.ts"
import { reasonOf } from "../src/errors.ts"
import { parseRuleFile } from "../src/rules/rule-file.ts"
import { visibleLine } from "../src/scan/visible-line.ts"
import { encodeUtf8b } from "../src/text/utf8b.ts"
import { askGrep, type GrepAnswer, withoutGnuGrep } from "../test/support/gnu-grep.ts"

const RULES_AT_ONCE = 500

/** Of those that one rule has. */
const MAX_SHOWN = 3

try {
  process.exitCode = main()
} catch (error) {
  console.error(`compare-with-grep: ${reasonOf(error)}`)
  process.exitCode = 2
}

function main(): 0 | 1 {
  const paths = { type: "string", multiple: true, default: [] as string[] } as const
  const { values } = parseArgs({ options: { rules: paths, lines: paths } })
  const unable = withoutGnuGrep()
  if (unable !== false) throw new Error(unable)
  if (values.rules.length === 0) throw new Error("name the rules to compare with --rules")

  const rules = [...new Set(values.rules.flatMap(filesBelow).flatMap(rulesOf))]
  const lines = distinct(
    values.lines.length > 0 ? values.lines.flatMap(filesBelow).flatMap(linesOf) : rules.map(encodeUtf8b),
  )
  const total = { pairs: 0, matches: 0, differences: 0, unjudged: 0, refused: 0, unanswered: 0 }
  for (let first = 0; first < rules.length; first += RULES_AT_ONCE) {
    const chunk = rules.slice(first, first + RULES_AT_ONCE)
    const { matching, unjudged, refused } = askTamis(chunk, lines)
    total.unjudged += unjudged
    for (const [index, answer] of askGrep(chunk, lines).entries()) {
      const rule = chunk[index]!
      if (answer === "no answer") total.unanswered += 1
      else if (answer === "error" || refused.has(index)) {
        total.refused += 1
        if (answer === "error" && refused.has(index)) continue
        total.differences += 1
        console.log(`${rule}\n  only ${answer === "error" ? "grep" : "tamis"} refuses it`)
      } else {
        total.pairs += lines.length
        total.matches += answer.length
        total.differences += show(rule, lines, matching[index]!, answer)
      }
    }
  }
  console.log(`${rules.length} rules on ${lines.length} lines, both distinct`)
  console.log(`${total.pairs} pairs compared, of which grep matches ${total.matches}`)
  console.log(
    `${total.refused} rules refused, ${total.unanswered} without grep's answer, ${total.unjudged} lines unjudged`,
  )
  console.log(`${total.differences} differences`)
  return total.differences === 0 ? 0 : 1
}

interface TamisAnswer {
  /** By rule, the lines it matches, ascending. */
  readonly matching: readonly (readonly number[])[]
  readonly unjudged: number
  readonly refused: ReadonlySet<number>
}

function askTamis(rules: readonly string[], lines: readonly Buffer[]): TamisAnswer {
  const { engine, refused } = compileEngine(rules)
  const matching: number[][] = rules.map(() => [])
  let unjudged = 0
  for (const [number, line] of lines.entries()) {
    const hits = engine.match(line, isAscii(line))
    if (hits === undefined) unjudged += 1
    for (const hit of hits ?? []) matching[hit]!.push(number)
  }
  return { matching, unjudged, refused: new Set(refused.map(({ index }) => index)) }
}

/** Returns how many lines one of the two matches only. */
function show(
  rule: string,
  lines: readonly Buffer[],
  tamis: readonly number[],
  grep: Exclude<GrepAnswer, string>,
): number {
  const ofTamis = new Set(tamis)
  const ofGrep = new Set(grep)
  const different = [
    ...tamis.filter((line) => !ofGrep.has(line)).map((line) => ({ line, who: "tamis" })),
    ...grep.filter((line) => !ofTamis.has(line)).map((line) => ({ line, who: "grep" })),
  ]
  if (different.length > 0) console.log(rule)
  for (const { line, who } of different.slice(0, MAX_SHOWN)) console.log(`  only ${who}: ${visibleLine(lines[line]!)}`)
  if (different.length > MAX_SHOWN) console.log(`  … and ${different.length - MAX_SHOWN} more`)
  return different.length
}

function filesBelow(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

function rulesOf(path: string): readonly string[] {
  const source = { directory: "ignore.d.server", file: basename(path), path } as const
  return parseRuleFile(contentOf(path), source).rules.map(({ text }) => text)
}

function linesOf(path: string): readonly Buffer[] {
  const bytes = contentOf(path)
  const lines: Buffer[] = []
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(0x0a, start)
    lines.push(bytes.subarray(start, end === -1 ? bytes.length : end))
    start = end === -1 ? bytes.length : end + 1
  }
  return lines
}

function contentOf(path: string): Buffer {
  const bytes = readFileSync(path)
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes
}

function distinct(lines: readonly Buffer[]): readonly Buffer[] {
  return [...new Map(lines.map((line) => [line.toString("latin1"), line])).values()]
}
