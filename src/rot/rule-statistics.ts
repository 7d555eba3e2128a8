/**
 * What rules are worth: the rule base and its history in, for each rule in force what it hits out. Pure.
 *
 * A rule is dead when it hit nothing for so many days although a program that it names was heard: it is spelt wrong,
 * or the program says it differently now. Where no such program was heard, nobody can tell.
 */
import type { Rule } from "../rules/rule.ts"
import { namesProgram, programWords } from "../rules/rule-programs.ts"
import { type RuleUse, rulesByKey } from "../rules/rules-by-key.ts"
import type { RuleHistory, RuleSums } from "../store/rule-history.ts"

export interface RuleStatistics {
  /** Lines that were judged in these days. */
  readonly lines: number
  /** When the history begins; undefined where nothing was ever counted. */
  readonly sinceMs: number | undefined
  /** Every rule in force once, those that hit most first. */
  readonly rules: readonly RuleStatistic[]
}

export interface RuleStatistic {
  readonly ruleSet: string
  readonly rule: Rule
  /** In these days; each line counts for every rule that its verdict names. */
  readonly hits: number
  /** Of all lines, 0 to 1. */
  readonly share: number
  /** Undefined: never, as far as the history goes. */
  readonly lastMs: number | undefined
  /** used: it hit. dead: it did not, though its program was heard. unheard: its program was not. */
  readonly state: "used" | "dead" | "unheard"
}

export interface StatisticsSource extends RuleUse {
  readonly history: RuleHistory
  readonly sums: RuleSums
  /** Where the days begin that `sums` adds up. */
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
    const state = hits > 0 ? "used" : spoke ? "dead" : "unheard"
    return { ruleSet, rule, hits, share: sums.lines === 0 ? 0 : hits / sums.lines, lastMs, state }
  })
  const firsts = [...history.rules.values()].map(({ firstMs }) => firstMs)
  return {
    lines: sums.lines,
    sinceMs: firsts.length === 0 ? undefined : firsts.reduce((first, ms) => Math.min(first, ms)),
    rules: rules.sort((one, other) => other.hits - one.hits),
  }
}
