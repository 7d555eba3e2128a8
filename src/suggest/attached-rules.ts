/**
 * The rule file that comes with a mail: a rule for each group in it that no rule knows, tried before it is shown.
 *
 * It can be put into a rule set as it is, but for what its reader takes out. Hostile lines stand in its comments only.
 */
import type { RuleSet } from "../rules/rule.ts"
import { amount } from "../text/amount.ts"
import type { MailLeftovers } from "./mail-leftovers.ts"
import { comment, suggestionBlocks } from "./rule-file-text.ts"
import { suggest } from "./suggest.ts"
import { talliedLeftovers } from "./tallied-leftovers.ts"

/** Those with most lines: nobody writes more rules in one go, and the mail must not be late for them. */
const MAX_GROUPS = 300

/** Makes the rule file of a mail; undefined where there is no rule to suggest. */
export function attachedRules(
  { groups: heaviest, total, retained: tried }: MailLeftovers,
  ruleSets: ReadonlyMap<string, RuleSet>,
): string | undefined {
  const groups = heaviest.slice(0, MAX_GROUPS)
  if (groups.length === 0) return undefined
  const { leftovers } = talliedLeftovers(groups)
  const rules = [...ruleSets.values()].flatMap((set) => set.rules)
  const result = suggest(leftovers, { raised: tried.raised, rules, all: true, retained: tried.leftovers })
  if (result.suggestions.length === 0) return undefined
  const introduction =
    comment(
      `${amount(result.suggestions.length, "rule")} for what this mail's System Events have that no rule knows.`,
    ) +
    comment("Take out what you do not know to be normal. The rest can go into ignore.d.server/ of a rule set as it is.")
  const others = total - groups.length
  const rest = others === 0 ? [] : [comment(`${amount(others, "further group")}: tamis suggest has rules for them.`)]
  return [introduction, ...suggestionBlocks({ ...result, days: tried.days }), ...rest].join("\n")
}
