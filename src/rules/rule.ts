import type { Problem } from "../problem.ts"

/** The directories of a rule set that hold rules (logcheck(8)). */
export type RuleDirectory =
  | "cracking.d"
  | "cracking.ignore.d"
  | "violations.d"
  | "violations.ignore.d"
  | "ignore.d.paranoid"
  | "ignore.d.server"
  | "ignore.d.workstation"

export type Level = "paranoid" | "server" | "workstation"

/** logcheck's three layers, in order; they head the mail as Security Alerts, Security Events, System Events. */
export type Layer = "cracking" | "violations" | "system"

/** One pattern with its source. */
export interface Rule {
  readonly directory: RuleDirectory
  /** The rule file's name, e.g. "ssh": it heads a section and scopes ignore files. */
  readonly file: string
  /** Path for messages to people, e.g. "/etc/logcheck/ignore.d.server/ssh". */
  readonly path: string
  /** 1-based. */
  readonly line: number
  /** The pattern as written, before variables are replaced. Bytes that are not UTF-8 are kept, see utf8b.ts. */
  readonly text: string
  /** `#+` and `#-` lines that stand directly before the rule: lines that must and must not match it. */
  readonly samples: readonly Sample[]
  /** Defaults that the rule's file gives for variables of its own (`#= NAME=value`). */
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

/** A rule that cannot be run. It is out of force and loudly so; all others stay. */
export interface Quarantined {
  readonly rule: Rule
  readonly problem: Problem
}

/** `ignore.d.server/ssh:12`, relative to the rule set. */
export function ruleId({ directory, file, line }: Rule): string {
  return `${directory}/${file}:${line}`
}

/** `/etc/logcheck/ignore.d.server/ssh:12`: no other rule of any set has it. */
export function rulePlace({ path, line }: Rule): string {
  return `${path}:${line}`
}
