/** What works and is seldom meant: rules that hide more than their author thinks, or nothing at all. */

import { isAnchored } from "../ere/anchored.ts"
import { parseEre } from "../ere/parse.ts"
import type { CompiledRule } from "../rules/compile.ts"
import { isRaising } from "../rules/rules-in-force.ts"
import type { Finding, FindingCode } from "./finding.ts"
import { unescapedDot } from "./unescaped-dot.ts"

/** Lints one rule that is in force. */
export function lintRule({ rule, pattern, columnAsWritten }: CompiledRule): Finding[] {
  const findings: Finding[] = []
  const find = (code: FindingCode, column: number, message: string, hint: string) =>
    findings.push({ code, problem: { file: rule.path, line: rule.line, column, message, hint } })
  const { text } = rule
  const written = text.trimEnd()

  if (/^\s+#/.test(text)) {
    const message = "a comment with blanks before its # is a live rule"
    find("live-comment", 1, message, "start the comment in column 1")
    return findings
  }
  if (text.endsWith("\r")) {
    const message = "the carriage return is part of the pattern"
    find("carriage-return", written.length + 1, message, "save the file with LF line ends")
  } else if (written !== text) {
    const message = "the blanks at the end are part of the pattern"
    find("trailing-blank", written.length + 1, message, "remove them: lines are judged without")
  }
  // A loose rule that raises shows too much, which is seen. One that hides shows too little, which is not.
  const parsed = parseEre(pattern)
  if (!isRaising(rule) && parsed.ok) {
    const { root } = parsed.ere
    // `^a|b$` is "^a" or "b$", which nobody means.
    const bar = root.kind === "alternation" ? "write (…|…) round what the | is for, or \\| for the character" : ""
    if (!isAnchored(root, "line-start")) {
      const message = "the rule hides lines that only contain what it matches"
      find("unanchored-start", 1, message, bar || "start it with ^")
    }
    if (written === text && !isAnchored(root, "line-end")) {
      const message = "the rule hides lines whatever follows what it matches"
      find("unanchored-end", written.length + 1, message, bar || "end it with $")
    }
  }
  const dot = unescapedDot(pattern)
  const column = dot === undefined ? 0 : columnAsWritten(dot)
  // One that a variable's value brought is not this rule's.
  if (text[column - 1] === ".") {
    find("unescaped-dot", column, "this . takes any character, not only a dot", "write \\. for the character")
  }
  return findings
}
