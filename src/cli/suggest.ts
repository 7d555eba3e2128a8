/**
 * `tamis suggest`: rules for what is left over, each tried on the lines it is for and on those that nobody wants hidden.
 *
 * Reads log files as `scan` does, or without any the open window of a running service. Prints a rule file.
 *
 * Exit status 0: nothing is left over; 1: something is, and suggestions or reasons were printed; 2: could not do it. With
 * --apply that of `rules check` for the rule file: 0 no findings, 1 findings.
 */

import { formatProblem } from "../problem.ts"
import { compileJudge } from "../rules/compile.ts"
import type { Rule } from "../rules/rule.ts"
import { loadRuleSet } from "../rules/rule-set.ts"
import { isIgnoring } from "../rules/rules-in-force.ts"
import { CanonicalFileLine } from "../scan/canonical-file-line.ts"
import { FileLine } from "../scan/file-line.ts"
import { LineOrigin } from "../scan/line-origin.ts"
import { readLogs } from "../scan/read-logs.ts"
import { type BookedLeftovers, LeftoverBook } from "../suggest/leftover-book.ts"
import { type Backtest, renderRuleFile, ruleBlock } from "../suggest/rule-file-text.ts"
import { suggest as suggestRules } from "../suggest/suggest.ts"
import { amount } from "../text/amount.ts"
import { printable } from "../text/printable.ts"
import { decodeUtf8b } from "../text/utf8b.ts"
import { applyRules, type RuleFileTarget, ruleFileTarget } from "./apply-rules.ts"
import type { Output } from "./output.ts"
import { type ChosenRules, chooseRules, type RuleChoice } from "./rule-choice.ts"
import { renderJson } from "./suggestions-json.ts"

export interface SuggestCommandOptions extends RuleChoice {
  readonly canonical?: boolean
  /** Of a running service: this digest only. */
  readonly digest?: string
  readonly all?: boolean
  readonly json?: boolean
  /** `SET/ignore.d.server/FILE` */
  readonly apply?: string
}

export async function suggest(
  files: readonly string[],
  options: SuggestCommandOptions,
  output: Output,
): Promise<0 | 1> {
  // What cannot be written is said before a log is read.
  const target = options.apply === undefined ? undefined : await ruleFileTarget(options.apply, options.config)
  const chosen = withTarget(await chooseRules(options), target)
  const booked =
    files.length > 0 ? await ofFiles(files, chosen, options, output) : await ofService(options, target?.set)
  const rules = chosen.sets.flatMap((set) => set.rules)
  const result: Backtest = {
    days: booked.days,
    ...suggestRules(booked.leftovers, { raised: booked.raised, rules, all: options.all === true }),
  }
  if (booked.beyond > 0) {
    output.stderr(`tamis: ${amount(booked.beyond, "further line")} not looked at: apply these rules and run it again\n`)
  }
  if (target !== undefined) return apply(target, result, rules, chosen, output)
  output.stdout(options.json === true ? renderJson(result) : renderRuleFile(result))
  return booked.leftovers.length > 0 ? 1 : 0
}

/** What the rules that are appended to hide already is not left over, whether a host uses them yet or not. */
function withTarget(chosen: ChosenRules, target: RuleFileTarget | undefined): ChosenRules {
  if (target === undefined || chosen.sets.some(({ directory }) => directory === target.set)) return chosen
  const { ruleSet, problems } = loadRuleSet(target.set, target.set)
  // A directory that is to become a rule set is none yet.
  return problems.length > 0 ? chosen : { ...chosen, sets: [...chosen.sets, ruleSet] }
}

/** What a running service has. Loaded when it is needed: stores have drivers, and configurations a parser. */
async function ofService(options: SuggestCommandOptions, appendedTo: string | undefined): Promise<BookedLeftovers> {
  const { serviceLeftovers } = await import("./service-leftovers.ts")
  return serviceLeftovers(options, appendedTo)
}

/** Sifts log files, and keeps what no rule knows. */
async function ofFiles(
  files: readonly string[],
  { sets, ...judging }: ChosenRules,
  { canonical }: SuggestCommandOptions,
  output: Output,
): Promise<BookedLeftovers> {
  const { judge, quarantined } = compileJudge(sets, judging)
  for (const { problem } of quarantined) output.stderr(`tamis: out of force: ${printable(formatProblem(problem))}\n`)
  const nowMs = Date.now()
  const line = canonical === true ? new CanonicalFileLine(nowMs) : new FileLine()
  const origin = new LineOrigin(nowMs)
  const book = new LeftoverBook()
  const take = (bytes: Buffer, start: number, end: number): void => {
    line.set(bytes, start, end)
    const { layer } = judge.judge(line)
    if (layer === "ignored" || line.bytes.length === 0) return
    const text = decodeUtf8b(line.bytes)
    if (layer !== "system") book.raised(text)
    else {
      origin.read(line.bytes)
      book.leftover(text, origin.host, origin.atMs ?? nowMs)
    }
  }
  await readLogs(files, { cursor: undefined, moveCursor: false }, take, () => {})
  return book.take()
}

async function apply(
  target: RuleFileTarget,
  result: Backtest,
  known: readonly Rule[],
  { variables }: ChosenRules,
  output: Output,
): Promise<0 | 1> {
  const texts = new Set(known.filter(isIgnoring).map(({ text }) => text))
  const blocks = result.suggestions
    .filter(({ rule }) => !texts.has(rule))
    .map((each) => ({ rule: each.rule, block: ruleBlock(each, result) }))
  const { added, findings } = await applyRules(target, blocks, variables)
  output.stdout(`${printable(target.path)}: ${amount(added, "rule")} added\n`)
  for (const finding of findings) output.stdout(`${printable(finding)}\n`)
  return findings.length > 0 ? 1 : 0
}
