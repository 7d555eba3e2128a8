/**
 * `tamis scan`: applies the rules to log files, as logcheck does, without a network.
 *
 * Exit status 0: nothing to report; 1: something was reported; 2: the command failed.
 */
import { formatProblem } from "../problem.ts"
import { composeDocument } from "../report/compose-document.ts"
import { renderJson } from "../report/json.ts"
import { renderText } from "../report/text.ts"
import { compileJudge } from "../rules/compile.ts"
import type { Quarantined } from "../rules/rule.ts"
import { CanonicalFileLine } from "../scan/canonical-file-line.ts"
import { FileLine } from "../scan/file-line.ts"
import { LineOrigin } from "../scan/line-origin.ts"
import { logcheckFormat } from "../scan/logcheck-format.ts"
import { readLogs } from "../scan/read-logs.ts"
import { reportFormat } from "../scan/report-format.ts"
import type { ScanFormat, Write } from "../scan/scan-format.ts"
import { LineSifter } from "../scan/sifted-line.ts"
import { verdictsFormat } from "../scan/verdicts-format.ts"
import { printable } from "../text/printable.ts"
import type { Output } from "./output.ts"
import { chooseRules, type RuleChoice } from "./rule-choice.ts"

export interface ScanOptions extends RuleChoice {
  /** Rebuild each line's header first, as serve does. */
  readonly canonical?: boolean
  readonly cursor?: string
  readonly dryRun?: boolean
  readonly verdicts?: boolean
  readonly format: "text" | "json" | "logcheck"
  readonly json?: boolean
}

/** Practically no limit: a person asked for this report and waits for it. */
const MAX_REPORT_BYTES = 16 * 1024 * 1024

export async function scan(given: readonly string[], options: ScanOptions, output: Output): Promise<0 | 1> {
  const files = given.length === 0 ? ["-"] : given
  const { sets, ...judging } = await chooseRules(options)
  const { judge, quarantined } = compileJudge(sets, judging)
  for (const { problem } of quarantined) output.stderr(`tamis: out of force: ${printable(formatProblem(problem))}\n`)

  const nowMs = Date.now()
  const line = options.canonical === true ? new CanonicalFileLine(nowMs) : new FileLine()
  const format = chooseFormat(options, { quarantined, nowMs, severalLogs: files.length > 1 }, output.stdout)
  const sifter = new LineSifter(judge, new LineOrigin(nowMs))
  let reported = false
  const sift = (bytes: Buffer, start: number, end: number): void => {
    line.set(bytes, start, end)
    const sifted = sifter.sift(line)
    if (sifted.verdict.layer !== "ignored") reported = true
    format.take(sifted)
  }
  const finish = (lost: readonly string[]): void => {
    for (const file of lost) {
      output.stderr(
        `tamis: ${file} was rotated, and the old file is not in the same directory: its last lines may be unread\n`,
      )
    }
    format.finish()
  }
  await readLogs(files, { cursor: options.cursor, moveCursor: options.dryRun !== true }, sift, finish)
  if (judge.fallbacks > 0) {
    output.stderr(
      `tamis: the rules ran out of memory on ${judge.fallbacks} lines and were applied to them in smaller sets\n`,
    )
  }
  return reported ? 1 : 0
}

interface Scanned {
  readonly quarantined: readonly Quarantined[]
  readonly nowMs: number
  readonly severalLogs: boolean
}

function chooseFormat(options: ScanOptions, { quarantined, nowMs, severalLogs }: Scanned, write: Write): ScanFormat {
  if (options.verdicts === true) return verdictsFormat(nowMs, write)
  const limits = { nowMs }
  if (options.json === true || options.format === "json") {
    return reportFormat({ ...limits, quarantined, render: renderJson }, write)
  }
  if (options.format === "logcheck") {
    const byTime = severalLogs ? new LineOrigin(nowMs) : undefined
    return logcheckFormat({ byTime, terminal: process.stdout.isTTY }, write)
  }
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions()
  // Standard error has named the rules that are out of force.
  return reportFormat(
    { ...limits, quarantined: [], render: (report) => renderText(composeDocument(report, timeZone, MAX_REPORT_BYTES)) },
    write,
  )
}
