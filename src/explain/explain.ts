/**
 * Explains the verdict on a line: every rule that matches it, with layer and form, the verdict of all of them, and, if no
 * rule ignores the line, the rules that nearly match.
 */

import type { CompiledJudge, JudgeOptions } from "../rules/compile.ts"
import { cancels } from "../rules/decide.ts"
import type { Rule, RuleDirectory, RuleSet } from "../rules/rule.ts"
import { RULE_DIRECTORIES } from "../rules/rule-set.ts"
import { isIgnoring, isRaising } from "../rules/rules-in-force.ts"
import type { Verdict } from "../rules/verdict.ts"
import type { Line } from "../syslog/line.ts"
import { emptyMessage } from "../syslog/message.ts"
import { parseMessage } from "../syslog/parse.ts"
import type { Explanation, Match } from "./explanation.ts"
import { type LineForms, nearRules, rulesThatMatch } from "./near-rules.ts"
import { charactersOf } from "./walk.ts"

/** The rules that apply to a host's lines. */
export interface RulesOfHost extends JudgeOptions, CompiledJudge {
  readonly sets: readonly RuleSet[]
}

/**
 * Explains a line that has both forms. `most` is the greatest number of nearest rules. A line without a PRI has no
 * `severity`.
 */
export function explainLine(line: Line, host: RulesOfHost, most: number, severity?: number): Explanation {
  const isoForm = line.isoForm()
  if (isoForm === undefined) throw new Error("a canonical line has both forms")
  const verdict = host.judge.judge(line, severity)
  const matches = matchesOf(line, isoForm, host)
  const forms = formsOf(line.bytes, isoForm)
  const { compiled } = host.rules
  const runnable = [...compiled.filter(({ inForce }) => inForce).map(({ rule }) => rule), ...host.alarming.rules]
  const ofAlarms = host.alarming.matching(line).map((rule) => ({ rule, form: "both" as const }))
  const layers = RULE_DIRECTORIES.map((directory) => ({
    directory,
    inForce: isInForce(directory, host),
    rules: runnable.filter((rule) => rule.directory === directory).length,
    matching: [...matches, ...ofAlarms].filter(({ rule }) => rule.directory === directory),
  }))
  const reported = verdict.layer !== "ignored"
  const inForce = new Set(compiled.map(({ rule }) => rule))
  const sleeping = host.sets.flatMap(({ rules }) => rules).filter((rule) => isIgnoring(rule) && !inForce.has(rule))
  return {
    line: Buffer.from(line.bytes),
    isoForm: Buffer.from(isoForm),
    layers,
    verdict,
    deciding: matches.filter(({ rule }) => verdict.rules.includes(rule)),
    others: matches.filter(({ rule }) => !verdict.rules.includes(rule)),
    atOtherLevels: verdict.layer === "system" ? rulesThatMatch(sleeping, host.variables, forms) : [],
    nearest: reported ? nearRules(candidates(verdict, host), host.variables, forms, most) : [],
  }
}

function matchesOf(line: Line, isoForm: Buffer, { rules: { compiled, engine } }: RulesOfHost): Match[] {
  const classic = new Set(engine.match(line.bytes, line.ascii))
  const iso = new Set(engine.match(isoForm, line.ascii))
  return compiled.flatMap(({ rule }, index) => {
    if (!classic.has(index) && !iso.has(index)) return []
    return [{ rule, form: !iso.has(index) ? "classic" : classic.has(index) ? "both" : "iso" }]
  })
}

function isInForce(directory: RuleDirectory, { level, crackingIgnore }: JudgeOptions): boolean {
  if (directory === "cracking.ignore.d") return crackingIgnore
  if (directory === "ignore.d.workstation") return level === "workstation"
  return directory !== "ignore.d.server" || level !== "paranoid"
}

/** The rules that could have kept the line out of the report. */
function candidates({ layer, rules: raising }: Verdict, { rules: { compiled } }: RulesOfHost): Rule[] {
  const rules = compiled.map(({ rule }) => rule)
  if (layer === "system") return rules.filter(isIgnoring)
  return rules.filter(
    (rule) =>
      !isRaising(rule) &&
      rule.directory.startsWith(`${layer}.`) &&
      raising.some((raised) => cancels(rule.file, raised.file)),
  )
}

function formsOf(classic: Buffer, iso: Buffer): LineForms {
  const message = emptyMessage()
  parseMessage(classic, 0, classic.length, message)
  const characters = (end: number) => charactersOf(classic.subarray(0, end)).codePoints.length
  return {
    classic: charactersOf(classic),
    iso: charactersOf(iso),
    nameEnd: characters(message.appNameEnd),
    textStart: characters(message.textStart),
  }
}
