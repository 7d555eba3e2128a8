/** Rules that hide what somebody has to read: they match a line of alarming-lines.ts. */
import { ALARMING_LINES } from "../rules/alarming-lines.ts"
import type { CompiledRules } from "../rules/compile.ts"
import { isRaising } from "../rules/rules-in-force.ts"
import type { Finding } from "./finding.ts"

/** "Nov 23 03:14:07" */
const DATE_LENGTH = 15
const ISO_DATE = "2026-11-23T03:14:07.000000+00:00"

export function overBroad({ compiled, engine }: CompiledRules): Finding[] {
  const hidden = new Map<number, string[]>()
  for (const line of ALARMING_LINES) {
    const forms = [line, ISO_DATE + line.slice(DATE_LENGTH)]
    const hits = new Set(forms.flatMap((form) => engine.match(Buffer.from(form), true) ?? []))
    for (const hit of hits) {
      const lines = hidden.get(hit)
      if (lines === undefined) hidden.set(hit, [line])
      else lines.push(line)
    }
  }
  return [...hidden].flatMap(([index, [first = "", ...more]]) => {
    const { rule } = compiled[index]!
    // A rule that raises shows them.
    if (isRaising(rule)) return []
    const others = more.length === 0 ? "" : `, and ${more.length} more like it`
    const message = `the rule hides what somebody should read: "${first}"${others}`
    const hint = "be exact about the program and its words, or leave it where you know better"
    return [{ code: "over-broad", problem: { file: rule.path, line: rule.line, column: 1, message, hint } }]
  })
}
