import type { Layer, Rule } from "./rule.ts"

/** The judgement on one line, with the rules that speak for it. */
export interface Verdict {
  readonly layer: Layer | "ignored"
  /** Titles of the sections the line belongs in, in the mail's order; one per rule file in the two security layers. Empty when ignored. */
  readonly sections: readonly string[]
  /** Every rule of the layer that decided which matches the line; none where a line is reported because nothing knows it. */
  readonly rules: readonly Rule[]
  /** An engine ran out of memory on this line, and so did the smaller ones: it is reported unjudged rather than lost. */
  readonly unjudged: boolean
}
