import type { Layer, Rule } from "./rule.ts"

/** The judgement on one line, with the rules that decided it. */
export interface Verdict {
  readonly layer: Layer | "ignored"
  /**
   * Titles of the line's sections, in the mail's order: one for each rule file in the two security layers. Empty if
   * ignored.
   */
  readonly sections: readonly string[]
  /** All matching rules of the layer that decided; empty if the line is reported because no rule knows it. */
  readonly rules: readonly Rule[]
  /** No engine could judge the line, not even a smaller one. It is reported unjudged, not lost. */
  readonly unjudged: boolean
  /** The topic of the alarm that a reported line is, e.g. "disk"; undefined if it is none. */
  readonly alarm?: string
  /** The rule of alarm.d that says so; undefined if the line is an alarm by its severity alone. */
  readonly alarmRule?: Rule
}
