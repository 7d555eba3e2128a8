/** `--verdicts`: one JSON object for every input line, in input order, for programs. */
import { type Rule, ruleId } from "../rules/rule.ts"
import type { Verdict } from "../rules/verdict.ts"
import type { ScanFormat, Write } from "./scan-format.ts"

/** Characters per write: a system call for each line would cost more than judging the line. */
const WRITE_CHARACTERS = 1 << 16

export function verdictsFormat(write: Write): ScanFormat {
  // Most lines share a few verdicts, and equal verdicts are the same object.
  const rendered = new WeakMap<Verdict, string>()
  let line = 0
  let pending = ""
  return {
    take({ verdict }) {
      let rest = rendered.get(verdict)
      if (rest === undefined) {
        rest = render(verdict)
        rendered.set(verdict, rest)
      }
      line += 1
      pending += `{"line":${line},${rest}}\n`
      if (pending.length >= WRITE_CHARACTERS) {
        write(pending)
        pending = ""
      }
    },
    finish() {
      write(pending)
    },
  }
}

function render({ layer, rules, sections, unjudged, alarm }: Verdict): string {
  const ids = rules.map((rule: Rule) => ruleId(rule))
  const json = JSON.stringify({ verdict: layer, rules: ids, sections, ...(unjudged ? { unjudged } : {}), alarm })
  return json.slice(1, -1)
}
