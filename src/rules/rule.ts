import type { Problem } from "../problem.ts"

/** The directories of a rule set that hold rules: those of logcheck(8), and two of tamis, which logcheck ignores. */
export type RuleDirectory =
  | "cracking.d"
  | "cracking.ignore.d"
  | "violations.d"
  | "violations.ignore.d"
  | "ignore.d.paranoid"
  | "ignore.d.server"
  | "ignore.d.workstation"
  | "alarm.d"
  | "alarm.ignore.d"

export type Level = "paranoid" | "server" | "workstation"

/** logcheck's three layers, in order. In the mail they are Security Alerts, Security Events and System Events. */
export type Layer = "cracking" | "violations" | "system"

/** One pattern with its source. */
export interface Rule {
  readonly directory: RuleDirectory
  /**
   * The rule file's name, e.g. "ssh": it is in the section's title, and decides what ignore files cancel. In alarm.d it
   * is the alarm's topic.
   */
  readonly file: string
  /** Path for messages to people, e.g. "/etc/logcheck/ignore.d.server/ssh". */
  readonly path: string
  /** 1-based. */
  readonly line: number
  /** The pattern as written, before variables are replaced. Bytes that are not UTF-8 are kept, see text/utf8b.ts. */
  readonly text: string
  /** The `#+` and `#-` lines before the rule: lines that it must match, and lines that it must not match. */
  readonly samples: readonly Sample[]
  /** The file's defaults for variables (`#= NAME=value`). */
  readonly defaults?: ReadonlyMap<string, string>
}

export interface Sample {
  readonly mustMatch: boolean
  readonly text: string
  readonly line: number
}

/** A directory laid out like /etc/logcheck. */
export interface RuleSet {
  readonly name: string
  readonly directory: string
  readonly rules: readonly Rule[]
}

/**
 * The name, in a map of rule sets, of the alarm rules that tamis ships. They apply to every host that does not turn them
 * off. No configured set can have this name.
 */
export const SHIPPED_ALARMS = "common/alarm.d"

/** A rule that cannot be run. It is out of force and reported; all other rules stay in force. */
export interface Quarantined {
  readonly rule: Rule
  readonly problem: Problem
}

/** `ignore.d.server/ssh:12`, relative to the rule set. */
export function ruleId({ directory, file, line }: Rule): string {
  return `${directory}/${file}:${line}`
}

/** `/etc/logcheck/ignore.d.server/ssh:12`, unique among all sets. */
export function rulePlace({ path, line }: Pick<Rule, "path" | "line">): string {
  return `${path}:${line}`
}

/** Names a rule in a message about a rule file: `line 12` for a rule of the same file. */
export function rulePlaceIn(file: string, rule: Rule): string {
  return rule.path === file ? `line ${rule.line}` : rulePlace(rule)
}
