/**
 * Judges lines. This is the hot path: an ignored line costs one match of the engine with all rules, one comparison and
 * one look-up in a table, and allocates nothing.
 *
 * A rule matches a line if it matches it with its header in either form (see Line.isoForm). Only lines that would be
 * reported are matched in the second form. For the others, the rules of cracking.d and violations.d that match only ISO
 * headers have a small engine of their own, so that no ignore rule hides a line that they raise.
 *
 * A line that is reported may be an alarm (alarms.ts). An ignored line is not tried.
 */

import type { Line } from "../syslog/line.ts"
import type { Alarm, Alarms } from "./alarms.ts"
import { decide, UNJUDGED, UNKNOWN } from "./decide.ts"
import { addHits, type Hits, isEqual, keepLine, type Matcher, union } from "./hits.ts"
import type { Rule } from "./rule.ts"
import { isIgnoring, isRaising } from "./rules-in-force.ts"
import type { Verdict } from "./verdict.ts"

export interface JudgeParts {
  /** By the engine's indices, in the order of `rulesInForce`. */
  readonly rules: readonly Rule[]
  /** The number of rules in force; the others of `rules` never match. */
  readonly ruleCount: number
  readonly engine: Matcher
  /** Returns indices of `rules`. Undefined if no raising rule requires an ISO header. */
  readonly isoRaising: Matcher | undefined
  /** Undefined: no line is an alarm. */
  readonly alarms?: Alarms
}

/** The lines that a judge judged since the last call of `takeHits`. */
export interface Judged {
  readonly lines: number
  /** All rules that verdicts named, and the alarm rules that matched reported lines. */
  readonly rules: ReadonlyMap<Rule, Hits>
}

/** A verdict that recurs, its count since `takeHits`, and one of its lines. */
interface Remembered {
  readonly hits: readonly number[]
  readonly verdict: Verdict
  count: number
  /** Undefined: the next line is kept. */
  sample: Buffer | undefined
}

/** Marks a sample that was handed over. */
const HANDED_OVER = Buffer.alloc(0)

export class Judge {
  readonly #parts: JudgeParts
  /** Hits are ascending and raising rules come first, so the lowest hit shows whether a raising rule matched. */
  readonly #firstIgnoring: number
  readonly #firstCancelling: number
  /**
   * The last verdict for each lowest hit. A verdict depends only on the hits, and traffic repeats itself. One slot for
   * each rule bounds the memory.
   */
  readonly #remembered: (Remembered | undefined)[]
  /** Hits of verdicts that are no longer remembered. */
  #forgotten = new Map<Rule, Hits>()
  /** Lines of those verdicts, and lines that no rule decided on. */
  #otherLines = 0
  /** Verdicts with an alarm, one for each verdict and alarm rule. */
  readonly #alarming = new WeakMap<Verdict, Map<Alarm, Verdict>>()

  constructor(parts: JudgeParts) {
    this.#parts = parts
    this.#firstIgnoring = parts.rules.filter(isRaising).length
    this.#firstCancelling = this.#firstIgnoring + parts.rules.filter(isIgnoring).length
    this.#remembered = new Array(parts.rules.length)
  }

  /** The number of rules in force. */
  get ruleCount(): number {
    return this.#parts.ruleCount
  }

  /** How often smaller engines had to judge a line because rules ran out of memory. Judges may share alarm rules: theirs are not in it. */
  get fallbacks(): number {
    return this.#parts.engine.fallbacks + (this.#parts.isoRaising?.fallbacks ?? 0)
  }

  /**
   * Judges a line; `severity` is undefined if it had no PRI. The caller may keep the verdict: it never changes, and equal
   * verdicts may be one object.
   */
  judge(line: Line, severity?: number): Verdict {
    const verdict = this.#layerOf(line)
    if (verdict.layer === "ignored") return verdict
    const alarm = this.#parts.alarms?.of(line, severity)
    return alarm === undefined ? verdict : this.#withAlarm(verdict, alarm)
  }

  /** Judges a line without its alarm. */
  #layerOf(line: Line): Verdict {
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
    // All rules again, since one rule may cancel in this form what another raises.
    const isoHits = engine.match(isoForm, line.ascii)
    if (isoHits === undefined) return this.#unjudged()
    return this.#verdict(union(hits, isoHits), line)
  }

  /**
   * Returns the hits since the last call. They include a sample line for each rule whose verdict is new, and, at the
   * call after one with `sampleAnew`, for every rule.
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
        addRemembered(rules, remembered)
        remembered.count = 0
        remembered.sample = HANDED_OVER
      }
      if (sampleAnew) remembered.sample = undefined
    }
    for (const [rule, hits] of this.#parts.alarms?.takeHits() ?? []) addHits(rules, rule, hits)
    return { lines, rules }
  }

  /** Whether rules of ignore.d match and no raising rule does. */
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
      if (last.sample === undefined) last.sample = keepLine(line)
      return last.verdict
    }
    if (last !== undefined && last.count > 0) {
      this.#otherLines += last.count
      addRemembered(this.#forgotten, last)
    }
    const verdict = decide(hits.map((hit) => this.#parts.rules[hit]!))
    this.#remembered[lowest] = { hits: [...hits], verdict, count: 1, sample: keepLine(line) }
    return verdict
  }

  #withAlarm(verdict: Verdict, alarm: Alarm): Verdict {
    let ofVerdict = this.#alarming.get(verdict)
    if (ofVerdict === undefined) {
      ofVerdict = new Map()
      this.#alarming.set(verdict, ofVerdict)
    }
    let alarming = ofVerdict.get(alarm)
    if (alarming === undefined) {
      const { topic, rule } = alarm
      alarming = { ...verdict, alarm: topic, ...(rule !== undefined && { alarmRule: rule }) }
      ofVerdict.set(alarm, alarming)
    }
    return alarming
  }

  #unjudged(): Verdict {
    this.#otherLines += 1
    return UNJUDGED
  }
}

function addRemembered(sums: Map<Rule, Hits>, { verdict, count, sample }: Remembered): void {
  const kept = sample === HANDED_OVER ? undefined : sample
  for (const rule of verdict.rules) addHits(sums, rule, { count, sample: kept })
}
