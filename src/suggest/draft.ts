/** Drafts a rule for one group of leftovers and tries it on them; joins several drafts of one program to one rule. */
import { headerOf } from "../rules/line-header.ts"
import { compareText } from "../text/compare-text.ts"
import type { Alarming } from "./alarming.ts"
import { type Objection, objectionTo, type Untouchable } from "./back-test.ts"
import { type Cluster, weightOf } from "./cluster.ts"
import type { Breadth } from "./fragment.ts"
import type { Group } from "./group.ts"
import type { Leftover } from "./leftover.ts"
import { bodyOf, patternOf, ruleText, saysEnough } from "./pattern.ts"

export interface Draft {
  readonly program: string
  readonly pattern: string
  /** The groups that the rule is made of: several if it has an alternative for each. */
  readonly parts: readonly DraftPart[]
  readonly weight: number
}

export interface DraftPart {
  readonly cluster: Cluster<Leftover>
  /** The pattern after the tag. */
  readonly body: string
}

export type Drafted = { readonly ok: true; readonly draft: Draft } | { readonly ok: false; readonly reason: string }

/** Lines of a group that a rule is tried on with their varying words replaced by `root`. */
const ROOT_TRIALS = 20

/** Drafts the rule of one group: first with variables and classes, then with the observed words written out. */
export function draft(cluster: Cluster<Leftover>, { alarming, forbidden }: Untouchable): Drafted {
  const { group, members, weight } = cluster
  if (!saysEnough(group)) return { ok: false, reason: "the lines have too few words in common" }
  const lines = linesOf(members)
  let reason = "the rule would be too long to review, or contain invisible characters"
  for (const breadth of ["wide", "narrow"] satisfies Breadth[]) {
    const pattern = patternOf(group, breadth)
    if (pattern === undefined) continue
    const objection = objectionTo(pattern, group.program, lines, {
      alarming,
      forbidden: [...forbidden, ...asRoot(group, lines, alarming)],
    })
    if (objection === undefined) {
      const body = bodyOf(group, breadth)
      return { ok: true, draft: { program: group.program, pattern, parts: [{ cluster, body }], weight } }
    }
    reason = sentence(objection)
  }
  return { ok: false, reason }
}

/** Joins two drafts of one family, without trying the rule. Undefined if it would be longer than `maxLength`. */
export function join(first: Draft, second: Draft, maxLength: number): Draft | undefined {
  const drafts = [first, second]
  const parts = drafts.flatMap((each) => each.parts)
  const { program } = first
  const groups = parts.map(({ cluster: { group } }) => group)
  const pattern = ruleText(groups, joinedBody(parts.map(({ body }) => body)))
  if (pattern.length > maxLength) return undefined
  return { program, pattern, parts, weight: weightOf(drafts) }
}

/** Whether there is no objection to a joined rule. */
export function holds({ pattern, program, parts }: Draft, untouchable: Untouchable): boolean {
  const lines = parts.flatMap(({ cluster }) => linesOf(cluster.members))
  return objectionTo(pattern, program, lines, untouchable) === undefined
}

/** The heaviest first. */
export function byWeight(a: Draft, b: Draft): number {
  return b.weight - a.weight || compareText(a.pattern, b.pattern)
}

/** Drafts can be joined if they have the same family. */
export function family({ program, parts }: Draft): string {
  return `${program}\0${parts[0]!.cluster.group.tags?.end}`
}

/** `removing (chargen|daytime)`: the common words at the beginning, then the alternatives. */
function joinedBody(bodies: readonly string[]): string {
  const sorted = [...new Set(bodies)].sort()
  const first = sorted[0]!
  const last = sorted.at(-1)!
  let end = 0
  // The bodies are sorted: a beginning that the first and the last share, all share.
  while (end < first.length && first[end] === last[end]) end += 1
  let common = wholeWords(first.slice(0, end))
  // A blank with a repeat operator after it belongs to the alternatives.
  while (sorted.some((body) => /^[?*+{]/.test(body.slice(common.length)))) common = wholeWords(common.slice(0, -1))
  return `${common}(${sorted.map((body) => body.slice(common.length)).join("|")})`
}

/** The literal text at the beginning of a pattern, up to its last blank. */
function wholeWords(beginning: string): string {
  const literal = /^(?:[^\\[({$*+?|]|\\.)*/s.exec(beginning)![0]
  return literal.slice(0, literal.lastIndexOf(" ") + 1)
}

function linesOf(members: readonly { readonly of: Leftover }[]): readonly string[] {
  return [...new Set(members.map(({ of: { line } }) => line))].sort()
}

/** Lines of the group with a varying word replaced by `root`, if that makes them alarming. */
function asRoot(group: Group, lines: readonly string[], alarming: Alarming): readonly string[] {
  const names = new Set(
    group.columns
      .filter(({ values }) => values.size > 1)
      .flatMap(({ values }) => [...values.values()])
      .flatMap(({ word: { parts } }) => parts.map(({ text }) => text))
      .filter((text) => /^\p{L}[\p{L}\p{N}_.-]*$/u.test(text)),
  )
  return lines
    .slice(0, ROOT_TRIALS)
    .flatMap((line) => {
      const header = headerOf(line)
      const [program = ""] = /^[^ :[\]]+/.exec(line.slice(header.length)) ?? []
      const head = header + program
      const words = line.slice(head.length).split(/([\p{L}\p{N}_.-]+)/u)
      return [...words.keys()]
        .filter((at) => names.has(words[at]!) && words[at] !== "root")
        .map((at) => head + words.with(at, "root").join(""))
    })
    .filter((line) => alarming.about(line) !== undefined)
}

function sentence(objection: Objection): string {
  if (objection === "cannot be run") return "tamis could not run the rule"
  if (objection === "misses lines") return "tamis found no rule that matches all of them"
  return `the rule would hide lines like "${objection.hides}"`
}
