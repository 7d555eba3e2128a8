/**
 * A line becomes a verdict. The hot path: an ignored line costs one match of the engine that holds all rules, one
 * comparison and one look into a table, and leaves nothing behind.
 *
 * A rule matches a line when it matches its header in either form (see Line.isoForm). Only lines that are about to
 * be reported pay for the second form. For the others the rules of cracking.d and violations.d that know no other
 * header have a small engine of their own, so that no ignore rule hides what they raise.
 */

import type { Line } from "../syslog/line.ts"
import { decide, UNJUDGED, UNKNOWN } from "./decide.ts"
import type { Rule } from "./rule.ts"
import { isIgnoring, isRaising } from "./rules-in-force.ts"
import type { Verdict } from "./verdict.ts"

/** Tells which patterns match a line, as ascending indices, or undefined where it could not be judged. */
export interface Matcher {
  match(line: Buffer, ascii: boolean): readonly number[] | undefined
  /** How often it had to ask smaller engines, for lack of memory on a line. */
  readonly fallbacks: number
}

export interface JudgeParts {
  /** By the engine's index, in the order of `rulesInForce`. */
  readonly rules: readonly Rule[]
  /** Rules in force; the others of `rules` never match. */
  readonly ruleCount: number
  readonly engine: Matcher
  /** Answers in indices of `rules`. Undefined where no raising rule insists on an ISO header. */
  readonly isoRaising: Matcher | undefined
}

/** Lines that a rule decided on, and one of them where there was occasion to keep one. */
export interface Hits {
  count: number
  sample: Buffer | undefined
}

/** What a judge has judged since the last time that it was asked. */
export interface Judged {
  readonly lines: number
  /** Every rule that a verdict named. */
  readonly rules: ReadonlyMap<Rule, Hits>
}

/** A verdict that is given again and again, how often it was since `takeHits`, and a line of it. */
interface Remembered {
  readonly hits: readonly number[]
  readonly verdict: Verdict
  count: number
  /** Undefined: the next line is kept. */
  sample: Buffer | undefined
}

/** Of a kept line. */
const SAMPLE_BYTES = 512

/** Stands for a sample that was handed over. */
const HANDED_OVER = Buffer.alloc(0)

export class Judge {
  readonly #parts: JudgeParts
  /** Hits are ascending and raising rules come first, so that the lowest hit tells whether any is among them. */
  readonly #firstIgnoring: number
  readonly #firstCancelling: number
  /**
   * The last verdict of each lowest hit. Verdicts are a function of the hits, traffic repeats itself, and one slot
   * for each rule bounds the memory.
   */
  readonly #remembered: (Remembered | undefined)[]
  /** Of verdicts that are remembered no longer. */
  #forgotten = new Map<Rule, Hits>()
  /** Lines of those, and lines that no rule decided on. */
  #otherLines = 0

  constructor(parts: JudgeParts) {
    this.#parts = parts
    this.#firstIgnoring = parts.rules.filter(isRaising).length
    this.#firstCancelling = this.#firstIgnoring + parts.rules.filter(isIgnoring).length
    this.#remembered = new Array(parts.rules.length)
  }

  /** Rules in force. */
  get ruleCount(): number {
    return this.#parts.ruleCount
  }

  /** How often rules ran out of memory on a line, so that smaller engines had to judge it. */
  get fallbacks(): number {
    return this.#parts.engine.fallbacks + (this.#parts.isoRaising?.fallbacks ?? 0)
  }

  /** Judges a line. The verdict may be kept: it is never written again, and equal verdicts may be one object. */
  judge(line: Line): Verdict {
    const { engine, isoRaising } = this.#parts
    const hits = engine.match(line.bytes, line.ascii)
    if (hits === undefined) return this.#unjudged()
    const onlyIgnored = this.#isOnlyIgnored(hits)
    if (onlyIgnored && isoRaising === undefined) return this.#verdict(hits, line)

    const isoForm = line.isoForm()
    if (isoForm === undefined) return this.#verdict(hits, line)
    if (onlyIgnored && isoRaising !== undefined) {
      const raised = isoRaising.match(isoForm, line.ascii)
      if (raised === undefined) return this.#unjudged()
      if (raised.length === 0) return this.#verdict(hits, line)
    }
    // All rules, since what one raises another may cancel in this form only.
    const isoHits = engine.match(isoForm, line.ascii)
    if (isoHits === undefined) return this.#unjudged()
    return this.#verdict(union(hits, isoHits), line)
  }

  /**
   * Hands over what was judged since the last time. A line comes along for each rule whose verdict is new, and for
   * every rule the next time after `sampleAnew`.
   */
  takeHits(sampleAnew: boolean): Judged {
    const rules = this.#forgotten
    let lines = this.#otherLines
    this.#forgotten = new Map()
    this.#otherLines = 0
    for (const remembered of this.#remembered) {
      if (remembered === undefined) continue
      if (remembered.count > 0) {
        lines += remembered.count
        addHits(rules, remembered)
        remembered.count = 0
        remembered.sample = HANDED_OVER
      }
      if (sampleAnew) remembered.sample = undefined
    }
    return { lines, rules }
  }

  /** Whether ignore.d rules match and none that raises. */
  #isOnlyIgnored(hits: readonly number[]): boolean {
    const lowest = hits[0]
    return lowest !== undefined && lowest >= this.#firstIgnoring && lowest < this.#firstCancelling
  }

  #verdict(hits: readonly number[], line: Line): Verdict {
    const lowest = hits[0]
    if (lowest === undefined) {
      this.#otherLines += 1
      return UNKNOWN
    }
    const last = this.#remembered[lowest]
    if (last !== undefined && isEqual(last.hits, hits)) {
      last.count += 1
      if (last.sample === undefined) last.sample = keep(line)
      return last.verdict
    }
    if (last !== undefined && last.count > 0) {
      this.#otherLines += last.count
      addHits(this.#forgotten, last)
    }
    const verdict = decide(hits.map((hit) => this.#parts.rules[hit]!))
    this.#remembered[lowest] = { hits: [...hits], verdict, count: 1, sample: keep(line) }
    return verdict
  }

  #unjudged(): Verdict {
    this.#otherLines += 1
    return UNJUDGED
  }
}

function addHits(rules: Map<Rule, Hits>, { verdict, count, sample }: Remembered): void {
  const kept = sample === HANDED_OVER ? undefined : sample
  for (const rule of verdict.rules) {
    const hits = rules.get(rule)
    if (hits === undefined) {
      rules.set(rule, { count, sample: kept })
    } else {
      hits.count += count
      hits.sample ??= kept
    }
  }
}

/** Copies the line, whose buffer the next one overwrites. */
function keep({ bytes }: Line): Buffer {
  return Buffer.from(bytes.subarray(0, SAMPLE_BYTES))
}

function isEqual(some: readonly number[], others: readonly number[]): boolean {
  if (some.length !== others.length) return false
  for (let at = 0; at < some.length; at += 1) if (some[at] !== others[at]) return false
  return true
}

function union(some: readonly number[], others: readonly number[]): readonly number[] {
  if (others.length === 0 || isEqual(some, others)) return some
  if (some.length === 0) return others
  return [...new Set([...some, ...others])].sort((a, b) => a - b)
}
