/**
 * How many entries the digest of a real log has, beside the lines that logcheck would mail: those that no rule ignores.
 *
 * Each log is one window of a digest without a history, with the shipped rules.
 */
import { execFileSync } from "node:child_process"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { gunzipSync } from "node:zlib"
import { type Bench, figure, type Measurement } from "./bench.ts"

const LOGS = join(import.meta.dirname, "../../shared/corpora/A-lines/R")
const MAIN = join(import.meta.dirname, "../src/main.ts")

/** By log, the most entries that somebody would read. */
const MOST: ReadonlyMap<string, number> = new Map([
  ["gtkcyber-auth", 15],
  ["loghub-openssh-2k", 30],
  ["loghub-thunderbird-2k", 230],
  ["loghub-linux-full", 220],
])

const ENTRIES = "entries"
const LINES = "lines to read"

export const realLogs: Bench = {
  name: "real-logs",
  question: "How many entries has the digest of a real log, and how many lines would logcheck mail?",

  async run({ scratch }) {
    if (!existsSync(LOGS)) throw new Error(`${LOGS} is not there: it has the logs`)
    const measurements: Measurement[] = []
    for (const name of MOST.keys()) {
      const path = join(scratch, `${name}.log`)
      writeFileSync(path, gunzipSync(readFileSync(join(LOGS, `${name}.log.gz`))))
      const output = execFileSync(process.execPath, [MAIN, "scan", "--json", path], {
        encoding: "utf8",
        maxBuffer: 1 << 28,
        stdio: ["ignore", "pipe", "inherit"],
      })
      const report: { entries: readonly unknown[]; accounts: { total: { reported: number } } } = JSON.parse(output)
      measurements.push({ case: name, run: 1, quantity: ENTRIES, value: report.entries.length })
      measurements.push({ case: name, run: 1, quantity: LINES, value: report.accounts.total.reported })
    }
    return measurements
  },

  claims(measured) {
    return measured.cases.map((name) => {
      const entries = measured.median(name, ENTRIES)
      const most = MOST.get(name) ?? 0
      return {
        holds: entries <= most,
        sentence: `${name}: ${figure(measured.median(name, LINES))} lines are ${figure(entries)} entries (promised: ${most})`,
      }
    })
  },
}
