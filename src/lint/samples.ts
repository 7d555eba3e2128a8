/** Tries the samples of rules: lines that a rule must match, and lines that it must not match. */
import { isAscii } from "node:buffer"
import { BUILT_IN_VARIABLES } from "../rules/built-in-variables.ts"
import { compileRules } from "../rules/compile.ts"
import type { Rule, Sample } from "../rules/rule.ts"
import { trimmedEnd } from "../syslog/trailing-blanks.ts"
import { encodeUtf8b } from "../text/utf8b.ts"

export interface FailedSample {
  readonly rule: Rule
  readonly sample: Sample
}

/**
 * Finds the samples that fail on their rule alone. Samples of rules that cannot be run are not tried.
 *
 * Samples are written for the file's own defaults, so these take precedence over a host's values. `variables` supplies
 * the values of names that neither the file nor tamis defines.
 */
export function failedSamples(rules: readonly Rule[], variables: ReadonlyMap<string, string>): FailedSample[] {
  const sampled = rules.filter((rule) => rule.samples.length > 0)
  const { compiled, engine } = compileRules(sampled, ({ defaults }) =>
    defaults === undefined ? [BUILT_IN_VARIABLES, variables] : [defaults, BUILT_IN_VARIABLES, variables],
  )
  return compiled.flatMap(({ rule, inForce }, index) =>
    (inForce ? rule.samples : [])
      .filter((sample) => {
        const line = sampleLine(sample)
        const hits = engine.match(line, isAscii(line))
        return hits?.includes(index) !== sample.mustMatch
      })
      .map((sample) => ({ rule, sample })),
  )
}

/** Returns a sample in the form that rules see. */
export function sampleLine({ text }: Sample): Buffer {
  const bytes = encodeUtf8b(text)
  return bytes.subarray(0, trimmedEnd(bytes, 0, bytes.length))
}
