/**
 * The rule file attached to a mail: a tested rule for each family of the mail that no rule matches.
 *
 * The reader deletes the unwanted rules and puts the rest into a rule set. Hostile lines appear only in comments.
 */
import type { RuleSet } from "../rules/rule.ts"
import { amount } from "../text/amount.ts"
import type { Alarming } from "./alarming.ts"
import type { MailLeftovers } from "./mail-leftovers.ts"
import { comment, suggestionBlocks } from "./rule-file-text.ts"
import { suggest } from "./suggest.ts"
import { talliedLeftovers } from "./tallied-leftovers.ts"

/** Groups with most lines: nobody reviews more rules at once, and the mail must not be late. */
const MAX_GROUPS = 300

/** Makes the rule file of a mail; undefined if there is no rule to suggest. */
export function attachedRules(
  { groups: heaviest, total, retained: tried }: MailLeftovers,
  ruleSets: ReadonlyMap<string, RuleSet>,
  alarming: Alarming,
): string | undefined {
  const groups = heaviest.slice(0, MAX_GROUPS)
  if (groups.length === 0) return undefined
  const { leftovers } = talliedLeftovers(groups)
  const rules = [...ruleSets.values()].flatMap((set) => set.rules)
  const result = suggest(leftovers, {
    raised: tried.raised,
    rules,
    alarming,
    scope: "every",
    retained: tried.leftovers,
  })
  if (result.suggestions.length === 0) return undefined
  const introduction =
    comment(`${amount(result.suggestions.length, "suggested rule")} for lines in the System Events of this mail.`) +
    comment(
      "Delete the rules for lines that you do not know to be normal. Put the rest into ignore.d.server/ of a rule set.",
    )
  const others = total - groups.length
  const rest =
    others === 0
      ? []
      : [comment(`This file has no rules for ${amount(others, "further group")}; run tamis suggest for them.`)]
  return [introduction, ...suggestionBlocks({ ...result, days: tried.days }), ...rest].join("\n")
}
