/**
 * `tamis rules stats`: what each rule in force hit, as the running tamis counted it.
 *
 * Exit status 0: no rule is dead; 1: some are; 2: it cannot be told.
 */

import { OperatorError } from "../errors.ts"
import { type RuleStatistic, type RuleStatistics, ruleStatistics } from "../rot/rule-statistics.ts"
import { compileHostJudges } from "../rules/host-judges.ts"
import { loadRuleSets } from "../service/assemble.ts"
import { dayOf } from "../store/rule-history.ts"
import { amount, grouped } from "../text/amount.ts"
import { printable } from "../text/printable.ts"
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

/** Of the rules that hit most; nobody reads more. `--json` has all. */
const MAX_TOP = 20

export async function rulesStats(options: RulesStatsOptions, output: Output): Promise<0 | 1> {
  const { config } = configuration(options.config)
  const ruleSets = loadRuleSets(config)
  if (options.set !== undefined && !ruleSets.has(options.set)) {
    throw new OperatorError(`no host uses a rule set ${options.set}; there is ${[...ruleSets.keys()].join(", ")}`)
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
  const [used, dead, unheard] = [of("used"), of("dead"), of("unheard")]
  const text = [
    `${amount(lines, "line")} judged in ${amount(days, "day")}${begin(sinceMs, days)}; ${amount(rules.length, "rule")} in force: ` +
      `${grouped(used.length)} matched, ${grouped(dead.length)} dead, ${grouped(unheard.length)} of programs that were not heard`,
  ]
  if (used.length > 0) {
    const top = used.slice(0, MAX_TOP)
    text.push(
      "",
      "Most lines",
      ...table(top.map((rule) => [grouped(rule.hits), percent(rule.share), last(rule), place(rule)])),
    )
    const rest = used.slice(MAX_TOP).reduce((sum, { hits }) => sum + hits, 0)
    if (used.length > MAX_TOP) {
      text.push(`  … and ${amount(used.length - MAX_TOP, "rule")} more with ${amount(rest, "hit")}`)
    }
  }
  if (dead.length > 0) {
    const title = `Dead: matched nothing in ${amount(days, "day")}, though their program was heard`
    text.push("", title, ...table(dead.map((rule) => [last(rule), place(rule)])))
  }
  return `${text.map(printable).join("\n")}\n`
}

/** Where the days that are asked about are more than there are. */
function begin(sinceMs: number | undefined, days: number): string {
  if (sinceMs === undefined || sinceMs < Date.now() - (days - 1) * DAY_MS) return ""
  return ` (the history begins on ${day(sinceMs)})`
}

function last({ lastMs }: RuleStatistic): string {
  return lastMs === undefined ? "never" : day(lastMs)
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, "2026-11-23".length)
}

function place({ rule }: RuleStatistic): string {
  return `${rule.path}:${rule.line}`
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}

/** All columns but the last to the right. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  return rows.map((row) => {
    const cells = row.map((cell, column) => (column === row.length - 1 ? cell : cell.padStart(widths[column] ?? 0)))
    return `  ${cells.join("  ")}`
  })
}

function renderJson({ lines, sinceMs, rules }: RuleStatistics, days: number): string {
  const iso = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString())
  const document = {
    days,
    historyBeginsAt: iso(sinceMs),
    lines,
    rules: rules.map(({ ruleSet, rule, hits, share, lastMs, state }) => ({
      ruleSet,
      file: rule.path,
      line: rule.line,
      text: rule.text,
      hits,
      share,
      lastHitAt: iso(lastMs),
      state,
    })),
  }
  return `${JSON.stringify(document, undefined, 2)}\n`
}
