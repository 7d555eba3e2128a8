/**
 * The few rules that a mail suggests without being asked.
 *
 * It is more careful than `tamis suggest`, which a person runs to look at rules: only what came often is worth the room, and
 * nothing that complains or tells of logins is, since nobody has looked into it yet.
 */
import { alarmOf } from "./alarming.ts"
import { cluster } from "./cluster.ts"
import { draft } from "./draft.ts"
import { hiddenBy } from "./hidden.ts"
import type { MailLeftovers } from "./mail-leftovers.ts"
import { statementOf } from "./statement.ts"
import { talliedLeftovers } from "./tallied-leftovers.ts"
import type { KnownWords } from "./words.ts"

export interface UnaskedRule {
  readonly rule: string
  /** What it would have hidden. */
  readonly lines: number
  readonly hosts: number
  /** Over which this was counted. */
  readonly days: number
}

/** logcheck's users asked for a rule where there are ten lines of a kind (Debian bug 165449). */
const MIN_LINES = 10

/** Longer ones are for `tamis suggest`. */
const MAX_RULE_LENGTH = 300

/** Rules that are drafted to find those worth showing: a report must not take long. */
const MAX_DRAFTS = 30

/** Programs' own words for trouble. Not for sshd, which tells of other people's failures. */
export const COMPLAINS =
  /\b(?:crit(?:ical)?|emerg(?:ency)?|alert|panic|fatal|err(?:or)?s?|warn(?:ing)?|fail(?:ed|ure|s)?|den(?:ied|y)|refused|timeout|timed out|unable|can(?:no|')t|could(?:n't| not)|down|lost)\b/i
/** Who came in, and who acted with whose rights: routine or not, nobody is talked into not reading that. */
const ACCESS =
  /\bAccepted \S+ for\b|\blog(?:ged|in)?[- ]?(?:in|on)\b|\bnew session\b|\bsession opened\b|\b(?:sudo|su|doas|polkitd?|passwd|user(?:add|mod|del)|group(?:add|mod|del))\b/i
const SSHD = /^sshd(?:-session|-auth)?(?:\(pam_unix\))?$/

/** Suggests `most` rules at most for a mail, most lines first, and counts what they would have hidden of all that is retained. */
export function unaskedRules({ groups, retained }: MailLeftovers, most: number): readonly UnaskedRule[] {
  if (most === 0) return []
  const { leftovers } = talliedLeftovers(groups)
  const known: KnownWords = new Map()
  const members = leftovers
    .toSorted((a, b) => b.count - a.count || (a.line < b.line ? -1 : 1))
    .flatMap((of) => {
      const statement = alarmOf(of.line) === undefined ? statementOf(of.line, known) : undefined
      if (statement === undefined || ACCESS.test(of.line)) return []
      const complains = !SSHD.test(statement.program) && COMPLAINS.test(of.line)
      return complains ? [] : [{ statement, weight: of.count, of }]
    })
  const often = cluster(members)
    .clusters.filter(({ weight }) => weight >= MIN_LINES)
    .sort((a, b) => b.weight - a.weight || (a.members[0]!.of.line < b.members[0]!.of.line ? -1 : 1))
    .slice(0, MAX_DRAFTS)
  const rules: string[] = []
  for (const each of often) {
    if (rules.length === most) break
    const drafted = draft(each, retained.raised)
    if (drafted.ok && drafted.draft.pattern.length <= MAX_RULE_LENGTH) rules.push(drafted.draft.pattern)
  }
  const { effects } = hiddenBy(rules, retained.leftovers)
  return rules.map((rule, index) => ({
    rule,
    lines: effects[index]!.reduce((sum, { count }) => sum + count, 0),
    hosts: new Set(effects[index]!.map(({ host }) => host)).size,
    days: retained.days,
  }))
}
