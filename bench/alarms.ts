/**
 * Whether the alarm rules that tamis ships find what somebody wants to read first, and nothing else, measured on labelled lines.
 *
 * Each line is tried alone, as the service tries it: "active with 1 out of 2 mirrors" and "2 out of 2" are one template and
 * two meanings. The labels are lines of tab-separated fields: label (alarming, routine), topic, origin, line.
 */
import { isAscii } from "node:buffer"
import { existsSync, globSync, readFileSync } from "node:fs"
import { basename, join } from "node:path"
import { failedSamples } from "../src/lint/samples.ts"
import { type CompiledRules, compileRules, variableScopes } from "../src/rules/compile.ts"
import type { Rule } from "../src/rules/rule.ts"
import { loadShippedAlarms } from "../src/rules/rule-set.ts"
import { trimmedEnd } from "../src/syslog/trailing-blanks.ts"
import { decodeUtf8b, encodeUtf8b } from "../src/text/utf8b.ts"
import { type Bench, figure, type Measurement } from "./bench.ts"
import { CORPUS, realLines } from "./lines.ts"

const COMMON = join(import.meta.dirname, "../rules/common")
const LABELS = join(import.meta.dirname, "../../shared/corpora/G-alarms/labels.tsv")

const ALL = "all lines"
const REAL = "real lines"
const OWN_SAMPLES = "own samples"
const UNLABELLED = "unlabelled real lines"

const PRECISION = "precision"
const RECALL = "recall"
const FAILED = "failed"
const MICROSECONDS = "us a line"

const MIN_PRECISION = 0.9
const MIN_RECALL = 0.9

export const alarms: Bench = {
  name: "alarms",
  question: "Do the alarm rules find the lines that somebody wants to read first, and only those?",

  async run({ file = LABELS, misses }) {
    if (!existsSync(file)) throw new Error(`${file} is not there: give labelled lines with --file`)
    const { rules } = loadShippedAlarms(COMMON).ruleSet
    const compiled = compileRules(rules, (rule) => variableScopes(rule, new Map()))
    for (const { problem } of compiled.quarantined)
      throw new Error(`${problem.file}:${problem.line}: ${problem.message}`)
    const failed = failedSamples(rules, new Map())
    for (const { rule, sample } of failed) console.error(`${rule.path}:${sample.line}: ${sample.text}`)

    const judged = readLabels(file).map((line) => ({ ...line, hits: alarmsOf(compiled, line.bytes) }))
    if (misses) printMisses(judged)
    const measurements: Measurement[] = []
    const measure = (name: string, quantity: string, value: number) =>
      measurements.push({ case: name, run: 1, quantity, value })
    const score = (name: string, lines: readonly JudgedLine[]) => {
      const found = lines.filter(({ hits }) => hits.length > 0)
      const right = found.filter(({ alarming }) => alarming).length
      const wanted = lines.filter(({ alarming }) => alarming).length
      measure(name, "alarming lines", wanted)
      measure(name, "routine lines", lines.length - wanted)
      if (found.length > 0) measure(name, PRECISION, right / found.length)
      if (wanted > 0) measure(name, RECALL, right / wanted)
    }
    measure(OWN_SAMPLES, "rules", rules.length)
    measure(OWN_SAMPLES, "samples", rules.flatMap(({ samples }) => samples).length)
    measure(OWN_SAMPLES, FAILED, failed.length)
    score(ALL, judged)
    score(
      REAL,
      judged.filter(({ real }) => real),
    )
    const byTopic = Map.groupBy(judged, ({ topic }) => topic)
    for (const topic of [...byTopic.keys()].sort()) score(topic, byTopic.get(topic)!)

    const unlabelled = globSync(join(CORPUS, "R/*.log.gz")).sort().flatMap(realLines)
    if (unlabelled.length > 0) {
      const start = performance.now()
      const hits = unlabelled.map((line) => alarmsOf(compiled, line))
      const ms = performance.now() - start
      measure(UNLABELLED, "lines", unlabelled.length)
      measure(UNLABELLED, "alarming", hits.filter((rules) => rules.length > 0).length)
      measure(UNLABELLED, MICROSECONDS, (1000 * ms) / unlabelled.length)
      measure(UNLABELLED, "times that memory ran out", compiled.engine.fallbacks)
      if (misses) printHits(unlabelled, hits)
    }
    return measurements
  },

  claims(measured) {
    const shares = [ALL, REAL].flatMap((name) =>
      [
        { quantity: PRECISION, least: MIN_PRECISION },
        { quantity: RECALL, least: MIN_RECALL },
      ].map(({ quantity, least }) => {
        const value = measured.quantities(name).includes(quantity) ? measured.median(name, quantity) : 0
        return {
          holds: value >= least,
          sentence: `${quantity} on ${name} is ${figure(value)} (promised: ${least} at least)`,
        }
      }),
    )
    return [
      {
        holds: measured.median(OWN_SAMPLES, FAILED) === 0,
        sentence: "each rule does to its own samples what they say",
      },
      ...shares,
    ]
  },
}

interface LabelledLine {
  readonly alarming: boolean
  readonly topic: string
  /** Somebody's log holds it, with other details. Other lines are written from a program's documentation or reports. */
  readonly real: boolean
  readonly bytes: Buffer
}

interface JudgedLine extends LabelledLine {
  /** The alarm rules that match it. */
  readonly hits: readonly Rule[]
}

function alarmsOf({ compiled, engine }: CompiledRules, line: Buffer): readonly Rule[] {
  const trimmed = line.subarray(0, trimmedEnd(line, 0, line.length))
  return (engine.match(trimmed, isAscii(trimmed)) ?? []).map((index) => compiled[index]!.rule)
}

function readLabels(file: string): readonly LabelledLine[] {
  const rows = decodeUtf8b(readFileSync(file)).split("\n")
  return rows
    .filter((row) => row !== "")
    .map((row) => {
      const [label, topic = "", origin, ...rest] = row.split("\t")
      return { alarming: label === "alarming", topic, real: origin === "real", bytes: encodeUtf8b(rest.join("\t")) }
    })
}

function printMisses(lines: readonly JudgedLine[]): void {
  for (const { alarming, topic, real, bytes, hits } of lines) {
    if (alarming === hits.length > 0) continue
    const places = hits.map(({ path, line }) => `${basename(path)}:${line}`).join(" ")
    console.log(`${alarming ? "missed" : "wrong "} ${topic}${real ? ", real" : ""} ${places}\t${decodeUtf8b(bytes)}`)
  }
}

/** Says for each rule how many unlabelled lines it matches, and shows the first of them: somebody has to judge these. */
function printHits(lines: readonly Buffer[], hits: readonly (readonly Rule[])[]): void {
  const byRule = new Map<Rule, Buffer[]>()
  for (const [index, rules] of hits.entries()) {
    for (const rule of rules) {
      const matched = byRule.get(rule)
      if (matched === undefined) byRule.set(rule, [lines[index]!])
      else matched.push(lines[index]!)
    }
  }
  for (const [{ path, line }, matched] of [...byRule].sort(([, one], [, other]) => other.length - one.length)) {
    console.log(`${matched.length}\t${basename(path)}:${line}\t${decodeUtf8b(matched[0]!).slice(0, MAX_SHOWN)}`)
  }
}

const MAX_SHOWN = 200
