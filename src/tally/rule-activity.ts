/**
 * The activity of rules: the part of a batch for the rules' histories.
 *
 * A collector sends it at most every ACTIVITY_INTERVAL_MS, so that on a quiet network the store has no second operation
 * for each line. A crash loses that much of the histories, and nothing of the accounts.
 */
import type { Judge } from "../rules/judge.ts"
import { tagStart } from "../rules/line-header.ts"
import { type Rule, type RuleSet, rulePlace } from "../rules/rule.ts"
import { ruleKeys } from "../rules/rule-key.ts"
import { namesProgram, programWords } from "../rules/rule-programs.ts"
import { isOfAlarms } from "../rules/rules-in-force.ts"
import type { Tally } from "./tally.ts"

export interface RuleActivity {
  /** When it was taken. Its hits are at most ACTIVITY_INTERVAL_MS older, or older if the store was away. */
  readonly atMs: number
  /** Lines that were judged. */
  readonly lines: number
  /** By rule key. */
  readonly rules: ReadonlyMap<string, RuleHits>
  /** Programs that rules name and that sent lines, each about once an hour. */
  readonly programs: readonly string[]
}

export interface RuleHits {
  readonly count: number
  /** A line that the rule decided on, about once an hour. */
  readonly sample?: string | undefined
}

export const ACTIVITY_INTERVAL_MS = 5_000

/** How often a rule's sample and a program's activity are sent. */
const RENEWAL_MS = 3_600_000

export class RuleActivityBook {
  #judges: readonly Judge[]
  #keys: ReadonlyMap<Rule, string>
  #words: ReadonlySet<string>
  #takenAtMs = Number.NEGATIVE_INFINITY
  #renewedAtMs = Number.NEGATIVE_INFINITY
  #lines = 0
  #rules = new Map<string, RuleHits>()
  #programs = new Set<string>()
  /** Sent since the last renewal. */
  #sampled = new Set<string>()
  #heard = new Set<string>()

  constructor(judges: readonly Judge[], ruleSets: Iterable<RuleSet>) {
    const { keys, words } = identify(ruleSets)
    this.#judges = [...new Set(judges)]
    this.#keys = keys
    this.#words = words
  }

  /** Switches to other judges. The hits of the previous ones stay counted. */
  follow(judges: readonly Judge[], ruleSets: Iterable<RuleSet>): void {
    this.#collect(false)
    const { keys, words } = identify(ruleSets)
    this.#judges = [...new Set(judges)]
    this.#keys = keys
    this.#words = words
  }

  /** Records the programs of reported lines. */
  hear(tallies: readonly Tally[]): void {
    for (const { program } of tallies) this.#hear(program)
  }

  /** Returns the activity since the last time, and forgets it; undefined if there was none, or if it is too early. */
  take(nowMs: number, isLast: boolean): RuleActivity | undefined {
    const isEarly = nowMs >= this.#takenAtMs && nowMs - this.#takenAtMs < ACTIVITY_INTERVAL_MS
    if (isEarly && !isLast) return undefined
    const renews = nowMs < this.#renewedAtMs || nowMs - this.#renewedAtMs >= RENEWAL_MS
    if (renews) {
      this.#renewedAtMs = nowMs
      this.#sampled.clear()
      this.#heard.clear()
    }
    this.#collect(renews)
    this.#takenAtMs = nowMs
    if (this.#lines === 0 && this.#programs.size === 0) return undefined
    const activity = { atMs: nowMs, lines: this.#lines, rules: this.#rules, programs: [...this.#programs] }
    this.#lines = 0
    this.#rules = new Map()
    this.#programs = new Set()
    return activity
  }

  #collect(sampleAnew: boolean): void {
    for (const judge of this.#judges) {
      const { lines, rules } = judge.takeHits(sampleAnew)
      this.#lines += lines
      for (const [rule, { count, sample }] of rules) {
        const key = this.#keys.get(rule)
        if (key === undefined) throw new Error(`a rule of no rule set was hit: ${rulePlace(rule)}`)
        const before = this.#rules.get(key)
        this.#rules.set(key, {
          count: (before?.count ?? 0) + count,
          sample: before?.sample ?? this.#sample(key, sample),
        })
      }
    }
  }

  #sample(key: string, bytes: Buffer | undefined): string | undefined {
    if (bytes === undefined || this.#sampled.has(key)) return undefined
    this.#sampled.add(key)
    const line = bytes.toString("utf8")
    this.#hear(programOf(line))
    return line
  }

  #hear(program: string): void {
    if (this.#heard.has(program) || !namesProgram(this.#words, program)) return
    this.#heard.add(program)
    this.#programs.add(program)
  }
}

function identify(ruleSets: Iterable<RuleSet>) {
  const sets = [...ruleSets]
  // An alarm rule that matches nothing is not suspect, whatever its program sends.
  const deciding = sets.flatMap(({ rules }) => rules).filter((rule) => !isOfAlarms(rule))
  const words = new Set(deciding.flatMap(({ text }) => programWords(text)))
  return { keys: ruleKeys(sets), words }
}

/** The program in a line as `serve` writes it. */
export function programOf(line: string): string {
  const start = tagStart(line)
  return start === 0 ? "" : (/^[^\s[:]*/.exec(line.slice(start, start + 100))?.[0] ?? "")
}
