/**
 * `tamis suggest`: rules for what is left over, each tried on the lines it is for and on those that nobody wants hidden.
 *
 * Reads log files as `scan` does, or without any the open window of a running service. Prints a rule file.
 *
 * Exit status 0: nothing is left over; 1: something is, and suggestions or reasons were printed; 2: could not do it. With
 * --apply that of `rules check` for the rule file: 0 no findings, 1 findings.
 */
import { formatProblem } from "../problem.ts"
import { amount } from "../report/amount.ts"
import { printable } from "../report/printable.ts"
import { compileJudge } from "../rules/compile.ts"
import type { Rule, RuleSet } from "../rules/rule.ts"
import { isIgnoring, isRaising } from "../rules/rules-in-force.ts"
import { decodeUtf8b } from "../rules/utf8b.ts"
import { CanonicalFileLine } from "../scan/canonical-file-line.ts"
import { FileLine } from "../scan/file-line.ts"
import { LineOrigin } from "../scan/line-origin.ts"
import { readLogs } from "../scan/read-logs.ts"
import { type BookedLeftovers, LeftoverBook } from "../suggest/leftover-book.ts"
import { suggest as suggestRules } from "../suggest/suggest.ts"
import { talliedLeftovers } from "../suggest/tallied-leftovers.ts"
import type { Tally } from "../tally/tally.ts"
import { applyRules, type RuleFileTarget, ruleFileTarget } from "./apply-rules.ts"
import type { Output } from "./output.ts"
import { type ChosenRules, chooseRules, type RuleChoice } from "./rule-choice.ts"
import { type Backtest, renderJson, renderRuleFile, ruleBlock } from "./suggestions-text.ts"

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
  const chosen = await chooseRules(options)
  const booked = files.length > 0 ? await ofFiles(files, chosen, options, output) : await ofService(options)
  const ignoring = chosen.sets.flatMap(({ rules }) => rules.filter(isIgnoring))
  const result: Backtest = {
    days: booked.days,
    ...suggestRules(booked.leftovers, {
      raised: [...booked.raised, ...samplesOfRaising(chosen.sets)],
      rules: ignoring,
      all: options.all === true,
    }),
  }
  if (booked.beyond > 0) {
    output.stderr(`tamis: ${amount(booked.beyond, "further line")} not looked at: apply these rules and run it again\n`)
  }
  if (target !== undefined) return apply(target, result, ignoring, chosen, output)
  output.stdout(options.json === true ? renderJson(result) : renderRuleFile(result))
  return booked.leftovers.length > 0 ? 1 : 0
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

/** What the windows of a running service hold, and those that it remembers. Loaded when it is needed: stores have drivers. */
async function ofService({ config: file, digest, host }: SuggestCommandOptions): Promise<BookedLeftovers> {
  const { configuration } = await import("./configuration.ts")
  const { retainedTallies } = await import("../report/retained.ts")
  const { chooseDigests, undeliveredWindows, withStore } = await import("./open-windows.ts")
  const { config } = configuration(file)
  const digests = chooseDigests(config, digest)
  const ofDigests = await withStore(config, async (store) => {
    const ofEach: (readonly Tally[])[] = []
    for (const { name } of digests) {
      ofEach.push(retainedTallies(await store.remembered(name), await undeliveredWindows(store, name)))
    }
    return ofEach
  })
  // A host may be in several digests: what one of them counted is enough.
  const tallies = new Map<string, Tally>()
  for (const tally of ofDigests.flat()) {
    const known = tallies.get(tally.fingerprint)
    const isOfHost = host === undefined || tally.host === host
    if (isOfHost && (known === undefined || known.count < tally.count)) tallies.set(tally.fingerprint, tally)
  }
  return talliedLeftovers([...tallies.values()])
}

function samplesOfRaising(sets: readonly RuleSet[]): readonly string[] {
  const raising: readonly Rule[] = sets.flatMap(({ rules }) => rules.filter(isRaising))
  return raising.flatMap(({ samples }) => samples.filter(({ mustMatch }) => mustMatch).map(({ text }) => text))
}

async function apply(
  target: RuleFileTarget,
  result: Backtest,
  known: readonly Rule[],
  { variables }: ChosenRules,
  output: Output,
): Promise<0 | 1> {
  const texts = new Set(known.map(({ text }) => text))
  const blocks = result.suggestions
    .filter(({ rule }) => !texts.has(rule))
    .map((each) => ({ rule: each.rule, block: ruleBlock(each, result) }))
  const { added, findings } = await applyRules(target, blocks, variables)
  output.stdout(`${printable(target.path)}: ${amount(added, "rule")} added\n`)
  for (const finding of findings) output.stdout(`${printable(finding)}\n`)
  return findings.length > 0 ? 1 : 0
}
