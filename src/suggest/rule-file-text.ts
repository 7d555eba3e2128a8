/** Suggestions as a rule file, ready to read and to use. */

import { amount, grouped } from "../text/amount.ts"
import { isPrintable, printable } from "../text/printable.ts"
import { similarRuleSentence } from "./similar-rule.ts"
import type { Suggestion, Suggestions } from "./suggest.ts"

/** Suggestions, and the number of days for which hidden lines were counted. */
export interface Backtest extends Suggestions {
  readonly days: number
}

/** Longer examples of lines without a rule are cut. */
const MAX_EXAMPLE_CHARACTERS = 200

export function renderRuleFile(result: Backtest): string {
  const { suggestions, rare, lines, hidden, days } = result
  if (lines === 0) return "# No suggestions: a rule matches every line.\n"
  const blocks = suggestionBlocks(result)
  if (rare.groups > 0) {
    blocks.push(
      comment(
        `No rule for ${amount(rare.lines, "line")} in ${amount(rare.groups, "rare group")}; --all suggests rules for them.`,
      ),
    )
  }
  const together = `${amount(suggestions.length, "rule")} would have hidden ${grouped(hidden)} of ${amount(lines, "line")} that no rule matches`
  blocks.push(comment(`${together}, in ${amount(days, "day")}.`))
  return blocks.join("\n")
}

/** The rules, and the reasons why other lines have none. */
export function suggestionBlocks(result: Backtest): string[] {
  const reasons = result.refusals.map(({ reason, lines, hosts, program, sample }) => {
    const what = `${amount(lines, "line")}${program === "" ? "" : ` of ${program}`} on ${amount(hosts, "host")}`
    const example = sample.length > MAX_EXAMPLE_CHARACTERS ? `${sample.slice(0, MAX_EXAMPLE_CHARACTERS)}…` : sample
    return comment(`No rule for ${what}: ${reason}.`) + comment(`    ${example}`)
  })
  return [...result.suggestions.map((each) => ruleBlock(each, result)), ...reasons]
}

/** A rule as a block of a rule file: its effect, its samples, the rule. */
export function ruleBlock(
  { rule, lines, hosts, samples, nearMiss, near, careful }: Suggestion,
  { days }: Pick<Backtest, "days">,
): string {
  const does = `Would have hidden ${amount(lines, "line")} on ${amount(hosts, "host")} in ${amount(days, "day")}.`
  return [
    comment(does),
    careful === undefined ? "" : comment(`Careful: ${careful}. Read them before you use this rule.`),
    near === undefined ? "" : comment(`Similar rule: ${similarRuleSentence(near)}.`),
    // A sample is the line as it is, or none.
    ...samples.filter(isPrintable).map((line) => `#+ ${line}\n`),
    nearMiss !== undefined && isPrintable(nearMiss) ? `#- ${nearMiss}\n` : "",
    `${rule}\n`,
  ].join("")
}

export function comment(text: string): string {
  return `# ${printable(text)}\n`
}
