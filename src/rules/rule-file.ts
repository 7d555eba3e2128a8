/**
 * Parses the rules of one rule file as logcheck reads it.
 *
 * logcheck drops lines that match `^[[:space:]]*$|^#` and gives the others to grep unchanged: `  # x` is a live rule,
 * blanks (and a carriage return) at the end are part of the pattern, no rule continues on the next line, and the last
 * line needs no line feed.
 *
 *     #+ Jun 21 16:47:48 web1 cron[7]: job started      must match the next rule
 *     #- Jun 21 16:47:48 web1 cron[7]: job failed       must not
 *     ^\w{3} [ :[:digit:]]{11} [._[:alnum:]-]+ cron\[[[:digit:]]+\]: job started$
 *
 *     #= WAN_IF=eth[0-9]+                               the default, for hosts without a value for WAN_IF
 *
 * Samples and defaults are comments to logcheck, so it can read the file as well.
 */
import { trimmedEnd } from "../syslog/trailing-blanks.ts"
import { LF, NUMBER_SIGN } from "../text/ascii.ts"
import { decodeUtf8b } from "../text/utf8b.ts"
import type { Rule, RuleDirectory, Sample } from "./rule.ts"
import { isVariableName } from "./variables.ts"

export interface RuleFileSource {
  readonly directory: RuleDirectory
  readonly file: string
  readonly path: string
}

export interface RuleFile {
  readonly rules: readonly Rule[]
  /** Samples after the last rule: they belong to no rule. */
  readonly strays: readonly Sample[]
}

export function parseRuleFile(bytes: Buffer, source: RuleFileSource): RuleFile {
  const rules: Rule[] = []
  const defaults = new Map<string, string>() // for the whole file, wherever they are in it
  let samples: Sample[] = []
  let line = 0
  for (let start = 0; start < bytes.length; ) {
    const lineFeed = bytes.indexOf(LF, start)
    const end = lineFeed === -1 ? bytes.length : lineFeed
    line += 1
    if (bytes[start] === NUMBER_SIGN && start < end) {
      const comment = decodeUtf8b(bytes.subarray(start, end))
      const sample = parseSample(comment, line)
      if (sample !== undefined) samples.push(sample)
      else parseDefault(comment, defaults)
    } else if (trimmedEnd(bytes, start, end) > start) {
      rules.push({ ...source, line, text: decodeUtf8b(bytes.subarray(start, end)), samples, defaults })
      samples = []
    }
    start = end + 1
  }
  return { rules, strays: samples }
}

/** `#+ ` or `#- ` and a line. Without the blank it is a comment: many files have rulers such as `#-----`. */
function parseSample(comment: string, line: number): Sample | undefined {
  if (comment.startsWith("#+ ")) return { mustMatch: true, text: comment.slice(3), line }
  if (comment.startsWith("#- ")) return { mustMatch: false, text: comment.slice(3), line }
  return undefined
}

/** `#= NAME=value`. Anything else is a comment. */
function parseDefault(comment: string, defaults: Map<string, string>): void {
  const equals = comment.indexOf("=", 3)
  const name = comment.slice(3, equals)
  if (comment.startsWith("#= ") && equals !== -1 && isVariableName(name)) defaults.set(name, comment.slice(equals + 1))
}
