/** Whether a line costs more the more rules there are. */
import { execFileSync } from "node:child_process"
import { join } from "node:path"
import { type Bench, figure, type Measured, type Measurement } from "./bench.ts"

const FEW = 2_000
const SIZES = [FEW, 5_000, 10 * FEW]
const LINES = 20_000
const RUNS = 3

const PROGRAM = join(import.meta.dirname, "many-rules-run.ts")
const LATER = "us a line in later passes"

export const manyRules: Bench = {
  name: "many-rules",
  question: "What do 2,000, 5,000 and 20,000 rules take to compile, in memory and for a line?",

  async run({ file, small }) {
    const lines = `${small ? LINES / 100 : LINES}`
    const measurements: Measurement[] = []
    for (let run = 1; run <= (small ? 1 : RUNS); run += 1) {
      for (const size of SIZES) {
        // In a process of its own: nothing is warm, and its memory is its own.
        const command = [PROGRAM, `${size}`, lines, ...(file === undefined ? [] : [file])]
        const measured: Record<string, number> = JSON.parse(
          execFileSync(process.execPath, command, { encoding: "utf8" }),
        )
        for (const [quantity, value] of Object.entries(measured)) {
          measurements.push({ case: caseOf(size), run, quantity, value })
        }
      }
    }
    return measurements
  },

  claims(measured) {
    const factor = growth(measured, LATER)
    return [
      {
        holds: factor < 2,
        sentence: `once RE2 has met its kind, a line costs ${figure(factor)} times as much with ten times the rules (less than 2)`,
      },
    ]
  },
}

function growth(measured: Measured, quantity: string): number {
  return measured.median(caseOf(10 * FEW), quantity) / measured.median(caseOf(FEW), quantity)
}

function caseOf(size: number): string {
  return `${size} rules`
}
