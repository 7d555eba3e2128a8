/** Finds rules that work but are likely mistakes: they hide more than their author expects, or nothing at all. */

import { isAnchored } from "../ere/anchored.ts"
import { parseEre } from "../ere/parse.ts"
import type { CompiledRule } from "../rules/compile.ts"
import { isAlarming, isHiding, isRaising } from "../rules/rules-in-force.ts"
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
    const message = "blanks before the # make this line a rule, not a comment"
    find("live-comment", 1, message, "start the comment in column 1")
    return findings
  }
  if (text.endsWith("\r")) {
    const message = "the carriage return at the end is part of the pattern"
    find("carriage-return", written.length + 1, message, "save the file with LF line ends")
  } else if (written !== text) {
    const message = "the blanks at the end are part of the pattern"
    find("trailing-blank", written.length + 1, message, "remove them: tamis removes blanks at the end of each line")
  }
  // People notice a raising rule or an alarm that matches too much. Nobody notices what an ignore rule hides or cancels.
  const parsed = parseEre(pattern)
  if (!isRaising(rule) && !isAlarming(rule) && parsed.ok) {
    const verb = isHiding(rule) ? "hides" : "cancels the alarms of"
    const { root } = parsed.ere
    // `^a|b$` is "^a" or "b$", which is hardly ever intended.
    const bar = root.kind === "alternation" ? "put the alternatives in parentheses, or write \\| for a literal |" : ""
    if (!isAnchored(root, "line-start")) {
      const message = `not anchored at the start: also ${verb} lines that merely contain this text`
      find("unanchored-start", 1, message, bar || "start it with ^")
    }
    if (written === text && !isAnchored(root, "line-end")) {
      const message = `not anchored at the end: also ${verb} lines that continue after this text`
      find("unanchored-end", written.length + 1, message, bar || "end it with $")
    }
  }
  const dot = unescapedDot(pattern)
  const column = dot === undefined ? 0 : columnAsWritten(dot)
  // A dot in a variable's value is not the rule's own.
  if (text[column - 1] === ".") {
    find("unescaped-dot", column, "this . matches any character, not only a dot", "write \\. for a literal dot")
  }
  return findings
}
