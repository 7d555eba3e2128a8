/** The machine that measured, and the versions of what it measured with. */
import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { availableParallelism, cpus, loadavg, release, totalmem } from "node:os"
import re2 from "re2/package.json" with { type: "json" }
import { VERSION } from "../src/version.ts"

/** By name, in the order of the record. */
export type Machine = ReadonlyMap<string, string>

export function describeMachine(): Machine {
  const gib = (totalmem() / 2 ** 30).toFixed(0)
  return new Map([
    ["CPU", `${cpuModel()}, ${availableParallelism()} cores`],
    ["memory", `${gib} GiB`],
    ["system", `Linux ${kernelVersion()}, ${debianVersion()}`],
    ["node", process.version],
    ["tamis", `${VERSION}, commit ${commit()}`],
    ["re2 (npm)", re2.version],
    ["logcheck", packageVersion("logcheck")],
    ["logcheck-database", packageVersion("logcheck-database")],
    ["net.core.rmem_max", readFileSync("/proc/sys/net/core/rmem_max", "utf8").trim()],
  ])
}

/** As a part of a folder's name: `intel-xeon-2-cores`. */
export function machineName(): string {
  const words = cpuModel()
    .replace(/\([^)]*\)|\bCPU\b|\bProcessor\b|@.*/gi, " ")
    .toLowerCase()
    .match(/[a-z0-9]+/g)
  return [...(words ?? ["unknown"]), availableParallelism(), "cores"].join("-")
}

/** Programs that ran or waited to run, averaged over the last minute: what else was going on. */
export function load(): number {
  return loadavg()[0] ?? 0
}

/** 0 unless the benchmark was started ahead of everything else, as by `chrt -r 5 npm run bench`. */
export function realTimePriority(): number {
  const fields = readFileSync("/proc/self/stat", "utf8")
    .replace(/^.*\) /s, "")
    .split(" ")
  // rt_priority is the 40th field of all, and two are cut off (proc(5)).
  return Number(fields[37])
}

/** Milliseconds of a fixed piece of arithmetic: tells fast hours of a shared machine from slow ones. */
export function yardstickMs(): number {
  const start = performance.now()
  let value = 1
  for (let step = 0; step < YARDSTICK_STEPS; step += 1) value = (Math.imul(value, 1_103_515_245) + 12_345) | 0
  // Used, so that it is not optimised away.
  return value === 0 ? 0 : performance.now() - start
}

const YARDSTICK_STEPS = 200_000_000

function cpuModel(): string {
  return cpus()[0]?.model.trim() ?? "unknown CPU"
}

/** Without what its builder appended. */
function kernelVersion(): string {
  return /^[\d.]+/.exec(release())?.[0] ?? release()
}

function debianVersion(): string {
  const [, name] = /^PRETTY_NAME="(.*)"$/m.exec(readFileSync("/etc/os-release", "utf8")) ?? []
  return name ?? "unknown distribution"
}

function commit(): string {
  return output("git", ["-C", import.meta.dirname, "rev-parse", "--short", "HEAD"]) ?? "unknown"
}

function packageVersion(name: string): string {
  return output("dpkg-query", ["--show", "--showformat", "${Version}", name]) ?? "not installed"
}

function output(program: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim()
  } catch {
    return undefined
  }
}
