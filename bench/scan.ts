/**
 * `tamis scan` against the real logcheck: the same file, Debian's whole rule base, the same lines reported.
 *
 * Two logs: real lines as they are, most of which Debian's rules do not know, and the traffic of a network whose rules
 * somebody wrote, nine of ten lines ignored. `--format logcheck` writes logcheck's own report; `--format text`, the
 * default, also groups what it reports, which costs more than judging it.
 *
 * logcheck refuses to run as root and keeps its lock where only its own user may write, so this wants to be root.
 */
import { execFileSync } from "node:child_process"
import { chmodSync, existsSync, mkdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import type { Bench, Claim, Measured, Measurement } from "./bench.ts"
import { figure } from "./bench.ts"
import { realLines, writeRepeated } from "./lines.ts"
import { runTimed } from "./timed.ts"
import { mixedTraffic } from "./traffic.ts"

const LINES = 400_000
const RULES = "/etc/logcheck"
const MAIN = join(import.meta.dirname, "../src/main.ts")

/** logcheck takes most of the time; tamis runs several times for each of its runs. */
const ROUNDS = 3
const RUNS_PER_ROUND = 3

const FORMATS = ["text", "logcheck"] as const
type Format = (typeof FORMATS)[number]

const UNKNOWN_LOG = "unknown lines"
const KNOWN_LOG = "nine of ten ignored"
const LOGS = [UNKNOWN_LOG, KNOWN_LOG]
const COMPILE = "compile all rules"
const DIFFERENT = "lines that differ from logcheck's"
const WALL = "wall clock s"

/** The promise: that many times faster than logcheck, start-up included. */
const FACTOR = 25
const MAX_COMPILE_MS = 200

export const scan: Bench = {
  name: "scan",
  question: `How long do tamis scan and logcheck take for ${figure(LINES)} real lines with Debian's rules, level server?`,

  async run({ file, small, scratch }) {
    if (process.getuid?.() !== 0 || !existsSync("/usr/sbin/logcheck")) {
      throw new Error("the scan benchmark wants root and Debian's logcheck: apt-get install logcheck")
    }
    const count = small ? LINES / 100 : LINES
    const empty = join(scratch, "empty.log")
    writeRepeated(empty, [Buffer.of()], 0)
    const logs = new Map(LOGS.map((name) => [name, join(scratch, `${name.replaceAll(" ", "-")}.log`)]))
    writeRepeated(logs.get(UNKNOWN_LOG)!, realLines(file), count)
    writeRepeated(logs.get(KNOWN_LOG)!, mixedTraffic(RULES, file), count)
    const state = stateDirectory(scratch)

    const measurements: Measurement[] = []
    const runs = new Map<string, number>()
    const measure = (name: string, command: readonly string[]): string => {
      const run = (runs.get(name) ?? 0) + 1
      runs.set(name, run)
      const output = join(scratch, `${name.replaceAll(" ", "-")}.out`)
      const { wallSeconds, cpuSeconds, status } = runTimed(command, output)
      if (status > 1 || status < 0) throw new Error(`${name} failed:\n${readFileSync(`${output}.err`, "utf8")}`)
      measurements.push({ case: name, run, quantity: WALL, value: wallSeconds })
      measurements.push({ case: name, run, quantity: "CPU s", value: cpuSeconds })
      return readFileSync(output, "latin1")
    }

    for (let round = 1; round <= (small ? 1 : ROUNDS); round += 1) {
      for (const [name, log] of logs) {
        const theirs = measure(logcheckCase(name), logcheckCommand(state, log))
        let [ours, report] = ["", ""]
        for (let run = 0; run < RUNS_PER_ROUND; run += 1) {
          report = measure(scanCase("text", name), scanCommand("text", log))
          ours = measure(scanCase("logcheck", name), scanCommand("logcheck", log))
        }
        const different = differences(sortedLines(theirs.slice(introductionEnd(theirs))), sortedLines(ours))
        const tell = (what: string, quantity: string, value: number) =>
          measurements.push({ case: what, run: round, quantity, value })
        tell(logcheckCase(name), "lines in the report", sortedLines(ours).length)
        tell(scanCase("logcheck", name), DIFFERENT, different)
        tell(scanCase("text", name), "lines accounted for", linesIn(report))
      }
      for (let run = 0; run < RUNS_PER_ROUND; run += 1) {
        measure("tamis scan of an empty file", scanCommand("text", empty))
        measurements.push({
          case: COMPILE,
          run: (round - 1) * RUNS_PER_ROUND + run + 1,
          quantity: "ms",
          value: compileMs(),
        })
      }
    }
    return measurements
  },

  claims(measured) {
    return [
      fasterThanLogcheck(measured, "logcheck", UNKNOWN_LOG),
      ...FORMATS.map((format) => fasterThanLogcheck(measured, format, KNOWN_LOG)),
      {
        holds: measured.median(COMPILE, "ms") <= MAX_COMPILE_MS,
        sentence: `all rules compile in ${figure(measured.median(COMPILE, "ms"))} ms (at most ${MAX_COMPILE_MS})`,
      },
      {
        holds: LOGS.every((log) => measured.values(scanCase("logcheck", log), DIFFERENT).every((count) => count === 0)),
        sentence: "--format logcheck reports exactly the lines that logcheck reports, under the same sections",
      },
    ]
  },
}

function logcheckCase(log: string): string {
  return `logcheck (${log})`
}

function scanCase(format: Format, log: string): string {
  return `tamis scan --format ${format} (${log})`
}

export function scanCommand(format: string, log: string): readonly string[] {
  return [process.execPath, MAIN, "scan", "--rules", RULES, "--level", "server", "--format", format, log]
}

/** Where logcheck may write: its own user's. */
export function stateDirectory(scratch: string): string {
  const state = join(scratch, "logcheck-state")
  mkdirSync(state)
  execFileSync("chown", ["logcheck", state])
  chmodSync(scratch, 0o755)
  return state
}

/** logcheck as its documentation runs it by hand: -o to standard output, -t leaving its offsets alone. */
export function logcheckCommand(state: string, log: string): readonly string[] {
  const command = `LC_ALL=C.UTF-8 logcheck -o -t -S ${state} -r ${RULES} -l ${log}`
  return ["su", "-s", "/bin/bash", "-c", command, "logcheck"]
}

/** In a process of its own: nothing is warm, as at every start of tamis. */
function compileMs(): number {
  const program = join(import.meta.dirname, "scan-compile.ts")
  return Number(execFileSync(process.execPath, [program, RULES], { encoding: "utf8" }))
}

/** logcheck's header.txt comes before the first section. */
function introductionEnd(report: string): number {
  const section = /^(Security Alerts|Security Events|System Events)/m.exec(report)
  return section?.index ?? 0
}

function sortedLines(report: string): readonly string[] {
  return report.trimEnd().split("\n").sort()
}

/** Lines that stand in one of two sorted lists only. */
function differences(some: readonly string[], others: readonly string[]): number {
  let count = 0
  let at = 0
  for (const line of some) {
    while (at < others.length && others[at]! < line) {
      count += 1
      at += 1
    }
    if (others[at] === line) at += 1
    else count += 1
  }
  return count + others.length - at
}

/** The report's second paragraph begins "400,000 lines from …". */
function linesIn(report: string): number {
  const [, lines = ""] = /^([\d,]+) lines? from /m.exec(report) ?? []
  return Number(lines.replaceAll(",", ""))
}

function fasterThanLogcheck(measured: Measured, format: Format, log: string): Claim {
  const factor = measured.median(logcheckCase(log), WALL) / measured.median(scanCase(format, log), WALL)
  return {
    holds: factor >= FACTOR,
    sentence: `scan --format ${format} of ${log} is ${figure(factor)} times as fast as logcheck (at least ${FACTOR})`,
  }
}
