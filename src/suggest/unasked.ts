/**
 * The few rules that a mail suggests unasked.
 *
 * Stricter than `tamis suggest`, which a person runs in order to review rules: only frequent lines get a rule, and lines
 * with complaints or logins get none, since nobody has looked into them yet.
 */
import type { Alarming } from "./alarming.ts"
import { careFor } from "./careful.ts"
import { cluster } from "./cluster.ts"
import { draft } from "./draft.ts"
import { hiddenBy } from "./hidden.ts"
import { extentOf } from "./leftover.ts"
import type { MailLeftovers } from "./mail-leftovers.ts"
import { statementOf } from "./statement.ts"
import { talliedLeftovers } from "./tallied-leftovers.ts"
import type { KnownWords } from "./words.ts"

export interface UnaskedRule {
  readonly rule: string
  /** Lines that it would have hidden. */
  readonly lines: number
  readonly hosts: number
  /** Number of days for which these lines were counted. */
  readonly days: number
}

/** logcheck's users asked for a rule from ten lines of a kind on (Debian bug 165449). */
const MIN_LINES = 10

/** Rules drafted for one mail: a report must not take long. */
const MAX_DRAFTS = 30

/** Words for trouble. Not applied to sshd, which logs the failures of others. */
export const COMPLAINS =
  /\b(?:crit(?:ical)?|emerg(?:ency)?|alert|panic|fatal|err(?:or)?s?|warn(?:ing)?|fail(?:ed|ure|s)?|den(?:ied|y)|refused|timeout|timed out|unable|can(?:no|')t|could(?:n't| not)|down|lost)\b/i
/** Logins and changes of rights: the mail never suggests to hide them, even if they are routine. */
const ACCESS =
  /\bAccepted \S+ for\b|\blog(?:ged|in)?[- ]?(?:in|on)\b|\bnew session\b|\bsession opened\b|\b(?:sudo|su|doas|polkitd?|passwd|user(?:add|mod|del)|group(?:add|mod|del))\b/i
const SSHD = /^sshd(?:-session|-auth)?(?:\(pam_unix\))?$/

/** Suggests at most `most` rules for a mail, those with most lines first, and counts the retained lines that each would have hidden. */
export function unaskedRules(
  { groups, retained }: MailLeftovers,
  most: number,
  alarming: Alarming,
): readonly UnaskedRule[] {
  if (most === 0) return []
  const { leftovers } = talliedLeftovers(groups)
  const known: KnownWords = new Map()
  const members = leftovers
    .toSorted((a, b) => b.count - a.count || (a.line < b.line ? -1 : 1))
    .flatMap((of) => {
      const statement = careFor(of, alarming) === undefined ? statementOf(of.line, known) : undefined
      if (statement === undefined || ACCESS.test(of.line)) return []
      const complains = !SSHD.test(statement.program) && COMPLAINS.test(of.line)
      return complains ? [] : [{ statement, of }]
    })
  const often = cluster(members)
    .clusters.filter(({ weight }) => weight >= MIN_LINES)
    .sort((a, b) => b.weight - a.weight || (a.members[0]!.of.line < b.members[0]!.of.line ? -1 : 1))
    .slice(0, MAX_DRAFTS)
  const rules: string[] = []
  for (const each of often) {
    if (rules.length === most) break
    const drafted = draft(each, { alarming, forbidden: retained.raised })
    if (drafted.ok) rules.push(drafted.draft.pattern)
  }
  const { effects } = hiddenBy(rules, retained.leftovers)
  return rules.map((rule, index) => ({
    rule,
    ...extentOf(effects[index]!),
    days: retained.days,
  }))
}
