/** What works and is seldom meant: rules that hide more than their author thinks, or nothing at all. */
import type { Problem } from "../problem.ts"
import type { CompiledRule } from "./compile.ts"
import { parseEre } from "./ere.ts"
import { isAnchored } from "./ere-anchored.ts"
import { isRaising } from "./rules-in-force.ts"

/** Lints one rule that is in force. */
export function lintRule({ rule, pattern }: CompiledRule): Problem[] {
  const findings: Problem[] = []
  const find = (column: number, message: string, hint: string) =>
    findings.push({ file: rule.path, line: rule.line, column, message, hint })
  const { text } = rule
  const written = text.trimEnd()

  if (/^\s+#/.test(text)) {
    find(1, "a comment with blanks before its # is a live rule", "start the comment in column 1")
    return findings
  }
  if (text.endsWith("\r")) {
    find(written.length + 1, "the carriage return is part of the pattern", "save the file with LF line ends")
  } else if (written !== text) {
    find(written.length + 1, "the blanks at the end are part of the pattern", "remove them: lines are judged without")
  }
  // A loose rule that raises shows too much, which is seen. One that hides shows too little, which is not.
  const parsed = parseEre(pattern)
  if (!isRaising(rule) && parsed.ok) {
    const { root } = parsed.ere
    if (!isAnchored(root, "line-start")) {
      find(1, "the rule hides lines that only contain what it matches", "start it with ^")
    }
    if (written === text && !isAnchored(root, "line-end")) {
      find(written.length + 1, "the rule hides lines whatever follows what it matches", "end it with $")
    }
  }
  return findings
}
