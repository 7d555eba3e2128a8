/** Runs a program as a user does, output into a file, and tells what it took, children included. */
import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"

export interface Timed {
  readonly wallSeconds: number
  readonly cpuSeconds: number
  readonly status: number
}

export function runTimed(command: readonly string[], outputFile: string): Timed {
  const timesFile = `${outputFile}.times`
  const script = 'TIMEFORMAT="%R %U %S"; out=$1 times=$2; shift 2; { time "$@" > "$out" 2> "$out.err"; } 2> "$times"'
  const { status, error } = spawnSync("bash", ["-c", script, "bash", outputFile, timesFile, ...command])
  if (error !== undefined) throw error
  const [wallSeconds = Number.NaN, user = Number.NaN, system = Number.NaN] = readFileSync(timesFile, "utf8")
    .split(" ")
    .map(Number)
  return { wallSeconds, cpuSeconds: user + system, status: status ?? -1 }
}
