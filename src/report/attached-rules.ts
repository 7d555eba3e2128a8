/**
 * The rule file that comes with a mail: a rule for each group in it that no rule knows, tried before it is shown.
 *
 * It can be put into a rule set as it is, but for what its reader takes out. Hostile lines stand in its comments only.
 */
import type { Rule } from "../rules/rule.ts"
import type { PastWindow, WindowContents } from "../store/store.ts"
import { suggest } from "../suggest/suggest.ts"
import { talliedLeftovers } from "../suggest/tallied-leftovers.ts"
import type { Tally } from "../tally/tally.ts"
import { amount } from "./amount.ts"
import { retainedTallies } from "./retained.ts"
import { comment, suggestionBlocks } from "./rule-file.ts"
import { mergedTallies } from "./summarize.ts"

/** Those with most lines: nobody writes more rules in one go, and the mail must not be late for them. */
const MAX_GROUPS = 300

/** Raised lines that rules are tried on, those of the mail first. */
const MAX_RAISED = 2_000

/** Makes it for a mail of these windows; undefined where there is no rule to suggest. */
export function attachedRules(
  windows: readonly WindowContents[],
  past: readonly PastWindow[],
  rules: readonly Rule[],
): string | undefined {
  const tallies = mergedTallies(windows)
  const leftOver = tallies.filter(({ coarseness, layer }) => coarseness === 0 && layer === "system")
  const chosen = leftOver.toSorted(heaviestFirst).slice(0, MAX_GROUPS)
  if (chosen.length === 0) return undefined
  const retained = talliedLeftovers(retainedTallies(past, windows))
  const { leftovers } = talliedLeftovers(chosen)
  const raised = [...new Set([...talliedLeftovers(tallies).raised, ...retained.raised])].slice(0, MAX_RAISED)
  const result = suggest(leftovers, { raised, rules, all: true, retained: retained.leftovers })
  if (result.suggestions.length === 0) return undefined
  const introduction =
    comment(
      `${amount(result.suggestions.length, "rule")} for what this mail's System Events have that no rule knows.`,
    ) +
    comment("Take out what you do not know to be normal. The rest can go into ignore.d.server/ of a rule set as it is.")
  const others = leftOver.length - chosen.length
  const rest = others === 0 ? [] : [comment(`${amount(others, "further group")}: tamis suggest has rules for them.`)]
  return [introduction, ...suggestionBlocks({ ...result, days: retained.days }), ...rest].join("\n")
}

function heaviestFirst(a: Tally, b: Tally): number {
  return b.count - a.count || (a.fingerprint < b.fingerprint ? -1 : 1)
}
