/** Finds rules that hide lines that somebody should read: they match a sample of an alarm rule. */
import { isAscii } from "node:buffer"
import type { CompiledRules } from "../rules/compile.ts"
import { dateOf } from "../rules/line-header.ts"
import { isHiding } from "../rules/rules-in-force.ts"
import { encodeUtf8b } from "../text/utf8b.ts"
import type { Finding } from "./finding.ts"

const DATES = ["Nov 23 03:14:07 ", "2026-11-23T03:14:07.000000+00:00 "]

/** `alarming` are the lines; each is tried with its date in both forms. */
export function overBroad({ compiled, engine }: CompiledRules, alarming: readonly string[]): Finding[] {
  const hidden = new Map<number, string[]>()
  for (const line of alarming) {
    const date = dateOf(line)
    const forms = [line, ...(date === "" ? [] : DATES.map((each) => each + line.slice(date.length)))]
    const hits = new Set(
      forms.map((form) => encodeUtf8b(form)).flatMap((form) => engine.match(form, isAscii(form)) ?? []),
    )
    for (const hit of hits) {
      const lines = hidden.get(hit)
      if (lines === undefined) hidden.set(hit, [line])
      else lines.push(line)
    }
  }
  return [...hidden].flatMap(([index, [first = "", ...more]]) => {
    const { rule } = compiled[index]!
    if (!isHiding(rule)) return []
    const others = more.length === 0 ? "" : `, and ${more.length} more like it`
    const message = `the rule hides a line that somebody should read: "${first}"${others}`
    const hint = "match the program and its words exactly, or keep the rule if you are sure"
    return [{ code: "over-broad", problem: { file: rule.path, line: rule.line, column: 1, message, hint } }]
  })
}
