import type { Rule } from "../rules/rule.ts"
import type { Finding } from "./finding.ts"

/** A rule set with its findings for all hosts that use it. */
export interface CheckedSet {
  readonly directory: string
  readonly rules: ReadonlySet<Rule>
  /** By file and line. */
  readonly findings: readonly Finding[]
}
