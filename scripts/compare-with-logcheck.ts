/**
 * Runs the real logcheck and `tamis scan` over log files and prints where their reports differ.
 *
 *     sudo node scripts/compare-with-logcheck.ts [--level LEVEL] [--rules DIRECTORY] FILE…
 *
 * Files may be gzipped. The rules are those of /etc/logcheck; another directory must be readable by logcheck's user.
 * Exit status 0: the reports are the same; 1: they differ; 2: could not compare.
 */
import { readFileSync } from "node:fs"
import { parseArgs } from "node:util"
import { gunzipSync } from "node:zlib"
import { reasonOf } from "../src/errors.ts"
import { visibleLine } from "../src/scan/visible-line.ts"
import { runLogcheck, withoutLogcheck } from "../test/support/logcheck.ts"
import { type Difference, differences, readSections, type Sections } from "../test/support/sections.ts"
import { runTamis } from "../test/support/tamis-command.ts"

const LEVELS = ["paranoid", "server", "workstation"] as const

/** Of those that one section has. */
const MAX_SHOWN = 20

process.exitCode = await main().catch((error: unknown) => {
  console.error(`compare-with-logcheck: ${reasonOf(error)}`)
  return 2
})

async function main(): Promise<0 | 1> {
  const { values, positionals: files } = parseArgs({
    options: { level: { type: "string", default: "server" }, rules: { type: "string", default: "/etc/logcheck" } },
    allowPositionals: true,
  })
  const level = LEVELS.find((each) => each === values.level)
  if (level === undefined) throw new Error(`--level: expected one of ${LEVELS.join(", ")}`)
  if (files.length === 0) throw new Error("name the log files to compare by")
  if (withoutLogcheck !== false) throw new Error(withoutLogcheck)

  // logcheck takes one plain file.
  const logs = files.map(readLog)
  const [logcheck, scan] = await Promise.all([
    runLogcheck(Buffer.concat(logs), { rules: values.rules, level }),
    runTamis(["scan", "-r", values.rules, "--level", level, "--format", "logcheck", ...files]),
  ])
  process.stderr.write(scan.stderr)
  if (scan.status === 2) throw new Error("tamis could not scan")

  const tamis = readSections(scan.stdout)
  const found = differences(tamis, logcheck)
  for (const section of new Set([...logcheck.keys(), ...tamis.keys()])) show(section, found)
  const lines = logs.reduce((sum, log) => sum + countLines(log), 0)
  console.log(`level ${level}: ${lines} lines of ${files.length} files`)
  for (const [name, report] of [["logcheck", logcheck] as const, ["tamis", tamis] as const]) {
    console.log(`${name} reports ${countReported(report)} in ${report.size} sections`)
  }
  const order = [...logcheck.keys()].join() === [...tamis.keys()].join() ? "" : ", and the order of sections differs"
  console.log(`${found.reduce((sum, { surplus }) => sum + Math.abs(surplus), 0)} lines differ${order}`)
  return found.length === 0 && order === "" ? 0 : 1
}

/** Whole lines only, so that files do not run into each other. */
function readLog(file: string): Buffer {
  const bytes = readFileSync(file)
  const log = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes
  return log.length === 0 || log.at(-1) === 0x0a ? log : Buffer.concat([log, Buffer.from("\n")])
}

function countLines(log: Buffer): number {
  let count = 0
  for (let at = log.indexOf(0x0a); at !== -1; at = log.indexOf(0x0a, at + 1)) count += 1
  return count
}

function countReported(report: Sections): number {
  return [...report.values()].reduce((sum, lines) => sum + lines.length, 0)
}

function show(section: string, found: readonly Difference[]): void {
  const here = found.filter((difference) => difference.section === section)
  if (here.length === 0) return
  console.log(`${section}:`)
  for (const { line, surplus } of here.slice(0, MAX_SHOWN)) {
    const times = Math.abs(surplus) === 1 ? "" : ` (${Math.abs(surplus)} times)`
    console.log(`  only ${surplus > 0 ? "tamis" : "logcheck"}${times}: ${visibleLine(Buffer.from(line, "latin1"))}`)
  }
  if (here.length > MAX_SHOWN) console.log(`  … and ${here.length - MAX_SHOWN} more`)
}
