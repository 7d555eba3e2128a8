/**
 * Rules that could be left out: whatever they match, another rule of the set matches, and it does the same with it.
 *
 * Comparing all with all would take millions of matches. So each rule makes up a few lines, and the engine says which
 * rules match all of them: nearly always only the rule itself. What is left is proved, rule against rule. Where that is too
 * costly, or a rule has word anchors or back-references, of which the automata know nothing, it is told that the other rule
 * matched whatever was tried: the lines made up, the rule's samples, and the lines given.
 */
import { isAscii } from "node:buffer"
import { automatonOf } from "../ere/automaton.ts"
import { exampleLines } from "../ere/example-lines.ts"
import { inclusion, type Provable } from "../ere/inclusion.ts"
import { parseEre } from "../ere/parse.ts"
import type { CompiledRule, CompiledRules } from "../rules/compile.ts"
import { type Rule, rulePlace } from "../rules/rule.ts"
import type { Finding } from "./finding.ts"
import { standsIn } from "./rule-scope.ts"
import { sampleLine } from "./samples.ts"

/** Made up for each rule: with fewer, more is left to prove; more take time. */
const EXAMPLES = 8

/** Of the rules that match everything that was made up, so many are looked at closely. */
const MAX_CANDIDATES = 4

/** `lines` are lines from a log, of which each rule takes those that it matches. `passedOver` are known to be superfluous. */
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
  // The later of two equal rules is the one that is too many.
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
  /** Undefined where nothing can be proved of it. */
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

/** For each rule, the rules that matched all lines so far that it matched. */
class Companions {
  readonly #common: (readonly number[] | undefined)[]
  readonly #seen: number[]

  constructor(rules: number) {
    this.#common = new Array(rules)
    this.#seen = new Array<number>(rules).fill(0)
  }

  /** Takes note of a line that the rule matches, if it does: of lines made up that is hoped, and not relied on. */
  meet(rule: number, hits: readonly number[], origin: "made up" | "seen"): void {
    if (!hits.includes(rule)) return
    this.#common[rule] = this.#common[rule]?.filter((other) => hits.includes(other)) ?? hits
    if (origin === "seen") this.#seen[rule]! += 1
  }

  of(rule: number): readonly number[] {
    return this.#common[rule] ?? []
  }

  /** How many lines that were not made up the rule matched. */
  seen(rule: number): number {
    return this.#seen[rule] ?? 0
  }
}

interface Shadow {
  readonly index: number
  readonly proved: boolean
}

/** Of rules that no lines can be made up for: that two rules match one line says nothing. */
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

/** Of the rules that one shadows: where there are more, it is that one which has to be looked at. */
const MAX_TOLD = 5

function broad({ path: file, line }: Rule, shadowed: readonly Rule[]): Finding {
  const some = shadowed.slice(0, MAX_TOLD).map((rule) => place(rule, file))
  const message = `the rule matches whatever ${shadowed.length} others match: ${some.join(", ")} …`
  return warning(file, line, message, "see whether it matches more than it was meant for; if not, remove the others")
}

function finding({ path: file, line }: Rule, other: Rule, tried: number | undefined): Finding {
  const where = place(other, file)
  const message =
    tried === undefined
      ? `whatever the rule matches, ${where} matches, too`
      : `whatever the rule matched of samples and lines, ${where} matched, too (${tried} tried; not proved)`
  return warning(file, line, message, "remove one of the two")
}

function place(rule: Rule, file: string): string {
  return rule.path === file ? `line ${rule.line}` : rulePlace(rule)
}

function warning(file: string, line: number, message: string, hint: string): Finding {
  return { code: "shadowed", problem: { file, line, column: 1, message, hint } }
}
