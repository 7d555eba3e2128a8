/**
 * The use of rules: rule sets and their history in, the hits of each rule in force out. Pure.
 *
 * A rule is dead if it matched nothing in these days although a program that it names sent lines: the rule is misspelt, or
 * the program words its messages differently now. If no such program sent lines, the state of the rule is unknown.
 * An alarm rule is never dead: most hosts never have its alarm.
 */
import type { Rule } from "../rules/rule.ts"
import { namesProgram, programWords } from "../rules/rule-programs.ts"
import { type RuleUse, rulesByKey } from "../rules/rules-by-key.ts"
import { isOfAlarms } from "../rules/rules-in-force.ts"
import type { RuleHistory, RuleSums } from "../store/rule-history.ts"

export interface RuleStatistics {
  /** Lines judged in these days. */
  readonly lines: number
  /** When the history begins; undefined if there is none yet. */
  readonly sinceMs: number | undefined
  /** Every rule in force once, those with most hits first. */
  readonly rules: readonly RuleStatistic[]
}

export interface RuleStatistic {
  readonly ruleSet: string
  readonly rule: Rule
  /** Lines in these days; a line counts for every rule that its verdict names. */
  readonly hits: number
  /** Share of all lines, 0 to 1. */
  readonly share: number
  /** The last hit; undefined if the history has none. */
  readonly lastMs: number | undefined
  /**
   * used: it matched. dead: it did not, although its program sent lines. unheard: its program sent none. silent: it is an
   * alarm rule that matched nothing, as it should.
   */
  readonly state: "used" | "dead" | "unheard" | "silent"
}

export interface StatisticsSource extends RuleUse {
  readonly history: RuleHistory
  readonly sums: RuleSums
  /** Start of the days that `sums` covers. */
  readonly fromMs: number
}

export function ruleStatistics(source: StatisticsSource): RuleStatistics {
  const { history, sums, fromMs } = source
  const heard = [...history.programs].filter(([, lastMs]) => lastMs >= fromMs).map(([program]) => program)
  const rules = [...rulesByKey(source)].map(([key, { ruleSet, rule }]): RuleStatistic => {
    const hits = sums.hits.get(key) ?? 0
    const lastMs = history.rules.get(key)?.lastMs
    const words = new Set(programWords(rule.text))
    const spoke = words.size === 0 ? sums.lines > 0 : heard.some((program) => namesProgram(words, program))
    const state = hits > 0 ? "used" : isOfAlarms(rule) ? "silent" : spoke ? "dead" : "unheard"
    return { ruleSet, rule, hits, share: sums.lines === 0 ? 0 : hits / sums.lines, lastMs, state }
  })
  const firsts = [...history.rules.values()].map(({ firstMs }) => firstMs)
  return {
    lines: sums.lines,
    sinceMs: firsts.length === 0 ? undefined : firsts.reduce((first, ms) => Math.min(first, ms)),
    rules: rules.sort((one, other) => other.hits - one.hits),
  }
}
