/**
 * Rule matching beside what else matches rules: the same lines and the same rules to all, those of ignore.d that level
 * server takes.
 */
import { isAscii } from "node:buffer"
import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { compileEngine } from "../src/engine/engine.ts"
import type { Rule } from "../src/rules/rule.ts"
import { loadRuleSet } from "../src/rules/rule-set.ts"
import { isIgnoring, rulesInForce } from "../src/rules/rules-in-force.ts"
import { encodeUtf8b } from "../src/text/utf8b.ts"
import { type Bench, figure, type Measured, type Measurement } from "./bench.ts"
import { fetchDebianPackage } from "./debian-package.ts"
import { realLines, writeRepeated } from "./lines.ts"
import { logcheckCommand, scanCommand, stateDirectory } from "./scan.ts"
import { RULES } from "./service.ts"
import { runTimed } from "./timed.ts"

/** One grep with all rules takes 2 ms a line. */
const LINES = 20_000
const ROUNDS = 3

const ENGINE = "tamis' engine with compiling"
const SCAN = "tamis scan --format logcheck"
const A_FILE_AT_A_TIME = "grep -E -v -f for each rule file"
const ONE_GREP = "one grep -E -f with all rules"
const RIPGREP = "one rg -f with the rules that it takes"
const LOGCHECK = "logcheck"

const WALL = "wall clock s"
const CPU = "CPU s"
const MATCHED = "lines that a rule matches"

const UTF8 = ["env", "LC_ALL=C.UTF-8"]

export const grep: Bench = {
  name: "grep",
  question: `What does it take to match ${figure(LINES)} real lines against Debian's ignore rules, for tamis, GNU grep, ripgrep and logcheck?`,

  async run({ file, small, scratch }) {
    if (process.getuid?.() !== 0 || !existsSync("/usr/sbin/logcheck")) {
      throw new Error("the grep benchmark wants root and Debian's logcheck: apt-get install logcheck")
    }
    const count = small ? LINES / 100 : LINES
    const all = realLines(file)
    const lines = Array.from({ length: count }, (_, at) => all[Math.floor((at * all.length) / count)]!)
    const log = join(scratch, "lines.log")
    writeRepeated(log, lines, count)
    const { ruleSet } = loadRuleSet("debian", RULES)
    const rules = rulesInForce([ruleSet], "server", false).filter(isIgnoring)
    const files = writeRuleFiles(join(scratch, "rules"), rules)
    const ripgrep = join(await fetchDebianPackage("ripgrep", "ripgrep", "usr/bin/rg"), "usr/bin/rg")
    const taken = rules.filter(({ text }) => spawnSync(ripgrep, ["--quiet", "-e", text, "/dev/null"]).status !== 2)
    writeRules(join(scratch, "taken"), taken)
    writeRules(join(scratch, "all"), rules)
    const logcheck = logcheckCommand(stateDirectory(scratch), log)

    const measurements: Measurement[] = [
      { case: RIPGREP, run: 1, quantity: "rules", value: taken.length },
      { case: ONE_GREP, run: 1, quantity: "rules", value: rules.length },
    ]
    const note = (name: string, run: number, quantity: string, value: number) =>
      measurements.push({ case: name, run, quantity, value })
    const measure = (name: string, run: number, command: readonly string[]): string => {
      const output = join(scratch, "output")
      const { wallSeconds, cpuSeconds, status } = runTimed(command, output)
      if (status > 1 || status < 0) throw new Error(`${name} failed:\n${readFileSync(`${output}.err`, "utf8")}`)
      note(name, run, WALL, wallSeconds)
      note(name, run, CPU, cpuSeconds)
      return readFileSync(output, "latin1")
    }

    for (let run = 1; run <= (small ? 1 : ROUNDS); run += 1) {
      const start = performance.now()
      const before = process.cpuUsage()
      const matched = matchAll(rules, lines)
      const { user, system } = process.cpuUsage(before)
      note(ENGINE, run, WALL, (performance.now() - start) / 1000)
      note(ENGINE, run, CPU, (user + system) / 1e6)
      note(ENGINE, run, MATCHED, matched)
      measure(SCAN, run, scanCommand("logcheck", log))
      const left = measure(A_FILE_AT_A_TIME, run, [
        ...UTF8,
        "bash",
        "-c",
        SIEVE,
        "bash",
        log,
        join(scratch, "left"),
        ...files,
      ])
      note(A_FILE_AT_A_TIME, run, MATCHED, count - lineCount(left))
      const hits = measure(ONE_GREP, run, [...UTF8, "grep", "-E", "--text", "-f", join(scratch, "all"), log])
      note(ONE_GREP, run, MATCHED, lineCount(hits))
      const most = ["--regex-size-limit", "2G", "--dfa-size-limit", "2G"]
      const found = measure(RIPGREP, run, [
        ripgrep,
        "--text",
        "--no-config",
        ...most,
        "-f",
        join(scratch, "taken"),
        log,
      ])
      note(RIPGREP, run, MATCHED, lineCount(found))
      measure(LOGCHECK, run, logcheck)
    }
    return measurements
  },

  claims(measured) {
    const same = [ENGINE, A_FILE_AT_A_TIME, ONE_GREP].map((name) => measured.median(name, MATCHED))
    return [
      {
        holds: new Set(same).size === 1,
        sentence: "tamis' engine and grep in both ways match the same number of lines",
      },
      faster(measured, ENGINE, A_FILE_AT_A_TIME),
      faster(measured, ENGINE, ONE_GREP),
      faster(measured, ENGINE, RIPGREP),
      faster(measured, SCAN, LOGCHECK),
    ]
  },
}

/** By CPU time, since some of them use several cores and the engine one. */
function faster(measured: Measured, ours: string, theirs: string) {
  const factor = measured.median(theirs, CPU) / measured.median(ours, CPU)
  return { holds: factor > 1, sentence: `${theirs} takes ${figure(factor)} times the CPU time of ${ours}` }
}

/** What a rule base costs whoever uses it once. */
function matchAll(rules: readonly Rule[], lines: readonly Buffer[]): number {
  const { engine } = compileEngine(rules.map(({ text }) => text))
  let matched = 0
  for (const line of lines) if ((engine.match(line, isAscii(line))?.length ?? 0) > 0) matched += 1
  return matched
}

/** As logcheck does: what one file leaves over is the next one's input. */
const SIEVE = `
  left=$2; cp "$1" "$left"; shift 2
  for rules; do grep -E --text -v -f "$rules" "$left" > "$left.next"; mv "$left.next" "$left"; done
  cat "$left"`

function writeRuleFiles(folder: string, rules: readonly Rule[]): readonly string[] {
  mkdirSync(folder)
  const byFile = Map.groupBy(rules, ({ directory, file }) => join(folder, `${directory}-${file}`))
  for (const [path, own] of byFile) writeRules(path, own)
  return [...byFile.keys()]
}

function writeRules(path: string, rules: readonly Rule[]): void {
  writeFileSync(path, Buffer.concat(rules.map(({ text }) => encodeUtf8b(`${text}\n`))), { mode: 0o644 })
}

function lineCount(output: string): number {
  return output === "" ? 0 : output.split("\n").length - 1
}
