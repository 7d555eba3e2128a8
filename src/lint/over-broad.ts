/** Finds rules that hide lines that somebody should read: they match a line of alarming-lines.ts. */
import { ALARMING_LINES } from "../rules/alarming-lines.ts"
import type { CompiledRules } from "../rules/compile.ts"
import { CLASSIC_DATE_LENGTH } from "../rules/line-header.ts"
import { isRaising } from "../rules/rules-in-force.ts"
import type { Finding } from "./finding.ts"

const ISO_DATE = "2026-11-23T03:14:07.000000+00:00"

export function overBroad({ compiled, engine }: CompiledRules): Finding[] {
  const hidden = new Map<number, string[]>()
  for (const line of ALARMING_LINES) {
    const forms = [line, ISO_DATE + line.slice(CLASSIC_DATE_LENGTH)]
    const hits = new Set(forms.flatMap((form) => engine.match(Buffer.from(form), true) ?? []))
    for (const hit of hits) {
      const lines = hidden.get(hit)
      if (lines === undefined) hidden.set(hit, [line])
      else lines.push(line)
    }
  }
  return [...hidden].flatMap(([index, [first = "", ...more]]) => {
    const { rule } = compiled[index]!
    // A raising rule does not hide the line.
    if (isRaising(rule)) return []
    const others = more.length === 0 ? "" : `, and ${more.length} more like it`
    const message = `the rule hides a line that somebody should read: "${first}"${others}`
    const hint = "match the program and its words exactly, or keep the rule if you are sure"
    return [{ code: "over-broad", problem: { file: rule.path, line: rule.line, column: 1, message, hint } }]
  })
}
