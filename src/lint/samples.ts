/** Samples travel with their rule: lines that it must match, and lines that it must leave alone. */
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
 * Finds the samples that their rule alone does not judge as they claim. Rules that cannot be run have none.
 *
 * Samples are written beside the file's own defaults: they are tried with those, whatever a host gives. `variables`
 * are for what neither the file nor tamis knows.
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

/** A sample as rules see it. */
export function sampleLine({ text }: Sample): Buffer {
  const bytes = encodeUtf8b(text)
  return bytes.subarray(0, trimmedEnd(bytes, 0, bytes.length))
}
