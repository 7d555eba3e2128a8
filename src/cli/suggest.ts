/**
 * `tamis suggest`: suggests rules for lines that no rule matches. Each is tried on these lines, and on lines that must
 * not be hidden.
 *
 * Reads log files as `scan` does; without any, the windows of a running service. Prints a rule file.
 *
 * Exit status 0: a rule matches every line; 1: suggestions or reasons were printed; 2: the command failed. With
 * --apply, the status of `rules check` for the rule file: 0 no findings, 1 findings, or somebody said no.
 */

import { OperatorError } from "../errors.ts"
import { formatProblem } from "../problem.ts"
import { compileJudge } from "../rules/compile.ts"
import type { Rule } from "../rules/rule.ts"
import { loadRuleSet } from "../rules/rule-set.ts"
import { isIgnoring } from "../rules/rules-in-force.ts"
import { CanonicalFileLine } from "../scan/canonical-file-line.ts"
import { FileLine } from "../scan/file-line.ts"
import { LineOrigin } from "../scan/line-origin.ts"
import { readLogs } from "../scan/read-logs.ts"
import { LineSifter } from "../scan/sifted-line.ts"
import { alarmingOf } from "../suggest/alarming.ts"
import { type BookedLeftovers, LeftoverBook } from "../suggest/leftover-book.ts"
import { type Backtest, renderRuleFile, ruleBlock } from "../suggest/rule-file-text.ts"
import { suggest as suggestRules } from "../suggest/suggest.ts"
import { amount } from "../text/amount.ts"
import { printable } from "../text/printable.ts"
import { decodeUtf8b } from "../text/utf8b.ts"
import { applyRules, type RuleFileTarget, ruleFileTarget } from "./apply-rules.ts"
import { canAsk, confirm } from "./confirm.ts"
import type { Output } from "./output.ts"
import { type ChosenRules, chooseRules, type RuleChoice } from "./rule-choice.ts"
import { renderJson } from "./suggestions-json.ts"

export interface SuggestCommandOptions extends RuleChoice {
  readonly canonical?: boolean
  /** Without files: use this digest's lines only. */
  readonly digest?: string
  readonly all?: boolean
  readonly json?: boolean
  /** `SET/ignore.d.server/FILE` */
  readonly apply?: string
  /** Apply without a question. */
  readonly yes?: boolean
}

export async function suggest(
  files: readonly string[],
  options: SuggestCommandOptions,
  output: Output,
): Promise<0 | 1> {
  // What keeps the rules from being applied is reported before the log is read.
  if (options.apply !== undefined) assertAnswerable(files, options)
  const target = options.apply === undefined ? undefined : await ruleFileTarget(options.apply, options.config)
  const chosen = withTarget(await chooseRules(options), target)
  const booked =
    files.length > 0 ? await ofFiles(files, chosen, options, output) : await ofService(options, target?.set)
  const rules = chosen.sets.flatMap((set) => set.rules)
  const alarming = alarmingOf(chosen.sets, chosen.shippedAlarms, chosen.variables)
  const result: Backtest = {
    days: booked.days,
    ...suggestRules(booked.leftovers, {
      raised: booked.raised,
      rules,
      alarming,
      scope: options.all === true ? "careful" : "few",
    }),
  }
  if (booked.beyond > 0) {
    output.stderr(
      `tamis: ${amount(booked.beyond, "further line")} left out; apply these rules, then run tamis suggest again\n`,
    )
  }
  if (target !== undefined) return apply(target, result, rules, chosen, options, output)
  output.stdout(options.json === true ? renderJson(result) : renderRuleFile(result))
  return booked.leftovers.length > 0 ? 1 : 0
}

function assertAnswerable(files: readonly string[], { yes }: SuggestCommandOptions): void {
  if (yes === true || (canAsk() && !files.includes("-"))) return
  throw new OperatorError(
    "TAMIS_COMMAND_MISUSED",
    "--apply asks before it writes, and nobody can answer: standard input and output must be a terminal. " +
      "Run tamis suggest without --apply to see the rules, or add --yes to write them without a question",
  )
}

/** Adds the rule set that is appended to: a line that it hides needs no rule, even if no host uses that set yet. */
function withTarget(chosen: ChosenRules, target: RuleFileTarget | undefined): ChosenRules {
  if (target === undefined || chosen.sets.some(({ directory }) => directory === target.set)) return chosen
  const { ruleSet, problems } = loadRuleSet(target.set, target.set)
  // An empty directory is not a rule set yet.
  return problems.length > 0 ? chosen : { ...chosen, sets: [...chosen.sets, ruleSet] }
}

/** The lines of a running service. Loaded on demand: stores bring drivers, configurations a parser. */
async function ofService(options: SuggestCommandOptions, appendedTo: string | undefined): Promise<BookedLeftovers> {
  const { serviceLeftovers } = await import("./service-leftovers.ts")
  return serviceLeftovers(options, appendedTo)
}

/** Applies the rules to log files, and keeps the lines that no rule matches. */
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
  const sifter = new LineSifter(judge, origin)
  const take = (bytes: Buffer, start: number, end: number): void => {
    line.set(bytes, start, end)
    const sifted = sifter.sift(line)
    const { layer } = sifted.verdict
    if (layer === "ignored" || line.bytes.length === 0) return
    const text = decodeUtf8b(sifted.line.bytes)
    origin.read(line.bytes)
    if (layer === "system") book.leftover(text, origin.host, origin.atMs ?? nowMs, sifted.times)
    else book.raised(text)
  }
  await readLogs(files, { cursor: undefined, moveCursor: false }, take, () => {})
  return book.take()
}

/** Shows the rules, asks, and appends them. */
async function apply(
  target: RuleFileTarget,
  result: Backtest,
  known: readonly Rule[],
  { variables, shippedAlarms }: ChosenRules,
  { yes }: SuggestCommandOptions,
  output: Output,
): Promise<0 | 1> {
  const texts = new Set(known.filter(isIgnoring).map(({ text }) => text))
  const blocks = result.suggestions
    .filter(({ rule }) => !texts.has(rule))
    .map((each) => ({ rule: each.rule, block: ruleBlock(each, result) }))
  const path = printable(target.path)
  if (blocks.length > 0) {
    output.stdout(`${blocks.map(({ block }) => block).join("\n")}\n`)
    const question = `Append ${blocks.length === 1 ? "this rule" : `these ${amount(blocks.length, "rule")}`} to ${path}?`
    if (yes !== true && !(await confirm(question))) {
      output.stdout(`${path}: nothing written\n`)
      return 1
    }
  }
  const { added, findings } = await applyRules(target, blocks, variables, shippedAlarms.rules)
  output.stdout(`${path}: ${amount(added, "rule")} added\n`)
  for (const finding of findings) output.stdout(`${printable(finding)}\n`)
  if (added > 0) output.stdout("now: tamis rules reload\n")
  return findings.length > 0 ? 1 : 0
}
