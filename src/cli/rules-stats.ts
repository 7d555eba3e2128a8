/**
 * `tamis rules stats`: shows how many lines each rule in force matched, as counted by the running tamis.
 *
 * Exit status 0: no rule is dead; 1: some are; 2: the command failed.
 */

import { OperatorError } from "../errors.ts"
import { type RuleStatistic, type RuleStatistics, ruleStatistics } from "../rot/rule-statistics.ts"
import { compileHostJudges } from "../rules/host-judges.ts"
import { rulePlace } from "../rules/rule.ts"
import { loadRuleSets } from "../service/assemble.ts"
import { dayOf } from "../store/rule-history.ts"
import { amount, grouped } from "../text/amount.ts"
import { isoDay, isoTime } from "../text/iso-time.ts"
import { printable } from "../text/printable.ts"
import { printableJson } from "../text/printable-json.ts"
import { table } from "../text/table.ts"
import { DAY_MS } from "../units.ts"
import { configuration } from "./configuration.ts"
import { withStore } from "./open-windows.ts"
import type { Output } from "./output.ts"

export interface RulesStatsOptions {
  readonly config?: string
  readonly days: number
  /** This rule set only. */
  readonly set?: string
  readonly json?: boolean
}

/** Rows of the table of most-matching rules. `--json` has all rules. */
const MAX_TOP = 20

export async function rulesStats(options: RulesStatsOptions, output: Output): Promise<0 | 1> {
  const { config } = configuration(options.config)
  const ruleSets = loadRuleSets(config)
  if (options.set !== undefined && !ruleSets.has(options.set)) {
    throw new OperatorError(
      "TAMIS_RULE_SET_UNKNOWN",
      `no host uses a rule set ${options.set}; hosts use: ${[...ruleSets.keys()].join(", ")}`,
    )
  }
  const { quarantined } = compileHostJudges(config.hosts, ruleSets)
  const today = dayOf(Date.now())
  const since = today - options.days + 1
  const { history, sums } = await withStore(config, async (store) => ({
    history: await store.ruleHistory(),
    sums: await store.ruleSums(since, today),
  }))
  const all = ruleStatistics({ hosts: config.hosts, ruleSets, quarantined, history, sums, fromMs: since * DAY_MS })
  const rules = all.rules.filter(({ ruleSet }) => options.set === undefined || ruleSet === options.set)
  const shown = { ...all, rules }
  output.stdout(options.json === true ? renderJson(shown, options.days) : renderText(shown, options.days))
  return rules.some(({ state }) => state === "dead") ? 1 : 0
}

function renderText({ lines, sinceMs, rules }: RuleStatistics, days: number): string {
  const of = (state: RuleStatistic["state"]) => rules.filter((rule) => rule.state === state)
  const [used, dead, unheard, silent] = [of("used"), of("dead"), of("unheard"), of("silent")]
  const ofAlarms = silent.length === 0 ? "" : `; ${amount(silent.length, "alarm rule")} without an alarm`
  const text = [
    `${amount(lines, "line")} judged in ${amount(days, "day")}${begin(sinceMs, days)}; ${amount(rules.length - silent.length, "rule")} in force: ` +
      `${grouped(used.length)} matched, ${grouped(dead.length)} dead, ${grouped(unheard.length)} unknown (their programs sent no lines)${ofAlarms}`,
  ]
  if (used.length > 0) {
    const top = used.slice(0, MAX_TOP)
    const rows = top.map((each) => [grouped(each.hits), percent(each.share), last(each), rulePlace(each.rule)])
    text.push("", "Most lines", ...table(rows, ["right", "right", "right", "left"]))
    const rest = used.slice(MAX_TOP).reduce((sum, { hits }) => sum + hits, 0)
    if (used.length > MAX_TOP) {
      text.push(`  … and ${amount(used.length - MAX_TOP, "rule")} more with ${amount(rest, "hit")}`)
    }
  }
  if (dead.length > 0) {
    const title = `Dead: matched nothing in ${amount(days, "day")}, although their program sent lines`
    const rows = dead.map((each) => [last(each), rulePlace(each.rule)])
    text.push("", title, ...table(rows, ["right", "left"]))
  }
  return `${text.map(printable).join("\n")}\n`
}

/** Says where the history begins, if it is shorter than the days asked for. */
function begin(sinceMs: number | undefined, days: number): string {
  if (sinceMs === undefined || sinceMs < Date.now() - (days - 1) * DAY_MS) return ""
  return ` (the history begins on ${isoDay(sinceMs)})`
}

function last({ lastMs }: RuleStatistic): string {
  return lastMs === undefined ? "never" : isoDay(lastMs)
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}

function renderJson({ lines, sinceMs, rules }: RuleStatistics, days: number): string {
  const document = {
    days,
    historyBeginsAt: sinceMs === undefined ? undefined : isoTime(sinceMs),
    lines,
    rules: rules.map(({ ruleSet, rule, hits, share, lastMs, state }) => ({
      ruleSet,
      file: rule.path,
      line: rule.line,
      text: rule.text,
      hits,
      share,
      lastHitAt: lastMs === undefined ? undefined : isoTime(lastMs),
      state,
    })),
  }
  return printableJson(document)
}
