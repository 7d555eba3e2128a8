/**
 * The rule file that comes with a mail: a rule for each group in it that no rule knows, tried before it is shown.
 *
 * It can be put into a rule set as it is, but for what its reader takes out. Hostile lines stand in its comments only.
 */
import type { RuleSet } from "../rules/rule.ts"
import { suggest } from "../suggest/suggest.ts"
import { heaviestLeftovers, retainedFor, talliedLeftovers } from "../suggest/tallied-leftovers.ts"
import type { Tally } from "../tally/tally.ts"
import { amount } from "./amount.ts"
import type { Pile } from "./pile.ts"
import { comment, suggestionBlocks } from "./rule-file.ts"

/** Those with most lines: nobody writes more rules in one go, and the mail must not be late for them. */
const MAX_GROUPS = 300

/** Makes it for a mail of these windows; undefined where there is no rule to suggest. */
export function attachedRules(
  pile: Pile,
  retained: readonly Tally[],
  ruleSets: ReadonlyMap<string, RuleSet>,
): string | undefined {
  const leftOver = heaviestLeftovers(pile.tallies)
  const groups = leftOver.slice(0, MAX_GROUPS)
  if (groups.length === 0) return undefined
  const { leftovers } = talliedLeftovers(groups)
  const tried = retainedFor(groups, retained)
  const rules = [...ruleSets.values()].flatMap((set) => set.rules)
  const result = suggest(leftovers, { raised: tried.raised, rules, all: true, retained: tried.leftovers })
  if (result.suggestions.length === 0) return undefined
  const introduction =
    comment(
      `${amount(result.suggestions.length, "rule")} for what this mail's System Events have that no rule knows.`,
    ) +
    comment("Take out what you do not know to be normal. The rest can go into ignore.d.server/ of a rule set as it is.")
  const others = leftOver.length - groups.length
  const rest = others === 0 ? [] : [comment(`${amount(others, "further group")}: tamis suggest has rules for them.`)]
  return [introduction, ...suggestionBlocks({ ...result, days: tried.days }), ...rest].join("\n")
}
