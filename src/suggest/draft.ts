/** Drafts a rule for one group of leftovers and tries it on them. */
import { headerOf } from "../rules/line-header.ts"
import { compileWritten, matchesLine } from "../rules/written-rules.ts"
import { compareText } from "../text/compare-text.ts"
import type { Alarming } from "./alarming.ts"
import { type Objection, objectionTo, type Untouchable } from "./back-test.ts"
import type { Care } from "./careful.ts"
import type { Cluster, Member } from "./cluster.ts"
import type { Breadth } from "./fragment.ts"
import type { Group } from "./group.ts"
import { MAX_RULE_LENGTH, patternOf, saysEnough } from "./pattern.ts"

export interface Draft {
  readonly program: string
  readonly pattern: string
  /** Lines that it matches. */
  readonly members: readonly Member[]
  readonly weight: number
  /** The reason to be careful with its lines. */
  readonly care?: Care
}

export type Drafted =
  | { readonly ok: true; readonly draft: Draft; readonly leftOut: readonly Member[] }
  | { readonly ok: false; readonly reason: string }

/** More lines than this are no exceptions: then the rule is wrong. */
const MAX_LEFT_OUT = 0.1

/** Lines of a group that a rule is tried on with their varying words replaced by `root`. */
const ROOT_TRIALS = 20

/**
 * Drafts the rule of one group: first with variables and classes, then with the observed words written out. `leftOut` has
 * members that the rule does not match, since few lines have one of their words.
 */
export function draft(cluster: Cluster, { forbidden, ...untouchable }: Untouchable): Drafted {
  const { group, members, weight } = cluster
  if (!saysEnough(group)) return { ok: false, reason: "the lines have too few words in common" }
  const all = linesOf(members)
  let reason = `the rule would be longer than ${MAX_RULE_LENGTH} characters, match anything, or contain invisible characters`
  for (const breadth of ["wide", "narrow"] satisfies Breadth[]) {
    const pattern = patternOf(group, breadth)
    if (pattern === undefined) continue
    const leftOut = missedBy(pattern, members)
    const missed = new Set(leftOut)
    const kept = members.filter((member) => !missed.has(member))
    const keptWeight = weight - linesIn(leftOut)
    const lines = linesOf(keptWeight >= (1 - MAX_LEFT_OUT) * weight ? kept : members)
    const objection = objectionTo(pattern, group.program, lines, {
      ...untouchable,
      forbidden: [...forbidden, ...asRoot(group, all, untouchable.alarming)],
    })
    if (objection === undefined) {
      return { ok: true, draft: { program: group.program, pattern, members: kept, weight: keptWeight }, leftOut }
    }
    reason = sentence(objection)
  }
  return { ok: false, reason }
}

function missedBy(pattern: string, members: readonly Member[]): readonly Member[] {
  const engine = compileWritten([pattern])
  return engine === undefined ? [] : members.filter(({ of: { line } }) => !matchesLine(engine, line))
}

/** The heaviest first. */
export function byWeight(a: Draft, b: Draft): number {
  return b.weight - a.weight || compareText(a.pattern, b.pattern)
}

function linesOf(members: readonly Member[]): readonly string[] {
  return [...new Set(members.map(({ of: { line } }) => line))].sort()
}

function linesIn(members: readonly Member[]): number {
  return members.reduce((sum, { of: { count } }) => sum + count, 0)
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
