/**
 * What a digest makes of a network of 40 hosts: how long its mails are, and where the rare lines stand that were planted in them.
 *
 * The lines are a day of `fleet.py`, replayed with the shipped rules, a mail an hour. The first hours are not counted: a digest
 * must know a network before it can tell what is new there.
 */
import { execFileSync, spawnSync } from "node:child_process"
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { withoutHost } from "../src/digest/families.ts"
import { template } from "../src/tally/template.ts"
import { type Bench, figure, type Measured, type Measurement } from "./bench.ts"

const FLEET = join(import.meta.dirname, "../../shared/fleet/fleet.py")
const SEED = "20261127"
const MAIN = join(import.meta.dirname, "../src/main.ts")
const HOUR_MS = 3_600_000
const FIRST_HOUR = 4

const MAILS = "mails"
const ENTRIES = "entries a mail"
const TEXT_LINES = "text lines a mail"
const PLACE = "place among the entries"
const LINE = "text line after the heading"

const MAX_ENTRIES = 40
const MAX_TEXT_LINES = 60
/** For a planted alarm, its text line; for another planted line, its place. */
const MAX_ALARM_LINE = 10
const MAX_PLACE = 20

/** Kinds of planted lines that an alarm rule is for. */
const ALARMS: readonly string[] = ["disk", "account", "service"]

interface Plant {
  readonly hour: number
  readonly host: string
  readonly kind: string
  readonly text: string
}

interface Entry {
  readonly id: string
  readonly news: string
  readonly count: number
  readonly hosts: readonly { readonly name: string }[]
  readonly template: string
  readonly samples: readonly string[]
}

interface Mail {
  readonly closesAt: string
  readonly textLines: number
  readonly text: string
  readonly entries: readonly Entry[]
}

export const fleet: Bench = {
  name: "fleet",
  question:
    "How long are the mails about a network of 40 hosts, and do the rare lines in them stand where somebody sees them?",

  async run({ file = FLEET, misses, scratch }) {
    if (!existsSync(file)) throw new Error(`${file} is not there: give the path of fleet.py with --file`)
    execFileSync("python3", [file, scratch, "--seed", SEED], { stdio: ["ignore", "ignore", "inherit"] })
    const mails = replay(scratch)
    const plants: readonly Plant[] = JSON.parse(readFileSync(join(scratch, "plants.json"), "utf8"))
    const measurements: Measurement[] = []
    const measure = (name: string, quantity: string, values: readonly number[]) => {
      for (const [index, value] of values.entries()) measurements.push({ case: name, run: index + 1, quantity, value })
    }
    const counted = [...mails].filter(([hour]) => hour >= FIRST_HOUR).map(([, mail]) => mail)
    const mean = (of: (mail: Mail) => number) => counted.reduce((sum, mail) => sum + of(mail), 0) / counted.length
    measure(MAILS, "number", [counted.length])
    measure(MAILS, ENTRIES, [mean(({ entries }) => entries.length)])
    measure(MAILS, TEXT_LINES, [mean(({ textLines }) => textLines)])
    for (const [heading, lines] of partLines(counted)) measure(MAILS, `lines of ${heading}`, [lines / counted.length])
    for (const plant of plants) {
      const mail = mails.get(plant.hour)
      const place = mail === undefined ? 0 : placeOf(plant, mail)
      measure(nameOf(plant), PLACE, [place])
      measure(nameOf(plant), LINE, [mail === undefined || place === 0 ? 0 : lineOf(mail.entries[place - 1]!, mail)])
    }
    if (misses) for (const [hour, mail] of mails) print(hour, mail)
    return measurements
  },

  claims(measured) {
    const entries = measured.median(MAILS, ENTRIES)
    const lines = measured.median(MAILS, TEXT_LINES)
    return [
      {
        holds: entries <= MAX_ENTRIES,
        sentence: `a mail has ${figure(entries)} entries on average (promised: ${MAX_ENTRIES})`,
      },
      {
        holds: lines <= MAX_TEXT_LINES,
        sentence: `a mail has ${figure(lines)} text lines on average (promised: ${MAX_TEXT_LINES})`,
      },
      ...measured.cases
        .filter((name) => measured.quantities(name).includes(PLACE))
        .map((name) => claim(measured, name)),
    ]
  },
}

