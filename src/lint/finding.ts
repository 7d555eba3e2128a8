/** What `rules check` finds: a problem with a code that stays the same whatever its words, and how grave it is. */
import { formatProblem, type Problem } from "../problem.ts"

/** An error is a rule that does not do what it was written for; a warning, one that may not. docs/rules.md explains each. */
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

/** `file:line:col: warning: what; way out [code]` */
export function formatFinding(finding: Finding): string {
  const { code, problem } = finding
  const isWarning = severityOf(finding) === "warning"
  const told = formatProblem(isWarning ? { ...problem, message: `warning: ${problem.message}` } : problem)
  return `${told} [${code}]`
}
