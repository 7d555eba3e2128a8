/**
 * `tamis scan`: the sieve over log files, without a network: what logcheck does.
 *
 * Exit status 0: nothing to report; 1: something was reported; 2: could not do it.
 */
import { formatProblem } from "../problem.ts"
import { renderJson } from "../report/json.ts"
import { renderText } from "../report/text.ts"
import { compileJudge } from "../rules/compile.ts"
import { CanonicalFileLine } from "../scan/canonical-file-line.ts"
import { FileLine } from "../scan/file-line.ts"
import { logcheckFormat } from "../scan/logcheck-format.ts"
import { readLogs } from "../scan/read-logs.ts"
import { type ReportFormatOptions, reportFormat } from "../scan/report-format.ts"
import type { ScanFormat, Write } from "../scan/scan-format.ts"
import { verdictsFormat } from "../scan/verdicts-format.ts"
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

/** Of a report on a terminal or in a pipe: as good as none, since it is asked for by a person who waits for it. */
const MAX_REPORT_BYTES = 16 * 1024 * 1024

export async function scan(files: readonly string[], options: ScanOptions, output: Output): Promise<0 | 1> {
  const { sets, level, variables, crackingIgnore } = chooseRules(options)
  const { judge, quarantined } = compileJudge(sets, { level, variables, crackingIgnore })
  for (const { problem } of quarantined) output.stderr(`tamis: out of force: ${formatProblem(problem)}\n`)

  const nowMs = Date.now()
  const line = options.canonical === true ? new CanonicalFileLine(nowMs) : new FileLine()
  const format = chooseFormat(options, { quarantined, nowMs, maxBytes: MAX_REPORT_BYTES }, output.stdout)
  let reported = false
  const sift = (bytes: Buffer, start: number, end: number): void => {
    line.set(bytes, start, end)
    const verdict = judge.judge(line)
    if (verdict.layer !== "ignored") reported = true
    format.take(line, verdict)
  }
  await readLogs(
    files.length === 0 ? ["-"] : files,
    { cursor: options.cursor, moveCursor: options.dryRun !== true },
    sift,
    () => format.finish(),
  )
  return reported ? 1 : 0
}

function chooseFormat(
  { verdicts, json, format }: ScanOptions,
  report: Omit<ReportFormatOptions, "render">,
  write: Write,
): ScanFormat {
  if (verdicts === true) return verdictsFormat(write)
  if (json === true || format === "json") return reportFormat({ ...report, render: renderJson }, write)
  if (format === "logcheck") return logcheckFormat(write)
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions()
  return reportFormat({ ...report, render: (finished) => renderText(finished, timeZone) }, write)
}
