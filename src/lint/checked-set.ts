import type { Rule } from "../rules/rule.ts"
import type { Finding } from "./finding.ts"

/** A rule set with what was found in it, however many hosts use it with whatever variables. */
export interface CheckedSet {
  readonly directory: string
  readonly rules: ReadonlySet<Rule>
  /** By file and line. */
  readonly findings: readonly Finding[]
}
