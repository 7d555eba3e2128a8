/** The explanation of a verdict: every rule that matches the line, layer by layer, and the rules that nearly match. */
import type { Rule, RuleDirectory } from "../rules/rule.ts"
import type { Verdict } from "../rules/verdict.ts"
import type { NearRule } from "./near-rules.ts"

export interface Explanation {
  /** Both forms, as bytes of their own. */
  readonly line: Buffer
  readonly isoForm: Buffer
  /** In logcheck's order. */
  readonly layers: readonly LayerFindings[]
  readonly verdict: Verdict
  /** The rules that decided, and other rules that match the line but did not decide. */
  readonly deciding: readonly Match[]
  readonly others: readonly Match[]
  /** Rules of levels that are not in force and that would ignore the line. */
  readonly atOtherLevels: readonly Rule[]
  /** For a line that no rule ignores: the ignore rules that nearly match, best first. */
  readonly nearest: readonly NearRule[]
}

export interface LayerFindings {
  readonly directory: RuleDirectory
  /** Whether level and options put the layer in force. */
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
