/**
 * Records of what was measured: `runs/<date>-<machine>/raw.csv` for programs, README.md beside it for people.
 *
 * The README is made of the raw figures alone. A benchmark that runs again on the same day replaces its own.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { type Bench, figure, Measured, type Measurement } from "./bench.ts"
import { describeMachine, machineName } from "./machine.ts"

const RUNS = join(import.meta.dirname, "runs")
const COLUMNS = "bench,case,run,quantity,value"

type Row = Measurement & { readonly bench: string }

/** Writes the record and returns its folder. */
export function record(benches: readonly Bench[], { name }: Bench, measurements: readonly Measurement[]): string {
  const date = new Date().toISOString().slice(0, 10)
  const folder = join(RUNS, `${date}-${machineName()}`)
  mkdirSync(folder, { recursive: true })
  const raw = join(folder, "raw.csv")
  const kept = (existsSync(raw) ? readRows(readFileSync(raw, "utf8")) : []).filter((row) => row.bench !== name)
  const rows = [...kept, ...measurements.map((measurement) => ({ bench: name, ...measurement }))]
  writeFileSync(raw, writeRows(rows))
  writeFileSync(join(folder, "README.md"), render(date, benches, rows))
  return folder
}

/** A benchmark's figures as Markdown: a table for its cases, and what they bear out. */
export function renderBench(bench: Bench, measured: Measured): string {
  const rows = measured.cases.flatMap((name) =>
    measured.quantities(name).map((quantity) => {
      const values = measured.values(name, quantity)
      const range = values.length === 1 ? "" : `${figure(Math.min(...values))} – ${figure(Math.max(...values))}`
      return `| ${name} | ${quantity} | ${figure(measured.median(name, quantity))} | ${range} | ${values.length} |`
    }),
  )
  const claims = bench.claims(measured).map(({ holds, sentence }) => `- ${holds ? "[ok]" : "[no]"} ${sentence}`)
  return [
    ...["| case | quantity | median | range | values |", "|---|---|---:|---:|---:|", ...rows],
    ...["", ...claims],
  ].join("\n")
}

function render(date: string, benches: readonly Bench[], rows: readonly Row[]): string {
  const machine = [...describeMachine()].map(([name, value]) => `| ${name} | ${value} |`)
  const sections = benches.flatMap((bench) => {
    const own = rows.filter((row) => row.bench === bench.name)
    if (own.length === 0) return []
    return ["", `## ${bench.name}`, "", bench.question, "", renderBench(bench, new Measured(own))]
  })
  return `${[
    `# Measured on ${date}`,
    "",
    "Made by `npm run bench` from [raw.csv](raw.csv), which has every value.",
    "",
    ...["| machine | |", "|---|---|", ...machine],
    ...sections,
  ].join("\n")}\n`
}

/** Names come from this folder: none needs quotes. */
function writeRows(rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    if (/[,"\n]/.test(row.bench + row.case + row.quantity)) throw new Error(`no name for a CSV file: ${row.quantity}`)
    return [row.bench, row.case, row.run, row.quantity, row.value].join(",")
  })
  return `${[COLUMNS, ...lines].join("\n")}\n`
}

function readRows(csv: string): readonly Row[] {
  return csv
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => {
      const [bench = "", name = "", run, quantity = "", value] = line.split(",")
      return { bench, case: name, run: Number(run), quantity, value: Number(value) }
    })
}
