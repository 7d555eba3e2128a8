/**
 * Families of templates: whether they are the true events of lines whose events people have named, and what they cost.
 *
 * GA and FGA are the measures of the papers about log parsing. GA is the share of lines whose family holds the lines of one
 * event, all of them and no others. FGA is the harmonic mean of the share of families that do so and of the share of events.
 * A mixed line is one whose family holds lines of two events: it hides news, where a split family only costs time.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { basename, join } from "node:path"
import { gunzipSync } from "node:zlib"
import { type FamilyInput, findFamilies } from "../src/digest/families.ts"
import { template } from "../src/tally/template.ts"
import { type Bench, figure, type Measured, type Measurement } from "./bench.ts"

const SAMPLES = join(import.meta.dirname, "../../shared/corpora/F-templates")
const SUFFIX = ".tsv.gz"

const GA = "GA"
const FGA = "FGA"
const MIXED = "mixed lines"
const FAMILIES_MS = "ms for 50k templates"
const RATIO = "times the time of template()"
const SPEED = "invented lines"
const RUNS = 5

const MIN_ACCURACY = 0.95
/** Machines differ: finding families takes about as long as the masks do, which each line takes anyway. */
const MAX_RATIO = 2
const TEMPLATES = 50_000

export const templates: Bench = {
  name: "templates",
  question:
    "Are the families of real templates the events that people named in these lines, without one that mixes two, and how long does finding them take?",

  async run({ small }) {
    const measurements: Measurement[] = []
    const files = existsSync(SAMPLES) ? readdirSync(SAMPLES).filter((file) => file.endsWith(SUFFIX)) : []
    for (const file of files) {
      const name = basename(file, SUFFIX)
      const { events, lines } = readSample(join(SAMPLES, file))
      const { forms } = findFamilies(lines.map(inputOf), new Set())
      for (const [quantity, value] of Object.entries(score(forms, events))) {
        measurements.push({ case: name, run: 1, quantity, value })
      }
    }
    const lines = inventLines(small ? TEMPLATES / 100 : TEMPLATES)
    for (let run = 1; run <= RUNS; run += 1) {
      const masking = timeMs(() => lines.map(inputOf))
      const finding = timeMs(() => findFamilies(masking.result, new Set()))
      measurements.push({ case: SPEED, run, quantity: FAMILIES_MS, value: finding.ms })
      measurements.push({ case: SPEED, run, quantity: RATIO, value: finding.ms / masking.ms })
    }
    return measurements
  },

  claims(measured) {
    const ratio = measured.median(SPEED, RATIO)
    const ms = figure(measured.median(SPEED, FAMILIES_MS))
    const speed = {
      holds: ratio <= MAX_RATIO,
      sentence: `they are found in ${ms} ms, ${figure(ratio)} times as long as the templates took (promised: ${MAX_RATIO})`,
    }
    const samples = measured.cases.filter((name) => measured.quantities(name).includes(GA))
    if (samples.length === 0) {
      return [{ holds: true, sentence: `nothing is scored: ${SAMPLES} is not there` }, speed]
    }
    const accuracy = (quantity: string) => {
      const value = mean(measured, samples, quantity)
      return {
        holds: value >= MIN_ACCURACY,
        sentence: `${quantity} is ${value.toFixed(3)} in the mean of ${samples.length} samples (promised: ${MIN_ACCURACY})`,
      }
    }
    const mixed = samples.reduce((sum, name) => sum + measured.median(name, MIXED), 0)
    return [
      accuracy(GA),
      accuracy(FGA),
      {
        holds: mixed === 0,
        sentence: `${figure(mixed)} lines are in a family with lines of another event (promised: 0)`,
      },
      speed,
    ]
  },
}

function mean(measured: Measured, samples: readonly string[], quantity: string): number {
  return samples.reduce((sum, name) => sum + measured.median(name, quantity), 0) / samples.length
}

function inputOf(line: string): FamilyInput {
  return { template: template(line) }
}

/** The true event of each line, and the line. */
function readSample(path: string): { readonly events: readonly string[]; readonly lines: readonly string[] } {
  const rows = gunzipSync(readFileSync(path))
    .toString()
    .split("\n")
    .filter((row) => row !== "")
    .map((row) => row.split("\t"))
  return { events: rows.map(([event = ""]) => event), lines: rows.map(([, ...line]) => line.join("\t")) }
}

function score(families: readonly string[], events: readonly string[]): Readonly<Record<string, number>> {
  const byFamily = indexesBy(families)
  const byEvent = indexesBy(events)
  const known = new Set([...byEvent.values()].map(String))
  const right = [...byFamily.values()].filter((indexes) => known.has(String(indexes)))
  const mixed = [...byFamily.values()].filter((indexes) => new Set(indexes.map((index) => events[index])).size > 1)
  return {
    [GA]: right.flat().length / events.length,
    [FGA]: (2 * right.length) / (byFamily.size + byEvent.size),
    families: byFamily.size,
    events: byEvent.size,
    [MIXED]: mixed.flat().length,
  }
}

function indexesBy(names: readonly string[]): ReadonlyMap<string, readonly number[]> {
  return Map.groupBy(names.keys(), (index) => names[index]!)
}

function timeMs<T>(work: () => T): { readonly result: T; readonly ms: number } {
  const start = performance.now()
  const result = work()
  return { result, ms: performance.now() - start }
}

/** Sentences with names in them, of which half the lines are made. The other half is of invented words: each is its own family. */
const SENTENCES: readonly ((word: () => string, number: () => number) => string)[] = [
  (word, n) => `sshd[${n()}]: Failed password for invalid user ${word()} from 192.0.2.${n() % 256} port ${n()} ssh2`,
  (word, n) =>
    `sshd[${n()}]: pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.7  user=${word()}`,
  (word, n) => `CRON[${n()}]: (${word()}) CMD (/usr/lib/${word()}/run ${n()})`,
  (word) => `systemd[1]: ${word()}.service: Main process exited, code=exited, status=1/FAILURE`,
  (word, n) =>
    `postfix/smtp[${n()}]: to=<${word()}@${word()}.example>, relay=${word()}.example[192.0.2.9]:25, status=sent`,
  (word, n) => `kernel: [${n()}.${n()}] ${word()}: module verification failed: signature and/or required key missing`,
  (word, n) => `app[${n()}]: level=info msg="job done" job=${word()} queue=${word()} took=${n()}ms`,
  (word, n) =>
    `named[${n()}]: client @0x7f${n()} 192.0.2.1#${n()} (${word()}.example.org): query (cache) '${word()}.example.org/A/IN' denied`,
]

function inventLines(count: number): readonly string[] {
  let state = 1
  const next = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return state >>> 8
  }
  const word = () => Array.from({ length: 4 + (next() % 6) }, () => String.fromCharCode(97 + (next() % 26))).join("")
  const number = () => next() % 100_000
  const text = (index: number) =>
    index % 2 === 0
      ? SENTENCES[(index / 2) % SENTENCES.length]!(word, number)
      : `app[${number()}]: ${Array.from({ length: 8 }, word).join(" ")} ${number()}`
  return Array.from({ length: count }, (_, index) => `Jun 21 16:47:48 web1 ${text(index)}`)
}
