/** Tallies for tests: one by hand, and any. */

import { isAscii } from "node:buffer"
import fc from "fast-check"
import type { Layer } from "../../src/rules/rule.ts"
import { fingerprint } from "../../src/tally/fingerprint.ts"
import { MAX_SAMPLES, noSeverities, type Tally } from "../../src/tally/tally.ts"
import type { TalliedLine } from "../../src/tally/tally-book.ts"
import { countValue, noValues, type Values } from "../../src/tally/values.ts"

export const LAYERS: readonly Layer[] = ["cracking", "violations", "system"]

export function lineOf(text: string): TalliedLine {
  const bytes = Buffer.from(text)
  return { bytes, ascii: isAscii(bytes) }
}

/** A tally of one `su` line on web1, but for what `changes` says. */
export function aTally(changes: Partial<Omit<Tally, "fingerprint">> = {}): Tally {
  const tally = {
    host: "web1",
    layer: "violations" as Layer,
    sections: ["Security Events for su"],
    program: "su",
    template: "web1 su[<n>]: FAILED SU (to root) ada on pts/<n>",
    rules: ["violations.d/su:1"],
    coarseness: 0 as const,
    count: 1,
    firstMs: 1_000,
    lastMs: 1_000,
    severities: noSeverities(),
    values: [],
    samples: ["Jun 21 16:47:48 web1 su[7]: FAILED SU (to root) ada on pts/3"],
    ...changes,
  }
  return { ...tally, fingerprint: fingerprint(tally.host, tally.layer, tally.sections, tally.template, tally.alarm) }
}

const arbitraryValues: fc.Arbitrary<Values> = fc.array(fc.integer({ min: -5, max: 5 })).map((numbers) => {
  const values = noValues("<n>")
  for (const number of numbers) countValue(values, String(number))
  return values
})

export const arbitraryTally: fc.Arbitrary<Tally> = fc
  .record({
    host: fc.constantFrom("web1", "router", "192.0.2.1"),
    layer: fc.constantFrom(...LAYERS),
    sections: fc.constantFrom(["Security Events for su"], ["Security Events for su", "Security Events for ssh"]),
    program: fc.constantFrom("", "su", "sshd"),
    template: fc.string(),
    count: fc.integer({ min: 1, max: 1_000_000 }),
    firstMs: fc.integer({ min: 0, max: 1_000_000 }),
    lastMs: fc.integer({ min: 1_000_000, max: 2_000_000 }),
    severities: fc.array(fc.nat(1_000), { minLength: 8, maxLength: 8 }),
    values: fc.array(arbitraryValues, { maxLength: 2 }),
    samples: fc.uniqueArray(fc.string({ maxLength: 3 }), { minLength: 1, maxLength: MAX_SAMPLES }),
  })
  .map(aTally)