/** The mails by the hour that they are about, from 1. */
function replay(directory: string): ReadonlyMap<number, Mail> {
  const files = globSync(join(directory, "hour-*.log")).sort()
  const config = join(directory, "tamis.yml")
  writeFileSync(config, 'digests: [{ name: default, schedule: "0 * * * *", timeZone: UTC }]\n')
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [MAIN, "replay", "-c", config, "--send", "leftovers", "--json", "--mails", ...files],
    { env: { ...process.env, TZ: "UTC" }, encoding: "utf8", maxBuffer: 1 << 28 },
  )
  if (status !== 0) throw new Error(`replay: ${stderr}`)
  const { mails }: { readonly mails: readonly Mail[] } = JSON.parse(stdout)
  return new Map(mails.map((mail) => [new Date(Date.parse(mail.closesAt) - HOUR_MS).getUTCHours() + 1, mail]))
}

function nameOf({ hour, host, kind }: Plant): string {
  return `hour ${hour}: ${kind} on ${host}`
}

/** From 1; 0 if the mail does not show it. */
function placeOf({ host, text }: Plant, { entries }: Mail): number {
  const line = template(`Nov  2 00:00:00 ${host} ${text}`)
  const holds = ({ samples, template: form }: Entry) =>
    samples.some((sample) => sample.endsWith(`${host} ${text}`)) || takes(form, line)
  return entries.findIndex((entry) => entry.hosts.some(({ name }) => name === host) && holds(entry)) + 1
}

/** Whether a template is of this form, whose open places are `<*>`. */
function takes(form: string, line: string): boolean {
  const texts = form.split("<*>").map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
  return new RegExp(`^${texts.join(".+")}$`).test(withoutHost(line))
}

/** The line of an entry's sample, from 1, after the title and the summary. */
function lineOf({ id }: Entry, { text }: Mail): number {
  const lines = bodyOf(text)
  const note = lines.findIndex((line) => line.endsWith(`#${id}`))
  return lines[note]?.startsWith("    ") ? note : note + 1
}

function bodyOf(text: string): readonly string[] {
  return text.split("\n\n").slice(2).join("\n\n").split("\n")
}

/** Lines of each part of the mails, by its heading: where their length comes from. */
function partLines(mails: readonly Mail[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>()
  for (const { text } of mails) {
    let heading = "title and summary"
    const lines = text.split("\n")
    for (const [index, line] of lines.entries()) {
      if (/^(?:=-)+=?$/.test(lines[index + 1] ?? "")) heading = line.replace(/ for .*/, "")
      sums.set(heading, (sums.get(heading) ?? 0) + 1)
    }
  }
  return sums
}

function claim(measured: Measured, name: string) {
  const place = measured.median(name, PLACE)
  const line = measured.median(name, LINE)
  const isAlarm = ALARMS.some((kind) => name.includes(`: ${kind} on `))
  if (place === 0) return { holds: false, sentence: `${name} is shown (promised)` }
  return {
    holds: isAlarm ? line <= MAX_ALARM_LINE : place <= MAX_PLACE,
    sentence:
      `${name} is entry ${place}, on text line ${line} ` +
      (isAlarm ? `(promised: line ${MAX_ALARM_LINE})` : `(promised: entry ${MAX_PLACE})`),
  }
}

function print(hour: number, { entries, textLines }: Mail): void {
  console.log(`\nhour ${hour}: ${entries.length} entries, ${textLines} text lines`)
  for (const { news, count, hosts, samples, template } of entries) {
    const where = hosts.length === 1 ? hosts[0]!.name : `${hosts.length} hosts`
    console.log(
      `${news.padEnd(8)} ${String(count).padStart(5)} ${where.padEnd(9)} ${(samples[0] ?? template).slice(16, 136)}`,
    )
  }
}
