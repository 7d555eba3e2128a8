/** What a line meets on its way to a verdict: every rule that matches it, layer by layer, and those that nearly did. */
import type { Rule, RuleDirectory } from "../rules/rule.ts"
import type { Verdict } from "../rules/verdict.ts"
import type { NearRule } from "./near-rules.ts"

export interface Explanation {
  /** Both forms, as bytes of their own. */
  readonly line: Buffer
  readonly isoForm: Buffer
  /** In the order in which logcheck goes through them. */
  readonly layers: readonly LayerFindings[]
  readonly verdict: Verdict
  /** The rules that decided, and the others that match the line but had no say. */
  readonly deciding: readonly Match[]
  readonly others: readonly Match[]
  /** Rules that would ignore the line at a higher level, which is not in force. */
  readonly atOtherLevels: readonly Rule[]
  /** For a line that nothing ignores: the ignore rules that came nearest, best first. */
  readonly nearest: readonly NearRule[]
}

export interface LayerFindings {
  readonly directory: RuleDirectory
  /** Whether the level and the options put it in force. */
  readonly inForce: boolean
  /** Rules that can be run. */
  readonly rules: number
  readonly matching: readonly Match[]
}

export interface Match {
  readonly rule: Rule
  /** Which form of the line it matches. */
  readonly form: "both" | "classic" | "iso"
}
