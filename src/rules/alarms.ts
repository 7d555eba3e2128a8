/**
 * Finds the alarm that a reported line is: a line that somebody should read first.
 *
 *     alarm.d/TOPIC         a rule that matches makes the line an alarm of this topic, e.g. "disk"
 *     severity              emerg, alert and crit make it one of the topic "severity", if no rule of alarm.d matches
 *     alarm.ignore.d/*      a rule that matches cancels both
 *
 * An alarm decides what stands first in the mail, and nothing else: it reports no line that an ignore rule hides, and a
 * cancelled alarm hides no line. Only reported lines are tried. The rules are compiled when the first line is.
 */
import { isAscii } from "node:buffer"
import type { Line } from "../syslog/line.ts"
import { encodeUtf8b } from "../text/utf8b.ts"
import { addHits, type Hits, keepLine, type Matcher, union } from "./hits.ts"
import type { Rule } from "./rule.ts"
import { isAlarming } from "./rules-in-force.ts"

/** The topic of lines that are alarming by their sender's severity alone. */
export const SEVERITY_TOPIC = "severity"

/** crit: this severity and those below it are alarming (RFC 5424 §6.2.1: 0 is the gravest). */
const CRITICAL = 2

export interface Alarm {
  /** Names what the line is about: the rule's file, or SEVERITY_TOPIC. */
  readonly topic: string
  /** The first rule that matches, in the C locale's order of topics; undefined if only the severity is alarming. */
  readonly rule: Rule | undefined
}

export interface AlarmRules {
  /** By the engine's indices, in the order of `alarmRules`. */
  readonly rules: readonly Rule[]
  readonly engine: Matcher
  /** Whether some rule can match a line in one form of its header and not in the other (see Line.isoForm). */
  readonly differByForm: boolean
}

const BY_SEVERITY: Alarm = { topic: SEVERITY_TOPIC, rule: undefined }

const NO_HITS: readonly number[] = []

export class Alarms {
  readonly #compile: () => AlarmRules
  readonly #bySeverity: boolean
  #compiled: AlarmRules | undefined
  /** One for each rule: equal alarms are one object. */
  readonly #alarms = new Map<Rule, Alarm>()
  #hits = new Map<Rule, Hits>()

  constructor(compile: () => AlarmRules, bySeverity: boolean) {
    this.#compile = compile
    this.#bySeverity = bySeverity
  }

  /** Returns the alarm of a line, or undefined. A line without a PRI has no severity. Equal alarms are one object. */
  of(line: Line, severity?: number): Alarm | undefined {
    const { rules } = this.#rules()
    const hits = this.#match(line)
    for (const hit of hits) this.#count(rules[hit]!, line)
    return this.#decide(hits, severity)
  }

  /** Returns the topic of a line that is a text, and counts nothing. */
  topicOf(text: string): string | undefined {
    const bytes = encodeUtf8b(text)
    return this.#decide(this.#rules().engine.match(bytes, isAscii(bytes)) ?? NO_HITS, undefined)?.topic
  }

  /** All rules of alarm.d and alarm.ignore.d that can be run. */
  get rules(): readonly Rule[] {
    return this.#rules().rules
  }

  /** Returns all rules of alarm.d and alarm.ignore.d that match a line, and counts nothing. */
  matching(line: Line): readonly Rule[] {
    const { rules } = this.#rules()
    return this.#match(line).map((hit) => rules[hit]!)
  }

  /** How often smaller engines had to try a line because memory ran out. */
  get fallbacks(): number {
    return this.#compiled?.engine.fallbacks ?? 0
  }

  /** Returns the lines that each rule matched since the last call. */
  takeHits(): ReadonlyMap<Rule, Hits> {
    const hits = this.#hits
    if (hits.size > 0) this.#hits = new Map()
    return hits
  }

  #rules(): AlarmRules {
    this.#compiled ??= this.#compile()
    return this.#compiled
  }

  /** A line that cannot be tried is no alarm: it is reported all the same. */
  #match(line: Line): readonly number[] {
    const { engine, differByForm } = this.#rules()
    const hits = engine.match(line.bytes, line.ascii) ?? NO_HITS
    const isoForm = differByForm ? line.isoForm() : undefined
    return isoForm === undefined ? hits : union(hits, engine.match(isoForm, line.ascii) ?? NO_HITS)
  }

  #decide(hits: readonly number[], severity: number | undefined): Alarm | undefined {
    const { rules } = this.#rules()
    const last = hits.at(-1)
    // Cancelling rules come last, and alarm.d in the order of its topics.
    if (last !== undefined && !isAlarming(rules[last]!)) return undefined
    const first = hits[0]
    if (first !== undefined) return this.#alarmOf(rules[first]!)
    return this.#bySeverity && severity !== undefined && severity <= CRITICAL ? BY_SEVERITY : undefined
  }

  #alarmOf(rule: Rule): Alarm {
    let alarm = this.#alarms.get(rule)
    if (alarm === undefined) {
      alarm = { topic: rule.file, rule }
      this.#alarms.set(rule, alarm)
    }
    return alarm
  }

  #count(rule: Rule, line: Line): void {
    const known = this.#hits.get(rule)
    if (known === undefined) addHits(this.#hits, rule, { count: 1, sample: keepLine(line) })
    else known.count += 1
  }
}
