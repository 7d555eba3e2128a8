/** Lines that no suggestion may hide: those that the alarm rules match, and the samples of these rules. */
import { isAscii } from "node:buffer"
import type { Alarms } from "../rules/alarms.ts"
import { compileAlarms } from "../rules/compile.ts"
import type { Matcher } from "../rules/hits.ts"
import { headerOf } from "../rules/line-header.ts"
import { type Rule, type RuleSet, SHIPPED_ALARMS } from "../rules/rule.ts"
import { isAlarming } from "../rules/rules-in-force.ts"
import { alarmingSamples, matchingSamples } from "../rules/samples.ts"
import { decodeUtf8b, encodeUtf8b } from "../text/utf8b.ts"
import { becameRoot } from "./became-root.ts"

/** Characters of a line that are examined. Programs that log whole requests name the problem before that. */
const MAX_CHARACTERS = 4_096

const TAG = /^[^ :[\]]+(?:\[\d+\])?:/
const PROGRAM = /^[^ :[\]]+/

/** The program decides whether this is alarming: cron says it all day. */
const SESSION = /: session opened for user /

/** When and where the lines of another program are; rules take any. */
const HEAD = "Nov 23 03:14:07 web1 "

export class Alarming {
  /** Lines that make the alarms, as the rules' own samples show them. */
  readonly lines: readonly string[]
  readonly #alarms: Alarms
  readonly #byProgram: ReadonlyMap<string, readonly Buffer[]>
  /** One of each rule, since every suggestion is tried on them. */
  readonly #examples: readonly Buffer[]
  /** The texts of the examples behind their tags. */
  readonly #texts: readonly Buffer[]
  #scratch = Buffer.alloc(0)

  constructor(alarms: Alarms, rules: readonly Rule[]) {
    this.#alarms = alarms
    this.lines = alarmingSamples(rules)
    const byProgram = Map.groupBy(this.lines, (line) => PROGRAM.exec(line.slice(headerOf(line).length))?.[0] ?? "")
    this.#byProgram = new Map([...byProgram].map(([program, lines]) => [program, lines.map(encodeUtf8b)]))
    const examples = rules.filter(isAlarming).flatMap((rule) => matchingSamples(rule).slice(0, 1))
    this.#examples = examples.map(encodeUtf8b)
    const said = examples
      .map((line) => line.slice(headerOf(line).length))
      .filter((text) => TAG.test(text) && !SESSION.test(text))
    this.#texts = [...new Set(said.map((text) => text.replace(TAG, "")))].map(encodeUtf8b)
  }

  /** Names the alarming thing about a line: the topic of its alarm, or that somebody became root; undefined if there is none. */
  about(line: string): string | undefined {
    const start = line.slice(0, MAX_CHARACTERS)
    return this.#alarms.topicOf(start) ?? (becameRoot(start) ? "somebody became root" : undefined)
  }

  /**
   * Returns an alarming line that a rule for this program would hide: one of the program, one of another, or that one as
   * if this program had said it, with or without a PID. A rule that would hide the last hides nearly everything of its
   * program. A rule that is for lines of `topic` may hide others of that topic.
   */
  hiddenBy(rule: Matcher, program: string, topic?: string): string | undefined {
    for (const line of this.linesBy(program)) {
      if (!isHit(rule, line)) continue
      const hidden = decodeUtf8b(line)
      if (topic === undefined || this.about(hidden) !== topic) return hidden
    }
    return undefined
  }

  /** The lines that `hiddenBy` tries. Each is valid until the next. */
  *linesBy(program: string): Generator<Buffer> {
    yield* this.#byProgram.get(program) ?? []
    yield* this.#examples
    for (const tag of [program, `${program}[2204]`]) {
      const start = encodeUtf8b(`${HEAD}${tag}:`)
      for (const text of this.#texts) {
        const length = start.length + text.length
        if (this.#scratch.length < length) this.#scratch = Buffer.alloc(2 * length)
        start.copy(this.#scratch)
        text.copy(this.#scratch, start.length)
        yield this.#scratch.subarray(0, length)
      }
    }
  }
}

function isHit(rule: Matcher, line: Buffer): boolean {
  return (rule.match(line, isAscii(line)) ?? []).length > 0
}

/**
 * What these rule sets call alarming, with the variables' defaults. The shipped alarm rules count even for hosts that
 * turned them off: a suggestion is for all hosts. They are compiled when a line is first asked about.
 */
export function alarmingIn(ruleSets: ReadonlyMap<string, RuleSet>): Alarming {
  const sets = [...ruleSets.values()].filter(({ name }) => name !== SHIPPED_ALARMS)
  return alarmingOf(sets, ruleSets.get(SHIPPED_ALARMS), new Map())
}

/** What these rule sets and the shipped alarm rules call alarming, with the variables of a host. */
export function alarmingOf(
  sets: readonly RuleSet[],
  shippedAlarms: RuleSet | undefined,
  variables: ReadonlyMap<string, string>,
): Alarming {
  const { alarms } = compileAlarms(sets, { variables, shippedAlarms })
  return new Alarming(
    alarms,
    [...(shippedAlarms === undefined ? [] : [shippedAlarms]), ...sets].flatMap(({ rules }) => rules),
  )
}
