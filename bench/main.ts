/**
 * `npm run bench`: lists the benchmarks. `npm run bench -- NAME…` runs them one after the other and records the figures.
 *
 * Exit status 0: every claim holds; 1: one does not; 2: could not measure.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, relative } from "node:path"
import { parseArgs } from "node:util"
import { alarms } from "./alarms.ts"
import { type Bench, Measured, type Measurement } from "./bench.ts"
import { burst } from "./burst.ts"
import { engine } from "./engine.ts"
import { fleet } from "./fleet.ts"
import { grep } from "./grep.ts"
import { load, realTimePriority, yardstickMs } from "./machine.ts"
import { manyRules } from "./many-rules.ts"
import { memory } from "./memory.ts"
import { realLogs } from "./real-logs.ts"
import { receive } from "./receive.ts"
import { record, renderBench } from "./record.ts"
import { reload } from "./reload.ts"
import { scan } from "./scan.ts"
import { start } from "./start.ts"
import { suggest } from "./suggest.ts"
import { templates } from "./templates.ts"
import { worst } from "./worst.ts"

const BENCHES: readonly Bench[] = [
  scan,
  grep,
  receive,
  memory,
  burst,
  engine,
  manyRules,
  worst,
  reload,
  suggest,
  templates,
  alarms,
  fleet,
  realLogs,
  start,
]

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    file: { type: "string" },
    small: { type: "boolean", default: false },
    misses: { type: "boolean", default: false },
  },
})

function list(): void {
  console.log("npm run bench -- NAME… [--file LOGFILE] [--small] [--misses]\n")
  for (const { name, question } of BENCHES) console.log(`${name.padEnd(8)}  ${question}`)
}

/** Runs one and says whether its claims hold. */
async function run(bench: Bench): Promise<boolean> {
  console.log(`\n## ${bench.name}\n\n${bench.question}\n`)
  // Readable for all: logcheck refuses to run as root, and reads here as another user.
  const scratch = mkdtempSync(join(tmpdir(), "tamis-bench-"))
  try {
    const before: readonly Measurement[] = [
      { case: "machine", run: 1, quantity: "load average before", value: load() },
      { case: "machine", run: 1, quantity: "real-time priority", value: realTimePriority() },
      { case: "machine", run: 1, quantity: "yardstick ms", value: yardstickMs() },
    ]
    const measurements = [...before, ...(await bench.run({ ...values, file: values.file, scratch }))]
    const measured = new Measured(measurements)
    console.log(renderBench(bench, measured))
    if (!values.small) console.log(`\nRecorded in ${relative(process.cwd(), record(BENCHES, bench, measurements))}`)
    return bench.claims(measured).every(({ holds }) => holds)
  } finally {
    rmSync(scratch, { recursive: true })
  }
}

const chosen = positionals.map((name) => BENCHES.find((bench) => bench.name === name))
if (chosen.length === 0) {
  list()
} else if (chosen.includes(undefined)) {
  list()
  process.exitCode = 2
} else {
  try {
    let allHold = true
    for (const bench of chosen) if (bench !== undefined) allHold = (await run(bench)) && allHold
    process.exitCode = allHold ? 0 : 1
  } catch (error) {
    console.error(error)
    process.exitCode = 2
  }
}
