/**
 * Finds superfluous rules: another rule of the set matches everything that they match, with the same effect.
 *
 * Comparing all rules with all others would take millions of matches. So a few example lines are made from each rule,
 * and the engine finds the rules that match all of them: nearly always only the rule itself. For the remaining pairs, a
 * proof is tried. If it would take too long, or if a rule has word anchors or back-references, which the automata do
 * not support, the finding says that the other rule matched everything tried: the examples, the rule's samples, and the
 * given lines.
 */
import { isAscii } from "node:buffer"
import { automatonOf } from "../ere/automaton.ts"
import { exampleLines } from "../ere/example-lines.ts"
import { inclusion, type Provable } from "../ere/inclusion.ts"
import { parseEre } from "../ere/parse.ts"
import type { CompiledRule, CompiledRules } from "../rules/compile.ts"
import { type Rule, rulePlaceIn } from "../rules/rule.ts"
import type { Finding } from "./finding.ts"
import { standsIn } from "./rule-scope.ts"
import { sampleLine } from "./samples.ts"

/** Example lines for each rule. With fewer, more pairs remain to be proved; more take time. */
const EXAMPLES = 8

/** Of the rules that match all examples, at most this many are compared closely. */
const MAX_CANDIDATES = 4

/** `lines` come from a log; each rule uses those that it matches. `passedOver` are known to be superfluous. */
export function shadowed(
  { compiled, engine }: CompiledRules,
  lines: Iterable<Buffer>,
  passedOver: ReadonlySet<CompiledRule>,
): Finding[] {
  const subjects = compiled.map((each) => (each.inForce && !passedOver.has(each) ? subjectOf(each) : undefined))
  const match = (line: Buffer) => engine.match(line, isAscii(line)) ?? []
  const companions = new Companions(compiled.length)
  for (const [index, { rule }] of compiled.entries()) {
    for (const line of subjects[index]?.examples ?? []) companions.meet(index, match(line), "made up")
    for (const sample of subjects[index] === undefined ? [] : rule.samples) {
      if (sample.mustMatch) companions.meet(index, match(sampleLine(sample)), "seen")
    }
  }
  for (const line of lines) {
    const hits = match(line)
    for (const index of hits) companions.meet(index, hits, "seen")
  }

  const superfluous = new Map<number, Shadow>()
  // Of two equal rules, the later is superfluous.
  for (const index of [...compiled.keys()].reverse()) {
    const subject = subjects[index]
    if (subject === undefined) continue
    const candidates = companions
      .of(index)
      .filter((other) => other !== index && !superfluous.has(other) && subjects[other] !== undefined)
      .filter((other) => standsIn(compiled[other]!.rule, compiled[index]!.rule))
    const tried = companions.seen(index)
    const shadow = findShadow(subject, candidates.slice(0, MAX_CANDIDATES), subjects, tried)
    if (shadow !== undefined) superfluous.set(index, shadow)
  }
  return [...Map.groupBy(superfluous.keys(), (index) => superfluous.get(index)!.index)].flatMap(([index, shadowed]) => {
    const { rule } = compiled[index]!
    if (shadowed.length > MAX_TOLD) return [broad(rule, shadowed.map((each) => compiled[each]!.rule).reverse())]
    return shadowed.map((each) => {
      const tried = superfluous.get(each)?.proved === true ? undefined : companions.seen(each)
      return finding(compiled[each]!.rule, rule, tried)
    })
  })
}

interface Subject {
  /** Undefined if nothing can be proved about the rule. */
  readonly provable: Provable | undefined
  readonly examples: readonly Buffer[]
}

function subjectOf({ pattern }: CompiledRule): Subject | undefined {
  const parsed = parseEre(pattern)
  const automaton = parsed.ok ? automatonOf(parsed.ere.root) : undefined
  if (!parsed.ok || automaton === undefined) return undefined
  const { ere } = parsed
  const isPlain = !ere.wordAnchors && ere.backReference === undefined
  return {
    provable: isPlain ? { ere, automaton } : undefined,
    examples: isPlain ? exampleLines(automaton, EXAMPLES) : [],
  }
}

/** Keeps for each rule the rules that matched all lines so far that it matched. */
class Companions {
  readonly #common: (readonly number[] | undefined)[]
  readonly #seen: number[]

  constructor(rules: number) {
    this.#common = new Array(rules)
    this.#seen = new Array<number>(rules).fill(0)
  }

  /** Records a line, if the rule matches it. An example line normally matches, but need not. */
  meet(rule: number, hits: readonly number[], origin: "made up" | "seen"): void {
    if (!hits.includes(rule)) return
    this.#common[rule] = this.#common[rule]?.filter((other) => hits.includes(other)) ?? hits
    if (origin === "seen") this.#seen[rule]! += 1
  }

  of(rule: number): readonly number[] {
    return this.#common[rule] ?? []
  }

  /** The number of real lines, samples included, that the rule matched. */
  seen(rule: number): number {
    return this.#seen[rule] ?? 0
  }
}

interface Shadow {
  readonly index: number
  readonly proved: boolean
}

/** For rules without example lines: a single line that two rules match shows nothing. */
const ENOUGH_LINES = 2

function findShadow(
  { provable, examples }: Subject,
  candidates: readonly number[],
  subjects: readonly (Subject | undefined)[],
  tried: number,
): Shadow | undefined {
  let likely: number | undefined
  for (const index of candidates) {
    const other = subjects[index]?.provable
    const answer = provable === undefined || other === undefined ? "too costly" : inclusion(provable, other)
    if (answer === "included") return { index, proved: true }
    if (answer === "too costly") likely ??= index
  }
  const isTried = tried >= (examples.length > 0 ? 1 : ENOUGH_LINES)
  return likely !== undefined && isTried ? { index: likely, proved: false } : undefined
}

/** If a rule shadows more rules than this, the finding is about that rule, not about the shadowed ones. */
const MAX_TOLD = 5

function broad({ path: file, line }: Rule, shadowed: readonly Rule[]): Finding {
  const some = shadowed.slice(0, MAX_TOLD).map((rule) => rulePlaceIn(file, rule))
  const message = `the rule matches everything that ${shadowed.length} other rules match: ${some.join(", ")} …`
  return warning(file, line, message, "check that it does not match too much; if it does not, remove the others")
}

function finding({ path: file, line }: Rule, other: Rule, tried: number | undefined): Finding {
  const better = `the rule in ${rulePlaceIn(file, other)}`
  const message =
    tried === undefined
      ? `${better} matches everything that this rule matches`
      : `${better} matched every sample and line that this rule matched (${tried} tried; not proved)`
  return warning(file, line, message, "remove one of the two")
}

function warning(file: string, line: number, message: string, hint: string): Finding {
  return { code: "shadowed", problem: { file, line, column: 1, message, hint } }
}
