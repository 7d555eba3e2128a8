/** Suggestions as a rule file, which is as good to read as to use. */

import { amount } from "../text/amount.ts"
import { printable } from "../text/printable.ts"
import { similarRuleSentence } from "./similar-rule.ts"
import type { Suggestion, Suggestions } from "./suggest.ts"

/** Suggestions, and the days over which what they would have hidden was counted. */
export interface Backtest extends Suggestions {
  readonly days: number
}

/** Of a line that only shows what there is no rule for. */
const MAX_EXAMPLE_CHARACTERS = 200

export function renderRuleFile(result: Backtest): string {
  const { suggestions, rare, lines, hidden, days } = result
  if (lines === 0) return "# Nothing is left over.\n"
  const blocks = suggestionBlocks(result)
  if (rare.groups > 0) {
    blocks.push(
      comment(
        `No rule for ${amount(rare.lines, "line")} in ${amount(rare.groups, "rare group")}: --all suggests those, too.`,
      ),
    )
  }
  const together = `${amount(suggestions.length, "rule")} would have hidden ${amount(hidden, "line")} of ${amount(lines, "leftover")}`
  blocks.push(comment(`${together}, in ${amount(days, "day")}.`))
  return blocks.join("\n")
}

/** The rules, and the reasons why there are none for other lines. */
export function suggestionBlocks(result: Backtest): string[] {
  const reasons = result.refusals.map(({ reason, lines, hosts, program, sample }) => {
    const what = `${amount(lines, "line")}${program === "" ? "" : ` of ${program}`} on ${amount(hosts, "host")}`
    const example = sample.length > MAX_EXAMPLE_CHARACTERS ? `${sample.slice(0, MAX_EXAMPLE_CHARACTERS)}…` : sample
    return comment(`No rule for ${what}: ${reason}.`) + comment(`    ${example}`)
  })
  return [...result.suggestions.map((each) => ruleBlock(each, result)), ...reasons]
}

/** A rule as it stands in a rule file: what it does, its samples, itself. */
export function ruleBlock(
  { rule, lines, hosts, samples, nearMiss, near }: Suggestion,
  { days }: Pick<Backtest, "days">,
): string {
  const does = `Would have hidden ${amount(lines, "line")} on ${amount(hosts, "host")} in ${amount(days, "day")}.`
  return [
    comment(does),
    near === undefined ? "" : comment(`Near: ${similarRuleSentence(near)}.`),
    ...samples.filter(isPrintable).map((line) => `#+ ${line}\n`),
    nearMiss !== undefined && isPrintable(nearMiss) ? `#- ${nearMiss}\n` : "",
    `${rule}\n`,
  ].join("")
}

export function comment(text: string): string {
  return `# ${printable(text)}\n`
}

/** A sample is the line as it is, or none. */
function isPrintable(line: string): boolean {
  return printable(line) === line
}
