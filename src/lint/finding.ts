/** The findings of `rules check`: problems with a severity, and a code that stays the same when the words change. */
import { formatProblem, type Problem } from "../problem.ts"

/**
 * Error: the rule does not work as written. Warning: it may not do what its author wants. docs/rules.md explains each.
 */
const SEVERITIES = {
  pattern: "error",
  variable: "error",
  sample: "error",
  unreadable: "error",
  "live-comment": "warning",
  "trailing-blank": "warning",
  "carriage-return": "warning",
  "unanchored-start": "warning",
  "unanchored-end": "warning",
  "unescaped-dot": "warning",
  "over-broad": "warning",
  duplicate: "warning",
  shadowed: "warning",
  "skipped-file": "warning",
  "stray-sample": "warning",
} as const

export type FindingCode = keyof typeof SEVERITIES

export const FINDING_CODES: readonly string[] = Object.keys(SEVERITIES)

export interface Finding {
  readonly code: FindingCode
  readonly problem: Problem
}

export function severityOf({ code }: Finding): "error" | "warning" {
  return SEVERITIES[code]
}

/** `file:line:col: warning: message; hint [code]` */
export function formatFinding(finding: Finding): string {
  const { code, problem } = finding
  const isWarning = severityOf(finding) === "warning"
  const text = formatProblem(isWarning ? { ...problem, message: `warning: ${problem.message}` } : problem)
  return `${text} [${code}]`
}
